/** A process that stays sees that the stack was deployed otherwise. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { isDeployedAnew } from "../../cli/deployed-anew.ts";
import { loadOutputs } from "../../cli/outputs.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

it("is so where anything that the stack tells is another, and not where it cannot be read just now", async () => {
  const from = { outputs: join(folder, "outputs.json") };
  const write = (text: string) => writeFileSync(from.outputs, text);
  const outputs = deployedOutputs(() => undefined);
  write(JSON.stringify(outputs));
  const began = await loadOutputs(from);

  expect(await isDeployedAnew(began, from)).toBe(false);
  write("{");
  expect(await isDeployedAnew(began, from)).toBe(false);
  write(JSON.stringify({ ...outputs, registrations: outputs.registrations.slice(1) }));
  expect(await isDeployedAnew(began, from)).toBe(true);
});
