/**
 * `tenantwire plans list`, `connect`, `disconnect` and `open`: which plans go with which work items.
 *
 * @packageDocumentation
 */
import { Access } from "../doctor/checks/access.ts";
import { connectingAs } from "../doctor/checks/plans.ts";
import { SettingsError } from "../contract/errors.ts";
import { given } from "../contract/may-show.ts";
import { printable, printableJson } from "../contract/text/printable.ts";
import { quoted } from "../contract/words.ts";
import type { AzureDevOpsConnection } from "../sync/connectors/azure-devops/index.ts";
import {
  type Connected,
  type ConnectedPlan,
  connectedPlans,
  connectPlan,
} from "../sync/kinds/plans/by-hand/connect.ts";
import { disconnectPlan } from "../sync/kinds/plans/by-hand/disconnect.ts";
import { azureDevOpsConnection, declaredPlans, openAzureDevOps, openOnePlan } from "../sync/kinds/plans/connections.ts";
import { plansSyncName } from "../sync/kinds/plans/declared.ts";
import { holding, type State, type StateStore } from "../sync/state/session.ts";
import { reachOf } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { loadOutputs } from "./outputs.ts";
import type { PlansOptions } from "./plans-check.ts";
import { openState } from "./state.ts";
import { targetsOf } from "./sync-kind.ts";
import { plans as plansKind } from "./sync-plans.ts";
import { renderConnected, renderTakenApart } from "./terminal/plans.ts";
import { command } from "../contract/this-stack.ts";

export async function listConnected(options: PlansOptions): Promise<void> {
  const all = await withOrganizations(options, async (organizations) => {
    const lists = [];
    for (const { connected } of organizations) {
      const name = connected.organization.name;
      lists.push(...(await connectedPlans(connected)).map((plan) => ({ organization: name, ...plan })));
    }
    return lists;
  });
  process.stdout.write(options.json ? `${printableJson({ version: 1, plans: all })}\n` : renderConnected(all));
}

export interface ConnectOptions extends PlansOptions {
  /** Id of the work item. */
  readonly to: string;
}

export async function connect(plan: string, options: ConnectOptions): Promise<void> {
  if (!/^[1-9]\d{0,9}$/.test(options.to)) {
    throw new SettingsError(`--to takes the number of a work item, such as 1234, not ${given(options.to)}.`);
  }
  const { plan: name, title } = await inOne(options, (connected) => connectPlan(connected, plan, Number(options.to)));
  process.stdout.write(
    printable(`The plan ${quoted(name)} goes with work item ${options.to} (${quoted(title)}) now.`) +
      `\nThe next run compares the two: ${command("sync plans", "--dry-run")} shows what it would do.\n`,
  );
}

export interface DisconnectOptions extends PlansOptions {
  readonly dryRun?: boolean;
}

/** Takes a plan and its work item apart, or says what that would come to. */
export async function disconnect(plan: string, options: DisconnectOptions): Promise<void> {
  const { dryRun = false } = options;
  const taken = await inOne(options, (connected) => disconnectPlan(connected, plan, dryRun), dryRun);
  process.stdout.write(
    options.json ? `${printableJson({ version: 1, dryRun, ...taken })}\n` : renderTakenApart(taken, dryRun),
  );
}

/** The one organization that is meant. */
export function onlyOne([only, ...others]: readonly Opened[]): Opened {
  if (only && others.length === 0) return only;
  throw new SettingsError("Several organizations are declared: say with --target which one is meant.");
}

/** Works in the one organization that is meant, under the lock of its sync unless nothing is written. */
async function inOne<T>(
  options: PlansOptions,
  work: (connected: Connected) => Promise<T>,
  readsOnly = false,
): Promise<T> {
  return withOrganizations(options, async (organizations, store) => {
    const only = onlyOne(organizations);
    if (readsOnly) return work(only.connected);
    // A run that is under way reads and writes the same.
    return holding(store.lock(only.connected.sync), (state) => work({ ...only.connected, state }));
  });
}

/** Prints where the work item of a plan is. */
export async function open(plan: string, options: PlansOptions): Promise<void> {
  const found = await withOrganizations(options, async (organizations) => {
    const plans: ConnectedPlan[] = [];
    for (const { connected } of organizations) plans.push(...(await connectedPlans(connected)));
    return plans.filter(({ id, name, disconnected }) => !disconnected && (id === plan.toLowerCase() || name === plan));
  });
  if (found.length === 0) throw new SettingsError(`No plan ${given(plan)} goes with a work item.`);
  for (const { url } of found) process.stdout.write(`${printable(url)}\n`);
}

export interface Opened {
  readonly connected: Connected;
  readonly connection: AzureDevOpsConnection;
}

/** Opens the organizations that are meant, on both sides. */
export async function withOrganizations<T>(
  options: PlansOptions,
  use: (organizations: readonly Opened[], store: StateStore) => Promise<T>,
): Promise<T> {
  const outputs = await loadOutputs(options);
  const plans = declaredPlans(outputs);
  const targets = targetsOf(plansKind, outputs, options);
  const signal = interruption();
  const store = openState(options.state, outputs, { signal });
  try {
    const state: State = await store.read();
    const connecting = connectingAs(
      new Access(outputs, process.env),
      reachOf(outputs, options, async () => state),
    );
    const organizations = plans.organizations
      .filter(({ name }) => targets.includes(name))
      .map((organization) => ({
        connection: azureDevOpsConnection(organization, connecting),
        connected: {
          organization,
          sync: plansSyncName(organization.name),
          azureDevOps: openAzureDevOps(organization, connecting),
          oneplan: openOnePlan(plans, connecting),
          integrationId: plans.integrationId,
          isShared: plans.organizations.length > 1,
          oneplanUrl: plans.baseUrl.replace(/\/+$/, ""),
          state,
          signal,
        },
      }));
    return await use(organizations, store);
  } finally {
    await store.close();
  }
}
