/**
 * A working copy of the project for stacks of the stand-in: `pulumi stack init` writes into a stack's settings file,
 * and the checkout has to stay as it is.
 *
 * @packageDocumentation
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** Top of the checkout. */
export const repository = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Makes `folder` a Pulumi project that runs the checkout's program, with a copy of one stack's settings.
 *
 * @returns path of the copied settings file
 */
export function copyProject(folder: string, stack = "sandbox"): string {
  const program = relative(folder, join(repository, "stacks", "index.ts"));
  const project = readFileSync(join(repository, "Pulumi.yaml"), "utf8").replace(/^main:.*$/m, `main: ${program}`);
  const settings = join(folder, "stacks", `Pulumi.${stack}.yaml`);
  mkdirSync(dirname(settings), { recursive: true });
  writeFileSync(join(folder, "Pulumi.yaml"), project);
  cpSync(join(repository, "stacks", `Pulumi.${stack}.yaml`), settings);
  return settings;
}
