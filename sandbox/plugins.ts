/**
 * Plugins of the machine for a stand-in whose engine has a `PULUMI_HOME` of its own.
 *
 * @packageDocumentation
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { basename, extname, join } from "node:path";
import { SettingsError } from "../contract/errors.ts";
import { SandboxError } from "./errors.ts";

/** The packages that the stand-in's provider answers for. */
export const PROVIDER_PACKAGES = ["azuread", "azure-native"];

/** Beside this file, and like it TypeScript in a checkout and JavaScript in the package. */
const LAUNCHER = join(import.meta.dirname, "provider", `launcher${extname(import.meta.filename)}`);

/**
 * Puts the machine's plugins of these packages, in the version that the project's packages want, into `home`.
 *
 * @throws SettingsError for a package that the stand-in's provider does not answer for anyway
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

/**
 * Puts a plugin of each package into `home` that is answered by the stand-in at `socket`: the engine starts it as it
 * would start the real one, with its own environment.
 */
export function installLaunchers(packages: readonly string[], home: string, socket: string): void {
  for (const name of packages) {
    const folder = freshFolder(name, home);
    const command = [process.execPath, LAUNCHER, socket, name].map(quoted).join(" ");
    // It reaches no host: without a proxy to think of Node starts in half of the time, twice for each deployment.
    const script = `#!/bin/sh\nunset NODE_USE_ENV_PROXY\nexec ${command} "$@"\n`;
    writeFileSync(join(folder, `pulumi-resource-${name}`), script, { mode: 0o700 });
  }
}

/** Where the engine looks for the plugin, without what an earlier stand-in put there. */
function freshFolder(name: string, home: string): string {
  const folder = join(home, "plugins", basename(installedFolder(name)));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
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
  const folder = freshFolder(name, home);
  for (const file of files) symlinkSync(join(installed, file), join(folder, file));
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
export function wantedVersion(name: string): string {
  const file = createRequire(import.meta.url).resolve(`@pulumi/${name}/package.json`);
  const { version, pulumi } = JSON.parse(readFileSync(file, "utf8")) as {
    version: string;
    pulumi?: { version?: string };
  };
  return (pulumi?.version ?? version).replace(/^v/, "");
}
