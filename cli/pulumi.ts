import { execFile } from "node:child_process";
import { TenantwireError } from "../contract/errors.ts";

/**
 * Runs the engine in this folder, without questions.
 *
 * @returns what it printed on standard output
 * @throws TenantwireError in the engine's words when it fails, or says that it is not there
 */
export function runPulumi(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const all = [...args, "--non-interactive"];
    execFile("pulumi", all, { maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const command = `pulumi ${args.slice(0, 2).join(" ")}`;
      if (error.code === "ENOENT") {
        return reject(new TenantwireError(`${command} is needed, and pulumi is not on PATH: install Pulumi.`));
      }
      reject(new TenantwireError(`${command} failed. It says: ${stderr.trim().replace(/^error: /, "")}`));
    });
  });
}
