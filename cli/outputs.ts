/**
 * Where a sync's outputs come from: a stack by name, through the engine, or a file.
 *
 * @packageDocumentation
 */
import { decodeText, NotText } from "../contract/text/decode.ts";
import { readFile } from "node:fs/promises";
import { type Outputs, OutputsError, parseOutputs } from "../contract/outputs.ts";
import { linesAfter } from "./how-it-ended.ts";
import { jsonOf, pulumi } from "./pulumi.ts";

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
    text = decodeText(await readFile(file));
  } catch (error) {
    if (error instanceof NotText) throw new OutputsError(`${file} ${error.message}.`, { cause: error });
    throw new OutputsError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const wanted = "pulumi stack output --json > FILE makes one";
    throw new OutputsError(`${file} is not JSON: ${(error as Error).message}; ${wanted}.`, { cause: error });
  }
}

async function stackOutputs(stack: string): Promise<unknown> {
  const args = ["stack", "output", "--json", "--stack", stack];
  const { succeeded, stdout, said } = await pulumi(args, {
    purpose: `The outputs of stack "${stack}" are read with`,
    otherwise: "give the outputs as a file (--outputs)",
  });
  if (!succeeded)
    throw new OutputsError(linesAfter(`The outputs of stack "${stack}" could not be read. pulumi says: `, said));
  return jsonOf(stdout, args);
}
