/**
 * `tenantwire init`: a tenant repository in an empty folder. Settings, a one-line program and a pinned version; nothing
 * is deployed and nothing outside the folder is written.
 *
 * @packageDocumentation
 */
import { given } from "../contract/may-show.ts";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { SettingsError } from "../contract/errors.ts";
import { didYouMean } from "../contract/nearest.ts";
import { Tenant } from "../stacks/settings/tenant.ts";
import { npm } from "./npm.ts";
import { installedPackage, type Manifest, packageFolder, PIPELINES, startingVendors } from "./package.ts";
import { command, fill } from "../contract/this-stack.ts";

export interface InitFlags {
  readonly tenant?: string;
  readonly domain?: string;
  readonly vendor?: readonly string[];
  readonly pipelines?: string;
}

export interface Answers {
  readonly tenant: string;
  readonly domain: string;
  readonly vendors: readonly string[];
  readonly pipelines: (typeof PIPELINES)[number];
}

/** Where a pipeline's jobs get the tokens that the sync identity trusts (published by GitHub and by Microsoft). */
const TRUST = {
  github: {
    issuer: "https://token.actions.githubusercontent.com",
    subject: "repo:your-organization/your-repository:environment:your-stack-sync",
  },
  "azure-devops": {
    issuer: "https://login.microsoftonline.com/{{tenant}}/v2.0",
    subject: "what the service connection of the sync shows",
  },
} as const;

/** Where the templates of the pipelines expect to be. */
const PLACE = { github: ".github", "azure-devops": "pipelines/azure-devops" } as const;

/** Pulumi projects beside the tenant's own: what pipelines need, and the grants of who may grant. */
const PROJECTS = ["bootstrap", "grants"] as const;

const APPROVAL = {
  github: "`.github/CODEOWNERS` says so: put your teams into it and require reviews from code owners for `main`.",
  "azure-devops":
    "In the branch policy of `main`, add both as automatically included reviewers: one for `/stacks/*`, one for the rest.",
} as const;

/**
 * @throws SettingsError when an answer is missing or wrong, and when the folder is not empty
 */
export async function init(flags: InitFlags): Promise<void> {
  const folder = resolve(".");
  checkEmpty(folder);
  const answers = await answersOf(flags);
  const product = installedPackage();
  write(folder, answers, product);
  await pin(folder, answers, product);
  process.stdout.write(whatNext(answers));
}

function checkEmpty(folder: string): void {
  const inTheWay = whyNotHere(readdirSync(folder));
  if (inTheWay !== undefined) throw new SettingsError(inTheWay);
}

/**
 * Why a folder cannot be written into, and what to do: a repository that was just made may have its .git already.
 *
 * @param names of what is in it
 */
export function whyNotHere(names: readonly string[]): string | undefined {
  const present = names.filter((name) => name !== ".git");
  if (present.length === 0) return undefined;
  if (!present.includes("Pulumi.yaml") || !present.includes("stacks")) {
    return `init writes into an empty folder, and here is ${present.slice(0, 3).join(", ")}${present.length > 3 ? " and more" : ""}. Make one and run it there.`;
  }
  if (present.includes("package-lock.json")) {
    return `This folder is a tenant repository already. To move it to another version: ${command("upgrade-check", "--to", fill("version"))}`;
  }
  return present.includes("package.json")
    ? "init was interrupted here while it installed: run npm install, which ends it."
    : "init was interrupted here before it was done: empty the folder and run it again.";
}

/** What is asked, and what an answer stands for: told by a flag or typed, with what is taken where it is none. */
const QUESTIONS = {
  tenant: {
    text: () => "Id of the tenant (Entra > Overview > Tenant ID)",
    read: (said: string) => inTenant(Tenant.shape.id, said, "the tenant's id, a GUID"),
  },
  domain: {
    text: () => "One of its domains, such as contoso.onmicrosoft.com",
    read: (said: string) =>
      inTenant(Tenant.shape.domain, said, "one of the tenant's domains, such as contoso.onmicrosoft.com"),
  },
  vendor: {
    text: () => `What is connected (${startingVendors().join(", ")}; several with blanks between)`,
    read: (said: string): Read<readonly string[]> => {
      const names = said.split(/[\s,]+/).filter((name) => name !== "");
      const known = startingVendors();
      const strange = names.find((name) => !known.includes(name));
      if (strange !== undefined) return notOneOf(known, strange);
      if (names.length === 0) return { takes: `${known.join(", ")}; several with blanks between` };
      return { value: [...new Set(names)].sort() };
    },
  },
  pipelines: {
    text: () => `Where pipelines run (${PIPELINES.join(", ")})`,
    read: (said: string): Read<Answers["pipelines"]> => {
      const place = PIPELINES.find((name) => name === said);
      return place === undefined ? notOneOf(PIPELINES, said) : { value: place };
    },
  },
} as const;

type Read<T> = { readonly value: T } | { readonly takes: string };

function inTenant(schema: typeof Tenant.shape.id | typeof Tenant.shape.domain, said: string, takes: string) {
  const { data, success } = schema.safeParse(said);
  return success ? { value: data } : { takes };
}

function notOneOf(known: readonly string[], said: string): { readonly takes: string } {
  const meant = didYouMean(said, known);
  return { takes: `${known.join(", ")}, not ${given(said)}${meant === undefined ? "" : ` (${meant})`}` };
}

/**
 * What flags say, and what somebody who is there answers for the others: again where it is wrong.
 *
 * @throws SettingsError for what is wrong in flags, before anything is asked, and where nobody is there
 */
