import { isAbsolute } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/**
 * Of the program that the engine runs: where its Pulumi.yaml is. The program itself runs where `main` is, which may be
 * elsewhere. An old language host does not tell it (seen: 3.68), and the SDK answers with a word instead; then it is
 * looked for from there upwards.
 */
export function projectFolder(): string {
  const root = pulumi.getRootDirectory();
  return isAbsolute(root) ? root : process.cwd();
}
