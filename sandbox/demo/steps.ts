/**
 * The steps of a story: what is under way now, and one line for each that is done.
 *
 * @packageDocumentation
 */
import { colors as pc } from "../../cli/color.ts";
import { createProgress } from "../../cli/progress.ts";

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

const TITLE_WIDTH = 36;
const SAID_WIDTH = 44;

export function createSteps(out: NodeJS.WriteStream = process.stdout): Steps {
  return {
    async run(title, step) {
      const progress = createProgress(out);
      const started = performance.now();
      const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
      progress.show(`  ${title} ...`);
      try {
        const { result, said, detail = [] } = await step((line) => progress.show(`  ${title}: ${line}`));
        progress.done();
        const columns = `${pc.bold(title.padEnd(TITLE_WIDTH))} ${said.padEnd(SAID_WIDTH)}`;
        out.write(`${pc.green("✔")} ${columns} ${pc.dim(seconds().padStart(7))}\n`);
        for (const line of detail) out.write(`    ${pc.dim(line)}\n`);
        return result;
      } catch (error) {
        progress.done();
        out.write(`${pc.red("✘")} ${pc.bold(title)} ${pc.dim(seconds())}\n`);
        throw error;
      }
    },
  };
}
