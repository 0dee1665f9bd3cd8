/**
 * The steps of a story: what is under way now, and one line for each that is done.
 *
 * @packageDocumentation
 */
import { styleText } from "node:util";

export interface Done<T> {
  readonly result: T;
  /** What came of it, in a few words. */
  readonly said: string;
  /** Lines below. */
  readonly detail?: readonly string[];
}

export interface Steps {
  run<T>(title: string, step: (show: (line: string) => void) => Promise<Done<T>>): Promise<T>;
}

/** Where lines stay, such as in the log of a pipeline, not more than one in so many milliseconds. */
const PLAIN_INTERVAL_MS = 5_000;
const TITLE_WIDTH = 36;
const SAID_WIDTH = 44;

export function createSteps(out: NodeJS.WriteStream = process.stdout): Steps {
  return {
    async run(title, step) {
      const status = statusLine(out);
      const started = performance.now();
      const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
      status.show(`  ${title} ...`);
      try {
        const { result, said, detail = [] } = await step((line) => status.show(`  ${title}: ${line}`));
        status.clear();
        const columns = `${styleText("bold", title.padEnd(TITLE_WIDTH))} ${said.padEnd(SAID_WIDTH)}`;
        out.write(`${styleText("green", "✔")} ${columns} ${styleText("dim", seconds().padStart(7))}\n`);
        for (const line of detail) out.write(`    ${styleText("dim", line)}\n`);
        return result;
      } catch (error) {
        status.clear();
        out.write(`${styleText("red", "✘")} ${styleText("bold", title)} ${styleText("dim", seconds())}\n`);
        throw error;
      }
    },
  };
}

/** What is under way: rewritten in place on a terminal. */
function statusLine(out: NodeJS.WriteStream): { show: (line: string) => void; clear: () => void } {
  if (out.isTTY) {
    return {
      show: (line) => void out.write(`\r\u001b[K${line.slice(0, (out.columns || 80) - 1)}`),
      clear: () => void out.write("\r\u001b[K"),
    };
  }
  let quietUntil = 0;
  return {
    show(line) {
      if (Date.now() < quietUntil) return;
      quietUntil = Date.now() + PLAIN_INTERVAL_MS;
      out.write(`${line}\n`);
    },
    clear: () => {},
  };
}
