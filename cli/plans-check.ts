/**
 * `tenantwire plans check`: does all agree that has to before the first write, and what cannot be carried? Writes
 * nothing, on neither side.
 *
 * @packageDocumentation
 */
import { Access } from "../doctor/checks/access.ts";
import { connectingAs } from "../doctor/checks/plans.ts";
import { ExitCode } from "../contract/exit-code.ts";
import { checkPlans, type PlansCheck } from "../sync/kinds/plans/checks/index.ts";
import { declaredPlans, openAzureDevOps, openOnePlan } from "../sync/kinds/plans/connections.ts";
import { declaredOrganizations } from "../sync/kinds/plans/index.ts";
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
  const plans = declaredPlans(outputs);
  const targets = targetsOf(plansKind, outputs, options);
  const store = openState(options.state, outputs);
  const signal = interruption();
  const progress = createProgress();
  const checks: PlansCheck[] = [];
  try {
    const state = await store.read();
    const connecting = connectingAs(
      new Access(outputs, process.env),
      reachOf(outputs, options, async () => state),
    );
    for (const organization of plans.organizations.filter(({ name }) => targets.includes(name))) {
      progress.show(`reading what ${organization.name} and OnePlan have`);
      const check = await checkPlans({
        organization,
        azureDevOps: openAzureDevOps(organization, connecting),
        oneplan: openOnePlan(plans, connecting),
        signal,
        onItems: (read) => progress.show(`reading the work items of ${organization.name}: ${read}`),
      });
      checks.push(check);
    }
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
