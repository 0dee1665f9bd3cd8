/** Text with somebody else's text in it, taken apart; what is in neither can act. @packageDocumentation */
import { printable } from "../../contract/text/printable.ts";

export interface Span {
  readonly text: string;
  /** It stood between backticks. */
  readonly code: boolean;
}

/** A backtick without a partner is a character like any other. */
export function spansOf(text: string): Span[] {
  const parts = text.split(/`([^`]+)`/);
  return parts
    .map((part, index) => ({ text: printable(part), code: index % 2 === 1 }))
    .filter((span) => span.text !== "");
}
