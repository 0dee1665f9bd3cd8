/** The templates of pipelines, read as YAML, and the scripts in them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "../../sandbox/project.ts";

const folder = join(repository, "pipelines");

/** Texts of all files, by path below `pipelines`. */
export function allFiles(): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yml"));
  return new Map(names.toSorted().map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

export interface GitHubStep {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | boolean>>;
  readonly if?: string;
}

export interface GitHubJob {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string };
  readonly steps: readonly GitHubStep[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress"?: boolean };
  readonly jobs: Readonly<Record<string, GitHubJob>>;
}

/** The script of each kind that installs the engine. */
export function installScripts(): readonly [kind: string, script: string][] {
  const kinds = [
    ["GitHub", join("github", "actions", "tenantwire", "action.yml")],
    ["Azure DevOps", join("azure-devops", "templates", "install.yml")],
  ] as const;
  return kinds.map(([kind, file]) => [kind, installIn(parse(readFileSync(join(folder, file), "utf8")))]);
}

/** Wherever it stands. */
function installIn(value: unknown): string {
  if (typeof value === "string") return value.includes("pulumi/releases") ? value : "";
  if (typeof value !== "object" || value === null) return "";
  return Object.values(value).map(installIn).join("");
}

export type Name = "review" | "deploy" | "scheduled" | "sync";

export function workflow(name: Name): Workflow {
  return parse(readFileSync(join(folder, "github", "workflows", `${name}.yml`), "utf8")) as Workflow;
}

/** The scripts of a job in GitHub, in order. */
export function gitHubScripts(name: Name, job: string): string[] {
  return (workflow(name).jobs[job]?.steps ?? []).flatMap(({ run }) => (run === undefined ? [] : [run]));
}

interface AzureStep {
  readonly template?: string;
  readonly parameters?: { readonly connection?: string; readonly script?: string };
  readonly script?: string;
}

interface AzureJob {
  readonly job: string;
  readonly condition?: string;
  readonly steps: readonly AzureStep[];
}

export interface AzurePipeline {
  readonly resources?: unknown;
  readonly trigger: unknown;
  readonly pr: unknown;
  readonly schedules?: readonly { readonly cron: string }[];
  readonly lockBehavior?: string;
  readonly jobs?: readonly AzureJob[];
  readonly stages?: readonly {
    readonly stage: string;
    readonly condition?: string;
    readonly jobs: readonly AzureJob[];
  }[];
}

export function azurePipeline(name: Name): AzurePipeline {
  return parse(readFileSync(join(folder, "azure-devops", `${name}.yml`), "utf8")) as AzurePipeline;
}

export interface SignedInJob {
  readonly job: string;
  /** Of the service connection's name what comes after the stack's: `preview`. */
  readonly identity: string;
  /** As it runs, with what the template puts before it. */
  readonly script: string;
}

/** The scripts in Azure DevOps that run signed in, in order. */
export function signedInJobs(name: Name): SignedInJob[] {
  const { jobs = [], stages = [] } = azurePipeline(name);
  return [...jobs, ...stages.flatMap((stage) => stage.jobs)].flatMap(({ job, steps }) =>
    steps.flatMap(({ template, parameters }) => {
      if (template !== "templates/signed-in.yml" || parameters?.script === undefined) return [];
      const identity = parameters.connection?.replace("tenantwire-${{ parameters.stack }}-", "") ?? "?";
      return [
        { job, identity, script: signedInScript().replace("${{ parameters.script }}", () => parameters.script ?? "") },
      ];
    }),
  );
}

function signedInScript(): string {
  const file = join(folder, "azure-devops", "templates", "signed-in.yml");
  const { steps } = parse(readFileSync(file, "utf8")) as { steps: [{ inputs: { inlineScript: string } }] };
  return steps[0].inputs.inlineScript;
}
