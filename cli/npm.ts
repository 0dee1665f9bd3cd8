import { linesAfter } from "./pulumi.ts";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { TenantwireError } from "../contract/errors.ts";

/**
 * Runs npm in a folder, as a person would there.
 *
 * @returns what it printed on standard output
 * @throws TenantwireError in npm's words when it fails
 */
export async function npm(cwd: string, args: readonly string[]): Promise<string> {
  try {
    const options = { cwd, env: ownEnvironment(), shell: process.platform === "win32", maxBuffer: 16 * 1024 * 1024 };
    return (await promisify(execFile)("npm", [...args], options)).stdout;
  } catch (error) {
    const { stderr = "", message } = error as { stderr?: string; message: string };
    throw new TenantwireError(linesAfter(`npm ${args[0]} failed in ${cwd}. It says: `, stderr.trim() || message));
  }
}

/** Without what npx, where we were started by it, tells of its folder and its package. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of ["npm_config_package", "npm_config_local_prefix", "npm_config_prefix"]) delete env[name];
  return env;
}
