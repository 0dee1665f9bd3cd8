import { expect, it } from "@jest/globals";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../../sandbox/project.ts";
import { run } from "../../../sandbox/run.ts";

/** In place of the SDK's: installs what reads source maps, as that does, and tells what it would go by. */
const SDK = `
  Error.prepareStackTrace = () => "by source maps";
  setImmediate(() => {
    console.log(process.env.PULUMI_NODEJS_TYPESCRIPT, process.argv.slice(2).join(), new Error("a defect").stack.split("\\n")[0]);
  });`;

it.each([
  [
    "is told where its project wants no ts-node",
    "runtime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "undefined",
  ],
  ["is left alone where its project says nothing of it", "runtime: nodejs\n", "true"],
])("a program %s", async (_, project, typescript) => {
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-program-"));
  const sdk = join(folder, "node_modules", "@pulumi", "pulumi", "cmd", "run");
  mkdirSync(sdk, { recursive: true });
  mkdirSync(join(folder, "stacks"));
  writeFileSync(join(sdk, "index.js"), SDK);
  writeFileSync(join(folder, "Pulumi.yaml"), `name: program\n${project}`);

  const command = ["node", join(repository, "sandbox", "engine", "program.ts"), "--stack", "sandbox"] as const;
  const ran = await run([...command], {
    cwd: join(folder, "stacks"),
    env: { ...process.env, NODE_OPTIONS: "", PULUMI_NODEJS_TYPESCRIPT: "true" },
  });

  rmSync(folder, { recursive: true });
  expect(ran).toMatchObject({ code: 0, stderr: "", stdout: `${typescript} --stack,sandbox Error: a defect\n` });
});
