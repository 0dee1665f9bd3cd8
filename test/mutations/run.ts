/**
 * `npm run mutations [-- --file sync/planner/limits.ts]`: gives the planner one small fault after another, in a copy, and
 * runs its tests on each. A fault that no test catches is told; those that change nothing that anybody can see are listed
 * in `equivalent.ts`, with the reason.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { repository } from "../../sandbox/project.ts";
import { equivalent } from "./equivalent.ts";
import { type Mutant, mutantsOf, mutated } from "./mutants.ts";

const FOLDER = "sync/planner";
const TESTS = "test/sync/planner";
/** What the tests of the planner import. */
const COPIED = ["sync", "contract", TESTS, "package.json"];
const CONFIG =
  'export default { testEnvironment: "node", transform: {}, testMatch: ["<rootDir>/test/**/*.test.ts"] };\n';
/** A fault may make a loop endless. */
const PATIENCE_MS = 120_000;

const { values } = parseArgs({ options: { file: { type: "string" } } });
const files = values.file ? [values.file] : readdirSync(join(repository, FOLDER)).map((name) => `${FOLDER}/${name}`);

const copy = mkdtempSync(join(tmpdir(), "tenantwire-mutations-"));
for (const path of COPIED) cpSync(join(repository, path), join(copy, path), { recursive: true });
writeFileSync(join(copy, "jest.config.js"), CONFIG);
symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
let tried = 0;
let survived = 0;
try {
  if (!(await passes())) throw new Error("The tests fail without any fault.");
  for (const file of files) {
    const text = readFileSync(join(repository, file), "utf8");
    for (const mutant of mutantsOf(text)) {
      if (isEquivalent(file, text, mutant)) continue;
      writeFileSync(join(copy, file), mutated(text, mutant));
      tried += 1;
      if (!(await passes())) continue;
      survived += 1;
      process.stdout.write(`${file}:${mutant.line}: no test minds ${mutant.after} instead of ${mutant.before}\n`);
    }
    writeFileSync(join(copy, file), text);
  }
} finally {
  rmSync(copy, { recursive: true });
}
process.stdout.write(`${tried} faults, ${tried - survived} of them caught.\n`);
process.exitCode = survived === 0 ? 0 : 1;

function isEquivalent(file: string, text: string, { line, before, after }: Mutant): boolean {
  const source = text.split("\n")[line - 1]?.trim() ?? "";
  return equivalent.some(
    (each) => file.endsWith(each.file) && source.includes(each.line) && before === each.before && after === each.after,
  );
}

async function passes(): Promise<boolean> {
  const jest = join(copy, "node_modules", "jest", "bin", "jest.js");
  const child = spawn(process.execPath, [jest, "--bail", "-w", "1", "--silent", TESTS], {
    cwd: copy,
    env: { ...process.env, NODE_OPTIONS: "--experimental-vm-modules --disable-warning=ExperimentalWarning" },
    stdio: "ignore",
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  return new Promise((resolve) => child.once("close", (code) => resolve(code === 0)));
}
