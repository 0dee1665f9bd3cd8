/**
 * What the syncs take for true although nobody published it. Each is found out by a check, or by nothing and then it
 * says why.
 *
 * @packageDocumentation
 */
import type { Outputs } from "../../contract/outputs.ts";
import { type Check, type CheckResult, type Verdict, failed, ok, skipped, unknowable } from "./check.ts";

export interface Assumption {
  readonly id: string;
  /** What is assumed, as a sentence. */
  readonly assumed: string;
  /** Whether it matters for this stack. */
  readonly applies: (outputs: Outputs) => boolean;
  /** Check that finds it out, or why none does. */
  readonly probe: { readonly check: string } | { readonly none: string };
}

const hasOnePlan = ({ integrations }: Outputs) => integrations.oneplan !== undefined;
const hasOnes = ({ integrations }: Outputs) => integrations.ones !== undefined;
const WRITES =
  "finding it out would write into the product; the sync reads back each write and reports what did not happen";

export const assumptions: readonly Assumption[] = [
  {
    id: "oneplan-group",
    assumed: "OnePlan names the group of a key by ConfigId, as every record of it.",
    applies: hasOnePlan,
    probe: { check: "key/oneplan" },
  },
  {
    id: "oneplan-administrators",
    assumed: "OnePlan names the security groups that administer it, one or a list.",
    applies: hasOnePlan,
    probe: { check: "list/oneplan" },
  },
  {
    id: "oneplan-create",
    assumed: "OnePlan makes a resource of the properties that its three published forms have in common.",
    applies: hasOnePlan,
    probe: { none: WRITES },
  },
  {
    id: "oneplan-inactive",
    assumed: "OnePlan lets Inactive be written like any other property of a resource.",
    applies: hasOnePlan,
    probe: { none: WRITES },
  },
  {
    id: "oneplan-filter",
    assumed: "OnePlan finds a resource by a field and its value.",
    applies: hasOnePlan,
    probe: { none: "each sync tries it with a resource that it knows, and lists everybody where it does not work" },
  },
  {
    id: "oneplan-missing",
    assumed: "OnePlan answers 404 or nothing for a resource that does not exist.",
    applies: hasOnePlan,
    probe: { none: "an id that certainly never existed proves nothing about one that was deleted" },
  },
  {
    id: "ones-key",
    assumed: "ONES takes the key in the form that the routes say.",
    applies: hasOnes,
    probe: { check: "key/ones" },
  },
  {
    id: "ones-list",
    assumed: "ONES lists its users at the path of the routes, by pages.",
    applies: hasOnes,
    probe: { check: "routes/ones" },
  },
  {
    id: "ones-write",
    assumed: "ONES makes and changes users as the routes say.",
    applies: hasOnes,
    probe: { none: WRITES },
  },
  {
    id: "token-exchange",
    assumed: "Outside identities show tokens for the audience that this cloud has by convention.",
    applies: ({ tenant, syncIdentity }) => tenant.cloud !== "Microsoft" && syncIdentity?.signIn.kind === "federated",
    probe: { check: "sign-in/sync" },
  },
  {
    id: "graph-cursor",
    assumed: "Graph refuses the cursor of a sync with 410, or a code that names a token or a synchronization state.",
    applies: ({ syncIdentity }) => syncIdentity !== undefined,
    probe: { none: "it needs a cursor that is older than seven days" },
  },
  {
    id: "oneplan-integration",
    assumed:
      "OnePlan's line of an integration has Name and Url among its properties, and OnePlan shows the icon of Azure DevOps by the line's type: none is written.",
    applies: ({ integrations }) => integrations.plans !== undefined,
    probe: { none: "which properties a line has, only a line that somebody made in OnePlan's pages would show" },
  },
  {
    id: "oneplan-task-events",
    assumed: "OnePlan tells of a task that somebody saved by the event of its plan.",
    applies: ({ integrations }) => integrations.plans !== undefined,
    probe: { none: "only a task that somebody saves in OnePlan's pages would show" },
  },
  {
    id: "azure-devops-names",
    assumed: "Azure DevOps calls people in work items by their principal name or mail address in Entra.",
    applies: ({ integrations }) => integrations.plans !== undefined,
    probe: { none: "only a work item that is assigned to somebody would show" },
  },
  {
    id: "azure-devops-anonymous",
    assumed: "Azure DevOps answers who is nobody as the anonymous user, with a page for signing in, or with 401.",
    applies: ({ integrations }) => (integrations.azureDevOps ?? integrations.plans) !== undefined,
    probe: { none: "it would need a token that is wrong on purpose, and those are counted against the account" },
  },
];

/**
 * @param findings what came of the checks before
 */
export function assumptionChecks(outputs: Outputs, findings: readonly CheckResult[]): Check[] {
  return assumptions
    .filter(({ applies }) => applies(outputs))
    .map(({ id, assumed, probe }) => ({
      id: `assumption/${id}`,
      tried: assumed,
      run: async () => ("none" in probe ? unknowable(`No probe: ${probe.none}.`) : probed(findings, probe.check)),
    }));
}

function probed(findings: readonly CheckResult[], check: string): Verdict {
  const finding = findings.find(({ id }) => id === check);
  if (finding?.status === "ok") return ok(`Found out by ${check}.`);
  if (finding?.status === "failed" && !finding.untried)
    return failed(`It does not hold, or could not be found out: see ${check}.`);
  return skipped(`Not found out: see ${check}.`);
}
