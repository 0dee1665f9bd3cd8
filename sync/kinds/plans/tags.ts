/**
 * Tags of a run: a set, whatever their order, their letter case and what stands between them. Sides compare and remember one
 * form; how a set was written first is kept for as long as the run may have to write it.
 *
 * @packageDocumentation
 */
export class Tags {
  readonly #written = new Map<string, string>();

  /** The form that is compared; `null` where there are none. */
  keep(text: string): string | null {
    // Documented: no tag holds a comma or a semicolon.
    const tags = text
      .toWellFormed()
      .split(/[;,]/)
      .map((tag) => tag.trim());
    const byForm = new Map(tags.filter((tag) => tag !== "").map((tag) => [tag.toLowerCase(), tag]));
    const form = [...byForm.keys()].sort().join("; ");
    if (form === "") return null;
    if (!this.#written.has(form)) this.#written.set(form, [...byForm.values()].join("; "));
    return form;
  }

  /** As somebody wrote them. */
  written(form: string): string {
    return this.#written.get(form) ?? form;
  }

  /** A new run begins. */
  forget(): void {
    this.#written.clear();
  }
}
