/**
 * Runs a Pulumi program in the stand-in's world: what the engine's Node language host starts in place of the SDK's own
 * `cmd/run`, which then does the same with less (`PULUMI_LANGUAGE_NODEJS_RUN_PATH`).
 *
 * The language host that can be built from published modules is older than the engine, and is not told a project's
 * `runtime.options` any more (seen: 3.68.0 under 3.259.0): it has the SDK load ts-node for every program. And the SDK
 * reads a stack for each promise, through its own and its libraries' source maps: a fourth of what a deployment's program
 * costs, for a text that nobody sees.
 *
 * @packageDocumentation
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const project = projectFile(process.cwd());
if (project !== undefined && /^\s+typescript:\s*false\s*$/m.test(readFileSync(project, "utf8"))) {
  delete process.env["PULUMI_NODEJS_TYPESCRIPT"];
}

// The program's own SDK: its resources are no resources of another copy.
createRequire(join(process.cwd(), "program"))("@pulumi/pulumi/cmd/run");
Reflect.deleteProperty(Error, "prepareStackTrace");

function projectFile(folder: string): string | undefined {
  const file = join(folder, "Pulumi.yaml");
  if (existsSync(file)) return file;
  const above = dirname(folder);
  return above === folder ? undefined : projectFile(above);
}
