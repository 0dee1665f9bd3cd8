import * as pulumi from "@pulumi/pulumi";

/** Of the program that the engine runs: where its Pulumi.yaml is. The program itself runs where `main` is, which may be elsewhere. */
export function projectFolder(): string {
  return pulumi.getRootDirectory() || process.cwd();
}
