/**
 * `tenantwire plans check`: does all agree that has to before the first write, and what cannot be carried? Writes
 * nothing, on neither side.
 *
 * @packageDocumentation
 */
import { Access } from "../doctor/checks/access.ts";
import { connectingAs } from "../doctor/checks/plans.ts";
import { ExitCode } from "../contract/exit-code.ts";
import type { Outputs } from "../contract/outputs.ts";
import type { State } from "../sync/index.ts";
import { checkPlans, type PlansCheck } from "../sync/kinds/plans/checks/index.ts";
import { declaredPlans, openAzureDevOps, openOnePlan } from "../sync/kinds/plans/connections.ts";
import { declaredOrganizations } from "../sync/kinds/plans/declared.ts";
import { printableJson } from "../contract/text/printable.ts";
import { wantsColor } from "./color.ts";
import { type HostOptions, reachOf } from "./hosts.ts";
import { interruption } from "./interruption.ts";
import { loadOutputs, type OutputsSource } from "./outputs.ts";
import { createProgress } from "./progress.ts";
import { openState } from "./state.ts";
import { targetsOf } from "./sync-kind.ts";
import { plans as plansKind } from "./sync-plans.ts";
import { renderPlansCheck } from "./terminal/plans-check.ts";

export interface PlansOptions extends OutputsSource, HostOptions {
  readonly state?: string;
  /** Name of an organization. */
  readonly target?: string;
  readonly json?: boolean;
}

export async function checkAll(options: PlansOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  const targets = targetsOf(plansKind, outputs, options);
  const signal = interruption();
  const store = openState(options.state, outputs, { signal });
  const progress = createProgress();
  let checks: readonly PlansCheck[];
  try {
    const looking = { state: await store.read(), signal, show: progress.show };
    checks = await plansChecked(outputs, targets, options, looking);
  } finally {
    progress.done();
    await store.close();
  }
  const several = declaredOrganizations(outputs).length > 1;
  process.stdout.write(
    options.json
      ? `${printableJson({ version: 1, organizations: checks })}\n`
      : checks.map((check) => renderPlansCheck(check, { color: wantsColor(), named: several })).join("\n"),
  );
  const isFine = checks.every(({ findings }) => findings.length === 0);
  process.exitCode = isFine ? ExitCode.success : ExitCode.successWithExceptions;
}

export interface LookingAtPlans {
  readonly state: State;
  readonly signal: AbortSignal;
  /** Told how far it is, in words. */
  readonly show: (line: string) => void;
}

/** What is found in each of the organizations. @throws as `checkPlans` */
export async function plansChecked(
  outputs: Outputs,
  organizations: readonly (string | undefined)[],
  options: HostOptions,
  { state, signal, show }: LookingAtPlans,
): Promise<readonly PlansCheck[]> {
  const plans = declaredPlans(outputs);
  const connecting = connectingAs(
    new Access(outputs, process.env),
    reachOf(outputs, options, async () => state),
  );
  const checks: PlansCheck[] = [];
  for (const organization of plans.organizations.filter(({ name }) => organizations.includes(name))) {
    show(`reading what ${organization.name} and OnePlan have`);
    const check = await checkPlans({
      organization,
      azureDevOps: openAzureDevOps(organization, connecting),
      oneplan: openOnePlan(plans, connecting),
      signal,
      onItems: (read) => show(`reading the work items of ${organization.name}: ${read}`),
    });
    checks.push(check);
  }
  return checks;
}
