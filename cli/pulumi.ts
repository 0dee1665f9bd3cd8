/**
 * The Pulumi engine as people have installed it: the only place that runs it. Pulumi's Automation API would run
 * `pulumi version` before each command, and takes most of a second to load.
 *
 * @packageDocumentation
 */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import { yamlFault } from "../contract/settings-lines.ts";
import { printable } from "../contract/text/printable.ts";
import { shortened } from "../contract/words.ts";
import { ImportFile } from "../doctor/orphans/import-file.ts";
import { engineAdvice } from "./engine-advice.ts";
import { howItEnded, linesAfter, wordsOfEnd } from "./how-it-ended.ts";
import { settingsFile } from "../stacks/settings-file.ts";

/** How a command of the engine ended. */
export interface Ended {
  readonly succeeded: boolean;
  readonly stdout: string;
  /** What it said on standard error. */
  readonly said: string;
}

export interface Running {
  /** What needs it, for a machine that has none: "The review needs". */
  readonly purpose?: string;
  /** What does without it, as in "install Pulumi, or give the outputs as a file (--outputs)". */
  readonly otherwise?: string;
  /** Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs the engine in this folder, without questions; that it fails is no error here, where it says why.
 *
 * @throws SettingsError when it is not there
 * @throws TenantwireError when it was killed, or says nothing
 */
export function pulumi(args: readonly string[], running: Running = {}): Promise<Ended> {
  const { purpose = "This needs", otherwise, env = process.env } = running;
  return new Promise((resolve, reject) => {
    const all = [...args, "--non-interactive"];
    execFile("pulumi", all, { env, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error?.code === "ENOENT") {
        const mend = otherwise === undefined ? "install Pulumi" : `install Pulumi, or ${otherwise}`;
        return reject(new SettingsError(`${purpose} pulumi, which is not on PATH: ${mend}.`));
      }
      const said = advised(located(stderr.trim().replace(/^error: /, ""), all));
      const how = error && howItEnded(error, said === "" ? stdout : said);
      if (how) return reject(new TenantwireError(wordsOfEnd(`${named(args)} ${how}`, said)));
      resolve({ succeeded: !error, stdout, said });
    });
  });
}

/**
 * @returns what it printed on standard output
 * @throws TenantwireError in the engine's words when it fails
 */
export async function runPulumi(args: readonly string[], running?: Running): Promise<string> {
  const { succeeded, stdout, said } = await pulumi(args, running);
  if (succeeded) return stdout;
  throw new TenantwireError(linesAfter(`${named(args)} failed. It says: `, said));
}

/** The same for what prints JSON. @throws TenantwireError also when it prints something else, or something beside it */
export async function pulumiJson(args: readonly string[], running?: Running): Promise<unknown> {
  return jsonOf(await runPulumi(args, running), args);
}

/** Everything that a deployment would make now, as `pulumi import` takes it. @param args further ones, such as `--cwd` */
export async function plannedImport(
  stack: string,
  args: readonly string[] = [],
  running?: Running,
): Promise<ImportFile> {
  const folder = await mkdtemp(join(tmpdir(), "tenantwire-"));
  try {
    const file = join(folder, "import.json");
    await runPulumi(["preview", "--stack", stack, "--import-file", file, ...args], running);
    return ImportFile.parse(JSON.parse(await readFile(file, "utf8")));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a command printed, as JSON. @throws TenantwireError with its first line when it is none */
export function jsonOf(stdout: string, args: readonly string[]): unknown {
  try {
    return JSON.parse(stdout);
  } catch (error) {
    const [first = ""] = stdout.trim().split("\n", 1);
    const begins = first === "" ? "printed nothing" : `did not print JSON alone; it begins: ${shown(first)}`;
    throw new TenantwireError(`${named(args)} ${begins}. Look at what pulumi is on this machine's PATH.`, {
      cause: error,
    });
  }
}

/**
 * Writes settings into the stack's file. Always as they are: the engine judges by its look whether something is a
 * secret, and takes some days for one (seen: engine 3.259 refuses 2027-05-28 under a name with "secret" in it).
 *
 * @param settings by their places, with the namespace: `tenantwire:ones.microsoft365.secret.acknowledged`
 */
export async function setSettings(settings: ReadonlyMap<string, string>, stack: string): Promise<void> {
  const written = [...settings].flatMap(([setting, value]) => ["--plaintext", `${setting}=${value}`]);
  await runPulumi(["config", "set-all", "--path", ...written, "--stack", stack]);
}

/** The engine says of a file that is no YAML only in which line: here also of which file, and what is wrong there. */
function located(said: string, args: readonly string[]): string {
  const stack = args[args.indexOf("--stack") + 1]?.split("/").at(-1);
  if (!/yaml: line \d+/.test(said) || stack === undefined) return said;
  const found = settingsFile(stack);
  const fault = found && yamlFault(found.text);
  return fault ? `${said}\n${found.file}:${fault.line}: ${fault.text}` : said;
}

function advised(said: string): string {
  const advice = engineAdvice(said);
  return advice === undefined ? said : `${said}\n${advice}`;
}

function named(args: readonly string[]): string {
  return ["pulumi", ...args.slice(0, 2).filter((each) => !each.startsWith("-"))].join(" ");
}

const SHOWN = 120;

function shown(line: string): string {
  return printable(shortened(line, SHOWN)).trim();
}
