/**
 * What somebody installs with the package: its size, and how many packages come with it. Measured against the whole
 * checkout, and against what Pulumi's own packages bring along anyway.
 *
 * @packageDocumentation
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../sandbox/project.ts";
import type { Figure } from "./figure.ts";

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly link?: boolean;
}

export function packageFigures(show: (line: string) => void): Figure[] {
  show("making the package");
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-bench-"));
  try {
    execFileSync(process.execPath, [join(repository, "packaging", "build.ts"), folder], { stdio: "ignore" });
    const name = readdirSync(folder).find((file) => /^tenantwire-\d.*\.tgz$/.test(file)) ?? "";
    const size = statSync(join(folder, name)).size;
    const sources = Number(
      execFileSync("git", ["archive", "--format=tar.gz", "HEAD"], { cwd: repository, maxBuffer: 2 ** 28 }).length,
    );
    const { packages } = JSON.parse(readFileSync(join(repository, "package-lock.json"), "utf8")) as Lock;
    const manifest = packages[""]?.dependencies ?? {};
    const names = Object.keys(manifest);
    const product = closure(packages, names);
    const pulumi = closure(
      packages,
      names.filter((one) => one.startsWith("@pulumi/")),
    );
    const all = Object.values(packages).filter(({ link }) => !link).length - 1;
    return [
      {
        name: "package: size / the sources of a checkout",
        value: size / sources,
        goal: 1,
        detail: `${kilobytes(size)} kB / ${kilobytes(sources)} kB, both compressed`,
      },
      {
        name: "package: packages installed / Pulumi's own",
        value: product.size / pulumi.size,
        goal: 2,
        detail: `${product.size} / ${pulumi.size}; a checkout has ${all}`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every package that these need, by its place in the lock file. */
function closure(packages: Lock["packages"], names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = names.map((name) => ({ name, from: "" }));
  for (let next = open.pop(); next; next = open.pop()) {
    const place = placeOf(packages, next.name, next.from);
    if (place === undefined || found.has(place)) continue;
    found.add(place);
    for (const name of Object.keys(packages[place]?.dependencies ?? {})) open.push({ name, from: place });
  }
  return found;
}

/** Where Node finds a package from the place of another one: in its own node_modules, or further up. */
function placeOf(packages: Lock["packages"], name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const place = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (folder === "") return undefined;
  }
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 1000);
}
