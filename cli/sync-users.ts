/**
 * `tenantwire sync users`: Entra users to OnePlan's Resource Center.
 *
 * @packageDocumentation
 */
import { homedir } from "node:os";
import { join } from "node:path";
import pc from "picocolors";
import type { Outputs } from "../stacks/outputs.ts";
import { type Progress as RunProgress, openSqliteState, runSync } from "../sync/engine/index.ts";
import { renderReport } from "../sync/engine/report-terminal.ts";
import { usersSync } from "../sync/users/index.ts";
import { interruption } from "./interruption.ts";
import { type OutputsSource, loadOutputs } from "./outputs.ts";
import { createProgress } from "./progress.ts";

export interface SyncUsersOptions extends OutputsSource {
  readonly state?: string;
  readonly dryRun?: boolean;
  readonly full?: boolean;
  readonly allow?: string;
  readonly json?: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export async function syncUsers(options: SyncUsersOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  const sync = usersSync({ outputs, environment: process.env, acceptReplacedGroups: options.full ?? false });
  const store = openSqliteState(options.state ?? stateFile(outputs));
  const progress = createProgress();
  try {
    const report = await runSync(
      {
        sync: "users",
        source: sync.source,
        target: sync.target,
        fields: sync.fields,
        limits: sync.limits,
        scopeHash: sync.fingerprint,
        fullEveryMs: sync.fullEveryDays * DAY_MS,
      },
      {
        store,
        ...(options.full ? { mode: "full" } : {}),
        dryRun: options.dryRun ?? false,
        ...(options.allow === undefined ? {} : { allow: options.allow }),
        command: commandLine(options),
        requests: () => sync.requests,
        signal: interruption(),
        onProgress: (now) => progress.show(describe(now)),
      },
    );
    progress.done();
    process.stdout.write(
      options.json
        ? `${JSON.stringify(report, null, 2)}\n`
        : renderReport(report, { color: pc.isColorSupported && process.stdout.isTTY }),
    );
    if (options.json && report.failure !== undefined) process.stderr.write(`tenantwire: ${report.failure}\n`);
    process.exitCode = report.exitCode;
  } finally {
    progress.done();
    await store.close();
  }
}

/**
 * Where the sync of a stack remembers what it did, unless `--state` says otherwise: a file per tenant and stack in
 * `TENANTWIRE_STATE`, or in the folder that this user's programs keep their state in.
 */
function stateFile({ tenant, mark }: Outputs): string {
  const base = process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state");
  const folder = process.env["TENANTWIRE_STATE"] ?? join(base, "tenantwire");
  return join(folder, `${tenant.id}-${mark.replaceAll("/", "-")}.sqlite`);
}

/** The command to run again, for messages that say so. */
function commandLine({ stack, outputs, state }: SyncUsersOptions): string {
  const where = stack === undefined ? `--outputs ${outputs}` : `-s ${stack}`;
  return `tenantwire sync users ${where}${state === undefined ? "" : ` --state ${state}`}`;
}

const phases: Readonly<Record<RunProgress["phase"], string>> = {
  recover: "looking after what an earlier run left",
  read: "reading Entra",
  list: "reading OnePlan",
  plan: "planning",
  write: "writing",
  verify: "reading back",
};

function describe({ phase, done, total }: RunProgress): string {
  const amount = done.toLocaleString("en-US");
  return `${phases[phase]}: ${total === undefined ? amount : `${amount} of ${total.toLocaleString("en-US")}`}`;
}
