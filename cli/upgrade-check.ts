/**
 * `tenantwire upgrade-check`: what another version of tenantwire would change for this repository. The same settings
 * are reviewed under both, after what the changelog says of the way between; nothing is deployed, and this folder stays as it is.
 *
 * @packageDocumentation
 */
import { howItEnded, linesAfter, wordsOfEnd } from "./how-it-ended.ts";
import { execFile } from "node:child_process";
import { constants, cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import { ExitCode } from "../contract/exit-code.ts";
import type { Review } from "../review/index.ts";
import { changesBetween } from "./changelog.ts";
import { npm } from "./npm.ts";
import { packageFolder } from "./package.ts";
import { printable, printableText } from "../contract/text/printable.ts";

export interface UpgradeCheckOptions {
  readonly stack?: string;
  readonly to: string;
}

const LEFT_OUT: readonly string[] = ["node_modules", ".git", ".tenantwire"];

/** Exits with 10 where a deployment would change more, or other things, or a finding is new. */
export async function upgradeCheck({ stack, to: target }: UpgradeCheckOptions): Promise<void> {
  if (stack === undefined) throw new SettingsError("Which stack? Name it: -s <stack>.");
  const here = resolve(".");
  if (!existsSync(join(here, "Pulumi.yaml")) || !existsSync(join(here, "package.json"))) {
    throw new SettingsError("There is no Pulumi.yaml here: run this at the top of a tenant repository.");
  }
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-upgrade-"));
  try {
    cpSync(here, folder, { recursive: true, filter: (path) => !LEFT_OUT.includes(basename(path)) });
    const wanted = existsSync(resolve(target)) ? resolve(target) : `tenantwire@${target}`;
    process.stderr.write("Installing the other version in a copy of this folder: half a gigabyte, a minute or two\n");
    copyInstalled(join(here, "node_modules"), join(folder, "node_modules"));
    await npm(folder, [
      "install",
      "--save-exact",
      "--prefer-offline",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
      wanted,
    ]);
    const other = join(folder, "node_modules", "tenantwire");
    process.stderr.write("Reviewing the settings under both\n");
    const before = await reviewed(packageFolder, here, stack);
    const after = await reviewed(other, folder, stack);
    const news = [
      ...added(
        before.changes,
        after.changes,
        ({ operation, type, name, properties }) =>
          `${operation} ${type} ${name}${properties.length > 0 ? ` (${properties.map((one) => one.name).join(", ")})` : ""}`,
      ),
      ...added(before.findings, after.findings, ({ level, rule, text }) => `${level}: ${rule}: ${text}`),
    ];
    const [from, to] = [versionOf(packageFolder), versionOf(other)];
    const written = changesBetween(changelogOf(other), from, to);
    process.stdout.write(
      `tenantwire ${from} -> ${to}\n` +
        (written === "" ? "" : `\n${printableText(written)}\n\n`) +
        (news.length === 0
          ? `Nothing that a deployment of "${stack}" would do changes.\n`
          : `A deployment of "${stack}" would do besides:\n${news.map((line) => `  ${printable(line)}\n`).join("")}`) +
        howToInstall(target, to),
    );
    if (news.length > 0) process.exitCode = ExitCode.successWithExceptions;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is installed here: npm puts the other version into it, and unpacks no more than what differs. */
function copyInstalled(from: string, to: string): void {
  if (!existsSync(from)) return;
  // Never a link to what is used here, which npm would change.
  cpSync(realpathSync(from), to, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  // npm believes its own list of what lies there while no folder is newer, and unpacks everything again otherwise.
  const list = join(to, ".package-lock.json");
  const now = new Date();
  if (existsSync(list)) utimesSync(list, now, now);
}

/** A tarball is kept in the repository itself, so that `npm ci` finds it everywhere. */
function howToInstall(target: string, version: string): string {
  return existsSync(resolve(target))
    ? `To move to it, copy the tarball into packages/, and: npm install --save-exact ./packages/${printable(basename(target))}\n`
    : `To move to it: npm install --save-exact tenantwire@${printable(version)}\n`;
}

/** In the words of `tell`, what is in `after` and not in `before`. */
function added<T>(before: readonly T[], after: readonly T[], tell: (one: T) => string): string[] {
  const known = new Set(before.map(tell));
  return after.map(tell).filter((line) => !known.has(line));
}

/** The review that the package in `product` makes of a stack of the project in `cwd`. */
function reviewed(product: string, cwd: string, stack: string): Promise<Review> {
  const args = [join(product, "bin", "tenantwire.js"), "review", "-s", stack, "--format", "json"];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      const review = `The review under tenantwire ${versionOf(product)}`;
      try {
        if (!error || error.code === ExitCode.successWithExceptions) return resolve(JSON.parse(stdout) as Review);
      } catch {
        const [first = ""] = stdout.trim().split("\n", 1);
        return reject(new TenantwireError(`${review} did not print JSON alone; it begins: ${printable(first)}`));
      }
      const said = stderr.trim().replace(/^tenantwire: /, "");
      const how = howItEnded(error, said);
      if (how !== undefined) return reject(new TenantwireError(wordsOfEnd(`${review} ${how}`, said)));
      reject(new TenantwireError(linesAfter(`${review} failed. It says: `, said)));
    });
  });
}

function versionOf(product: string): string {
  return (JSON.parse(readFileSync(join(product, "package.json"), "utf8")) as { version: string }).version;
}

/** Nothing where the package has none. */
function changelogOf(product: string): string {
  const file = join(product, "CHANGELOG.md");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
