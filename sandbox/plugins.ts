/**
 * Plugins of the machine for a stand-in whose engine has a `PULUMI_HOME` of its own.
 *
 * @packageDocumentation
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { SettingsError } from "../contract/errors.ts";
import { PROVIDER_PACKAGES } from "./environment.ts";
import { SandboxError } from "./errors.ts";

/**
 * Puts the machine's plugins of these packages, in the version that the project's packages want, into `home`.
 *
 * @throws SettingsError for a package that the attached provider does not answer for anyway
 * @throws SandboxError when one is not installed
 */
export async function linkPlugins(packages: readonly string[], home: string): Promise<void> {
  for (const name of packages) {
    if (!PROVIDER_PACKAGES.includes(name)) {
      throw new SettingsError(
        `There is no provider ${name} in the stand-in; --real takes ${PROVIDER_PACKAGES.join(" or ")}.`,
      );
    }
    linkPlugin(name, home);
  }
}

/** Whether `linkPlugins` would find it. */
export function isPluginInstalled(name: string): boolean {
  return filesOf(installedFolder(name)) !== undefined;
}

function linkPlugin(name: string, home: string): void {
  const version = wantedVersion(name);
  const installed = installedFolder(name);
  const files = filesOf(installed);
  if (!files) {
    throw new SandboxError(
      `The ${name} plugin ${version} is not installed on this machine: run "pulumi plugin install resource ${name} ${version}", or leave --real away.`,
    );
  }
  // A real folder with links in it: the engine overlooks a plugin folder that is a link itself.
  const folder = join(home, "plugins", basename(installed));
  mkdirSync(folder, { recursive: true });
  const present = new Set(readdirSync(folder));
  for (const file of files) if (!present.has(file)) symlinkSync(join(installed, file), join(folder, file));
}

function installedFolder(name: string): string {
  const machineHome = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  return join(machineHome, "plugins", `resource-${name}-v${wantedVersion(name)}`);
}

function filesOf(folder: string): string[] | undefined {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** The plugin version that an npm package of Pulumi asks the engine for. */
function wantedVersion(name: string): string {
  const file = createRequire(import.meta.url).resolve(`@pulumi/${name}/package.json`);
  const { version, pulumi } = JSON.parse(readFileSync(file, "utf8")) as {
    version: string;
    pulumi?: { version?: string };
  };
  return (pulumi?.version ?? version).replace(/^v/, "");
}
