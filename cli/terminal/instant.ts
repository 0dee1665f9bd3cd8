/** Instants as a terminal shows them. @packageDocumentation */

/** `2026-03-02 08:00:00Z`. */
export function instant(iso: string): string {
  return `${iso.slice(0, 19).replace("T", " ")}Z`;
}
