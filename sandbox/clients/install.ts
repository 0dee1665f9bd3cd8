/**
 * Installs the clients by name into this user's cache, outside of the checkout: pip and npm do the work.
 *
 * @packageDocumentation
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { userCache } from "../engine/cache.ts";
import { run } from "../run.ts";

/** The versions that were run last. */
const PYTHON = {
  "azure-cli": "2.91.0",
  "azure-devops": "7.1.0b4",
  "azure-identity": "1.27.0",
  msal: "1.39.0",
  "msgraph-sdk": "1.65.0",
};
const NPM = { "@pnp/cli-microsoft365": "11.11.0" };

export interface Installed {
  readonly az: string;
  readonly m365: string;
  readonly python: string;
}

/** @throws Error with what pip or npm said when something cannot be had */
export async function install(env: NodeJS.ProcessEnv, onLine: (line: string) => void): Promise<Installed> {
  const folder = join(userCache(env), "tenantwire", "clients");
  const bin = join(folder, "python", "bin");
  const python = join(bin, "python3");
  const requirements = Object.entries(PYTHON).map(([name, version]) => `${name}==${version}`);
  await once(folder, `python ${requirements.join(" ")}`, async () => {
    await must(["python3", "-m", "venv", join(folder, "python")], folder, env, onLine);
    await must([python, "-m", "pip", "install", "--quiet", ...requirements], folder, env, onLine);
  });
  const packages = Object.entries(NPM).map(([name, version]) => `${name}@${version}`);
  await once(folder, `npm ${packages.join(" ")}`, async () => {
    const command = [
      "npm",
      "install",
      "--no-audit",
      "--no-fund",
      "--prefix",
      join(folder, "npm"),
      ...packages,
    ] as const;
    await must(command, folder, env, onLine);
  });
  return { az: join(bin, "az"), m365: join(folder, "npm", "node_modules", ".bin", "m365"), python };
}

/** What was installed is written down at the end, so that what was interrupted is done again. */
async function once(folder: string, what: string, work: () => Promise<void>): Promise<void> {
  const [kind = ""] = what.split(" ");
  const mark = join(folder, `${kind}-${Buffer.from(what).toString("base64url").slice(-40)}`);
  if (existsSync(mark)) return;
  rmSync(join(folder, kind), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await work();
  writeFileSync(mark, what);
}

async function must(
  command: readonly [string, ...string[]],
  cwd: string,
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): Promise<void> {
  const { code, stdout, stderr } = await run(command, { cwd, env, onLine });
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${stderr || stdout}`);
}
