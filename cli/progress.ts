/**
 * Progress on standard error: one line that is rewritten on a terminal, plain lines a few seconds apart elsewhere.
 *
 * @packageDocumentation
 */
import { printable } from "../contract/text/printable.ts";

const PLAIN_INTERVAL_MS = 5_000;
const TERMINAL_INTERVAL_MS = 80;

export interface Progress {
  /** @param line or what makes it, which is called only where it is shown: most are not */
  readonly show: (line: string | (() => string)) => void;
  /** Takes the rewritten line away. */
  readonly done: () => void;
}

export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let last = 0;
  let shown = "";
  const interval = stream.isTTY ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS;
  return {
    show(text) {
      const now = Date.now();
      if (now - last < interval) return;
      const line = printable(typeof text === "string" ? text : text());
      if (line === shown) return;
      last = now;
      shown = line;
      stream.write(stream.isTTY ? `\r\u001b[K${line.slice(0, (stream.columns || 80) - 1)}` : `${line}\n`);
    },
    done() {
      if (stream.isTTY && shown) stream.write("\r\u001b[K");
    },
  };
}
