/** Measured program: reads a project of work items, or runs the sync of it with OnePlan. */
import { subscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import { createAzureDevOpsClient } from "../sync/connectors/azure-devops/index.ts";
import { HTTP_EVENTS, type HttpEvent } from "../sync/connectors/http/events.ts";
import { createOnePlanClient } from "../sync/connectors/oneplan/client.ts";
import { plansDefinition } from "../sync/kinds/plans/definition.ts";
import { Limits } from "../sync/planner/limits.ts";
import { runSync } from "../sync/run/run.ts";
import { openSqliteState } from "../sync/state/sqlite/store.ts";
import { DAY_MS } from "../contract/days.ts";

export interface PlansAsked {
  readonly does: "read" | "run";
  readonly organization: string;
  readonly project: string;
  /** A personal access token of the stand-in. */
  readonly token: string;
  readonly keyName: string;
  readonly key: string;
  /** File of the state. */
  readonly state: string;
}

export interface PlansMeasured {
  readonly seconds: number;
  readonly items: number;
  /** Queries and batches of work items. */
  readonly reads: number;
  /** To both hosts; where only work items are read, what reading them takes. */
  readonly requests: number;
  /** The same by what is asked for: `GET plan/tasks/task`. */
  readonly byKind?: Readonly<Record<string, number>>;
  /** The most load in five minutes, in TSTU, as Azure DevOps told it. */
  readonly load?: { readonly used: number; readonly limit: number };
  /** The most memory that the process had, in bytes. */
  readonly memory?: number;
}

const READS = /\/_apis\/wit\/(wiql|workitemsbatch)/i;
const asked = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as PlansAsked;
const { organization: name, project, token, keyName, key, state, does } = asked;
const url = `https://dev.azure.com/${name}`;
let reads = 0;
let requests = 0;
const byKind: Record<string, number> = {};
let load: PlansMeasured["load"];
subscribe(HTTP_EVENTS, (event) => count(event as HttpEvent));

const definition = plansDefinition({
  sync: "plans-bench",
  organization: {
    ...{ name, url, projects: [project], planTypes: ["Epic", "Feature"], taskTypes: ["User Story", "Task"] },
    ...{ outsideIterations: true, createWorkItems: false, notifications: false },
    ...{ nestedInItself: "nearest", skippedLevel: "nearest", parentOutOfScope: "top", planFields: [], taskFields: [] },
  },
  azureDevOps: createAzureDevOpsClient({
    organization: name,
    proof: () => Promise.resolve({ personalToken: token }),
    mend: "Make a new token.",
  }),
  oneplan: createOnePlanClient({
    baseUrl: "https://my.oneplan.ai",
    keyName,
    key: () => Promise.resolve(key),
  }),
  oneplanUrl: "https://my.oneplan.ai",
  isShared: false,
  limits: Limits.parse({ create: { percent: 1_000_000 } }),
  scopeHash: "bench",
  fullEveryMs: DAY_MS,
  dryRun: does === "read",
  now: () => new Date(),
});

const store = openSqliteState(state);
try {
  // Connecting, and what is checked before anything is read, is no part of reading.
  if (does === "read") await definition.a.check([], new AbortController().signal);
  [reads, requests] = [0, 0];
  const started = performance.now();
  const items = does === "read" ? await readOnce() : await runOnce();
  const seconds = (performance.now() - started) / 1000;
  // In kibibytes.
  const memory = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(
    JSON.stringify({ seconds, items, reads, requests, byKind, ...(load && { load }), memory } satisfies PlansMeasured),
  );
} finally {
  await store.close();
}

/** What a full run reads of Azure DevOps, and nothing else. */
async function readOnce(): Promise<number> {
  const { a } = definition;
  const signal = new AbortController().signal;
  let items = 0;
  const request = {
    ...{ mode: "full" as const, dryRun: true, signal, state: await store.read() },
    isLinked: () => Promise.resolve(false),
    onProgress: () => undefined,
  };
  for await (const page of a.read(request)) items += page.length;
  return items;
}

async function runOnce(): Promise<number> {
  const { status, failure, counts } = await runSync(definition, { store });
  if (status !== "Success") throw new Error(`The run ended with ${status}: ${failure ?? JSON.stringify(counts)}`);
  return counts.create + counts.update;
}

function count(event: HttpEvent): void {
  if (event.kind === "load" && event.used >= (load?.used ?? 0)) load = { used: event.used, limit: event.limit };
  if (event.kind !== "answer" || event.method === "OPTIONS") return;
  requests += 1;
  if (READS.test(event.path)) reads += 1;
  const kind = `${event.method} ${kindOf(event.path)}`;
  byKind[kind] = (byKind[kind] ?? 0) + 1;
}

/** What is asked for, without whose it is. */
function kindOf(path: string): string {
  const [, below] = /_apis\/(.*)$/.exec(path) ?? [];
  if (below !== undefined) return below.replace(/\/\d+/g, "/item");
  return path
    .replace(/^\/api\//, "")
    .replace(/tasks\/[^/]{36}/, "tasks/task")
    .replace(/^workplan\/[^/]{36}/, "plan");
}
