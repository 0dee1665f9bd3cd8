/**
 * Where a sync's outputs come from: a stack by name, through the engine, or a file.
 *
 * @packageDocumentation
 */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { type Outputs, OutputsError, parseOutputs } from "../contract/outputs.ts";

export interface OutputsSource {
  readonly stack?: string;
  readonly outputs?: string;
}

/** @throws OutputsError in one or two sentences, whatever is missing */
export async function loadOutputs(from: OutputsSource): Promise<Outputs> {
  if (from.stack !== undefined && from.outputs !== undefined) {
    throw new OutputsError("--stack and --outputs are two sources for the same thing: give one of them.");
  }
  if (from.outputs !== undefined) return parseOutputs(await readJson(from.outputs), from.outputs);
  if (from.stack !== undefined) return parseOutputs(await stackOutputs(from.stack), `stack "${from.stack}"`);
  throw new OutputsError(
    "Which tenant? Name its stack (-s <stack>) or give a file with its outputs (--outputs <file>).",
  );
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new OutputsError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const wanted = "pulumi stack output --json > FILE makes one";
    throw new OutputsError(`${file} is not JSON: ${(error as Error).message}; ${wanted}.`, { cause: error });
  }
}

function stackOutputs(stack: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const args = ["stack", "output", "--json", "--non-interactive", "--stack", stack];
    execFile("pulumi", args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (!error) return resolve(JSON.parse(stdout));
      if (error.code === "ENOENT") {
        const mend = "install Pulumi, or give the outputs as a file (--outputs)";
        return reject(
          new OutputsError(`The outputs of stack "${stack}" are read with pulumi, which is not on PATH: ${mend}.`),
        );
      }
      const said = stderr.trim().replace(/^error: /, "");
      reject(new OutputsError(`The outputs of stack "${stack}" could not be read. pulumi says: ${said}`));
    });
  });
}
