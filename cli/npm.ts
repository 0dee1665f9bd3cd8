import { execFile, type ExecFileException } from "node:child_process";
import { promisify } from "node:util";
import { TenantwireError } from "../contract/errors.ts";
import { howItEnded, linesAfter, wordsOfEnd } from "./how-it-ended.ts";

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
    const { stderr = "", ...ended } = error as ExecFileException;
    const said = stderr.trim();
    const how = howItEnded(ended, said);
    if (how !== undefined) throw new TenantwireError(wordsOfEnd(`npm ${args[0]} ${how}, in ${cwd}`, said));
    throw new TenantwireError(linesAfter(`npm ${args[0]} failed in ${cwd}. It says: `, said));
  }
}

/** Without what npx, where we were started by it, tells of its folder and its package. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of ["npm_config_package", "npm_config_local_prefix", "npm_config_prefix"]) delete env[name];
  return env;
}
