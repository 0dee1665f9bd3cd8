import { expect, it } from "@jest/globals";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repository } from "../../../sandbox/project.ts";
import { type Ran, run } from "../../../sandbox/run.ts";

/** In place of the SDK's: installs what reads source maps, as that does, and tells what it would go by. */
const SDK = `
  Error.prepareStackTrace = () => "by source maps";
  setImmediate(() => {
    console.log(process.env.PULUMI_NODEJS_TYPESCRIPT, process.argv.slice(2).join(), new Error("a defect").stack.split("\\n")[0]);
  });`;

/** A part of it that tells when it is loaded. */
const SERIALIZER = `
  console.log("loaded");
  exports.serializeFunction = (given) => String(given);`;

/** Keeps the part's function when it is loaded itself, and calls it later, where its argument says so. */
const SERIALIZING_SDK = `
  const { serializeFunction } = require("../../runtime/closure/serializeClosure");
  console.log("begun");
  if (process.argv[2] === "hand-over") console.log(serializeFunction(() => 42));`;

/** Tells what it has of a library that is for programs that are traced. */
const TRACING_SDK = `console.log(Object.keys(require("@opentelemetry/resources")).join());`;

it.each([
  [
    "is told where its project wants no ts-node",
    "runtime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "undefined",
  ],
  ["is left alone where its project says nothing of it", "runtime: nodejs\n", "true"],
])("a program %s", async (_, project, typescript) => {
  const ran = await runProgram(["--stack", "sandbox"], SDK, `name: program\n${project}`);

  expect(ran).toMatchObject({ code: 0, stderr: "", stdout: `${typescript} --stack,sandbox Error: a defect\n` });
});

it.each([
  ["not loaded for a program that hands over none", "", "begun\n"],
  ["there for a program that does", "hand-over", "begun\nloaded\n() => 42\n"],
])("what hands functions to the engine is %s", async (_, argument, expected) => {
  const ran = await runProgram([argument], SERIALIZING_SDK, "name: program\nruntime: nodejs\n");

  expect(ran).toMatchObject({ code: 0, stderr: "", stdout: expected });
});

it.each([
  ["is not there for a program that is not traced", [], "\n"],
  ["is there where the engine's option asks for it", ["--tracing", "http://127.0.0.1:9/"], "resource\n"],
])("what traces %s", async (_, args, expected) => {
  const ran = await runProgram(args, TRACING_SDK, "name: program\nruntime: nodejs\n");

  expect(ran).toMatchObject({ code: 0, stderr: "", stdout: expected });
});

async function runProgram(args: readonly string[], sdk: string, project: string): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-program-"));
  const parts = {
    "cmd/run/index.js": sdk,
    "runtime/closure/serializeClosure.js": SERIALIZER,
    "../../@opentelemetry/resources/index.js": "exports.resource = true;",
  };
  for (const [path, text] of Object.entries(parts)) {
    const file = join(folder, "node_modules", "@pulumi", "pulumi", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  mkdirSync(join(folder, "stacks"));
  writeFileSync(join(folder, "Pulumi.yaml"), project);

  const ran = await run(["node", join(repository, "sandbox", "engine", "program.ts"), ...args], {
    cwd: join(folder, "stacks"),
    env: {
      ...process.env,
      TRACEPARENT: "",
      PULUMI_EXPERIMENTAL: "",
      NODE_OPTIONS: "",
      PULUMI_NODEJS_TYPESCRIPT: "true",
    },
  });
  rmSync(folder, { recursive: true });
  return ran;
}
