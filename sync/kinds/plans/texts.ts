/**
 * Long texts of a run. Sides compare and remember a short form, which two texts share where readers see the same; the text
 * itself is kept for as long as the run may have to write it.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { shortened } from "../../../contract/words.ts";
import { inFormat, canonicalText, type LongText, type TextFormat } from "./long-text.ts";

/** Characters of the beginning that a report shows. */
const SHOWN = 60;

export class Texts {
  readonly #texts = new Map<string, LongText>();

  /** A new run begins. */
  forget(): void {
    this.#texts.clear();
  }

  /** The form that is compared; `null` for a text in which nobody sees anything. */
  keep(text: LongText): string | null {
    const canonical = canonicalText(text);
    if (canonical === "") return null;
    const line = canonical.replace(/\s+/g, " ");
    const digest = createHash("sha256").update(canonical).digest("hex").slice(0, 16);
    const form = `${shortened(line, SHOWN)} #${digest}`;
    // As it was read first: a text that goes there and back stays what it was.
    if (!this.#texts.has(form)) this.#texts.set(form, text);
    return form;
  }

  /** The text itself. */
  written(form: string, format: TextFormat): string {
    const text = this.#texts.get(form);
    if (!text) throw new TypeError("A text is to be written that nobody read.");
    return inFormat(text, format);
  }
}