async function answersOf(flags: InitFlags): Promise<Answers> {
  const names = Object.keys(QUESTIONS) as (keyof InitFlags)[];
  const wrong = names.flatMap((name) => {
    const said = saidBy(flags, name);
    const read: Read<unknown> | undefined = said === undefined ? undefined : QUESTIONS[name].read(said);
    return read !== undefined && "takes" in read ? [`--${name} takes ${read.takes}.`] : [];
  });
  if (wrong.length > 0) throw new SettingsError(wrong.join(" "));
  const missing = names.filter((name) => flags[name] === undefined);
  if (missing.length > 0 && !process.stdin.isTTY) {
    throw new SettingsError(`Nobody is there to ask: give ${missing.map((name) => `--${name}`).join(", ")} too.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const ask = async <T>(name: keyof InitFlags, text: string, reads: (said: string) => Read<T>): Promise<T> => {
    for (;;) {
      const read = reads(saidBy(flags, name) ?? (await terminal.question(`${text}: `)).trim());
      if ("value" in read) return read.value;
      process.stderr.write(`This takes ${read.takes}.\n`);
    }
  };
  const { tenant, domain, vendor, pipelines } = QUESTIONS;
  try {
    return {
      tenant: await ask("tenant", tenant.text(), tenant.read),
      domain: await ask("domain", domain.text(), domain.read),
      vendors: await ask("vendor", vendor.text(), vendor.read),
      pipelines: await ask("pipelines", pipelines.text(), pipelines.read),
    };
  } finally {
    terminal.close();
  }
}

/** In the words of an answer that is typed. */
function saidBy(flags: InitFlags, name: keyof InitFlags): string | undefined {
  const said = flags[name];
  return typeof said === "object" ? said.join(" ") : said;
}

function write(folder: string, answers: Answers, product: Manifest): void {
  const { pipelines } = answers;
  const fill = (...path: string[]) => filled(path, answers, product.version);
  const put = (path: string, content: string) => writeFileSync(join(folder, path), content);

  for (const name of ["stacks", ...PROJECTS]) mkdirSync(join(folder, name));
  for (const project of [".", ...PROJECTS]) {
    for (const file of ["Pulumi.yaml", "index.js"]) put(join(project, file), fill(project, file));
  }
  put("README.md", fill("README.md"));
  // npm leaves files of these names out of packages.
  put(".gitignore", fill("gitignore"));
  put(".npmrc", fill("npmrc"));
  put(join("stacks", "Pulumi.example.yaml"), exampleSettings(answers));
  put(join("bootstrap", "Pulumi.example.yaml"), exampleBootstrap(answers));
  cpSync(join(packageFolder, "pipelines", pipelines), join(folder, PLACE[pipelines]), { recursive: true });
  if (pipelines === "github") put(join(".github", "CODEOWNERS"), fill("CODEOWNERS"));
}

/** Settings to begin with: what a tenant has, and a part for each vendor, without the line that they all begin with. */
export function exampleSettings(answers: Answers): string {
  return joined(answers, [
    ["settings", "tenant.yaml"],
    ...answers.vendors.map((name) => ["settings", "vendors", `${name}.yaml`]),
  ]);
}

/** The same of the bootstrap: what every one has, and where its pipelines run. */
export function exampleBootstrap(answers: Answers): string {
  return joined(
    answers,
    ["tenant", answers.pipelines].map((name) => ["bootstrap", "settings", `${name}.yaml`]),
  );
}

function joined(answers: Answers, parts: readonly (readonly string[])[]): string {
  return parts.map((path) => filled(path, answers, "").replace(/^config:\n/, "\n")).join("");
}

/** A template with the answers in it. */
function filled(path: readonly string[], { domain, pipelines, tenant }: Answers, version: string): string {
  // The tenant last: an issuer's address may have it inside.
  const where = { approval: APPROVAL[pipelines], place: `\`${PLACE[pipelines]}/\`` };
  const values = { domain, version, ...where, ...TRUST[pipelines], tenant };
  return Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`{{${name}}}`, value),
    readFileSync(join(packageFolder, "templates", ...path), "utf8"),
  );
}

/** package.json with exact versions, and its lock file. */
async function pin(folder: string, { domain }: Answers, product: Manifest): Promise<void> {
  const own = product.private ? await keepTarball(folder) : product.version;
  const manifest = {
    name: `${domain.split(".")[0]}-integrations`,
    private: true,
    type: "module",
    engines: product.engines,
    dependencies: { tenantwire: own, ...product.peerDependencies },
    allowScripts: { protobufjs: false },
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  process.stderr.write("Installing what package.json names, for the lock file\n");
  await npm(folder, ["install", "--no-audit", "--no-fund", "--loglevel=error"]);
}

/** A version that is in no registry is kept in the repository itself, so that `npm ci` finds it everywhere. */
async function keepTarball(folder: string): Promise<string> {
  const packages = join(folder, "packages");
  mkdirSync(packages);
  const name = await npm(packages, ["pack", "--silent", packageFolder]);
  return `file:packages/${name.trim()}`;
}

function whatNext({ pipelines }: Answers): string {
  return [
    "A tenant repository. Next:",
    "  1. copy stacks/Pulumi.example.yaml to stacks/Pulumi.<stack>.yaml and write your ids into it",
    "  2. pulumi login <backend>, pulumi stack init <stack>",
    "  3. store each secret that the settings name (pulumi config set --secret <name>), and sign in as who deploys (ARM_*)",
    `  4. ${command("test", "--deploy")}`,
    `README.md has the rest. The pipelines are in ${PLACE[pipelines]}; what they need is made by the project in bootstrap`,
    "",
  ].join("\n");
}
