/** The package that this is: where it lies, and what its manifest says. @packageDocumentation */
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { SettingsError } from "../contract/errors.ts";
import manifest from "../package.json" with { type: "json" };

/** Top of the package, or of the checkout. */
export const packageFolder = join(import.meta.dirname, "..");

export interface Manifest {
  readonly version: string;
  /** In no registry. */
  readonly private: boolean;
  readonly engines: Readonly<Record<string, string>>;
  /** Pulumi's packages, with the versions that it was tried with. */
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/**
 * @throws SettingsError in a checkout, whose sources cannot be installed elsewhere
 */
export function installedPackage(): Manifest {
  const { version, engines, private: isPrivate = false, peerDependencies } = manifest as Partial<Manifest>;
  if (version === undefined || engines === undefined || peerDependencies === undefined) {
    throw new SettingsError(
      "This is a checkout, and a tenant repository is made from the package: npm run build, and then in an empty folder npx --package=<this folder>/dist/tenantwire-x.y.z.tgz --loglevel=error tenantwire init.",
    );
  }
  return { version, engines, private: isPrivate, peerDependencies };
}

/** Vendors that a tenant repository can begin with: what there is a starting file for. */
export function startingVendors(): readonly string[] {
  return readdirSync(join(packageFolder, "templates", "settings", "vendors"))
    .map((file) => basename(file, ".yaml"))
    .sort();
}

/** Where a tenant repository's pipelines can run. */
export const PIPELINES = ["github", "azure-devops"] as const;
