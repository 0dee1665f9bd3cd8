/**
 * Grants that were given by hand and that a deployment would give again: Entra refuses the second one ("Permission
 * being assigned already exists"; seen: azuread 6.9.1), and only an import mends it. Pure.
 *
 * @packageDocumentation
 */
import type { DeclaredRegistration } from "../../contract/registrations.ts";
import { failed, ok, type Verdict } from "../checks/check.ts";
import type { ApiPrincipal, Assignment, Grant } from "../connectors/grants.ts";
import { assignmentId, grantId } from "../connectors/provider-ids.ts";
import { ASSIGNMENT, GRANT, knows, type StackResource } from "./stack-state.ts";
import { commandFor } from "../../contract/this-stack.ts";

export interface Given {
  /** Microsoft Graph in this tenant. */
  readonly graph: ApiPrincipal;
  readonly assignments: readonly Assignment[];
  readonly grants: readonly Grant[];
}

/** What `pulumi import` takes: type, name in the program, and the provider's id. */
export interface Import {
  readonly type: string;
  readonly name: string;
  readonly id: string;
}

/** Those of the declared permissions that are granted already, and not by this stack. */
export function grantImports(
  { name, permissions }: Pick<DeclaredRegistration, "name" | "permissions">,
  { graph, assignments, grants }: Given,
  state: readonly StackResource[],
): Import[] {
  const imports: Import[] = [];
  for (const { id, appRoleId, resourceId } of assignments) {
    const permission = graph.roles.get(appRoleId);
    if (resourceId !== graph.id || knows(state, id)) continue;
    if (permission === undefined || !permissions.application.includes(permission)) continue;
    imports.push({
      type: ASSIGNMENT,
      name: `${name}-consent-${permission}`,
      id: assignmentId(graph.id, id),
    });
  }
  for (const { id, resourceId, consentType } of grants) {
    if (resourceId !== graph.id || consentType !== "AllPrincipals" || knows(state, id)) continue;
    if (permissions.delegated.length === 0) continue;
    imports.push({ type: GRANT, name: `${name}-consent-delegated`, id: grantId(id) });
  }
  return imports;
}

/**
 * What becomes of the grants of a registration that another project is to grant. A deployment would take away what this
 * stack granted, and nobody has it until the other one comes.
 *
 * @param imports what is granted and not known to this stack: by the other project, or by hand
 */
export function grantsApartVerdict(
  { name, displayName }: Pick<DeclaredRegistration, "name" | "displayName">,
  imports: readonly Import[],
  state: readonly StackResource[],
  stack: string,
): Verdict {
  const own = state.filter(({ urn, type }) => {
    return (type === ASSIGNMENT || type === GRANT) && urn.includes(`::${name}-consent-`);
  });
  if (own.length > 0) {
    return failed([
      `This stack granted ${displayName} what another project is to grant now (consent: apart): the deployment would take it away, and until the other one gives it again nothing works that needs it. Hand it over instead:`,
      commandFor({ stack }, "grants release"),
      `pulumi up --stack ${stack}`,
      commandFor({ stack }, "grants adopt", "--apart"),
    ]);
  }
  if (imports.length === 0) return ok("Nothing is granted yet: the project of the grants does it.");
  return ok(
    `Granted already, by the project of the grants or by hand. If that project fails on it (pulumi preview --cwd grants): ${commandFor({ stack }, "grants adopt", "--apart")}`,
  );
}

/** @param stack for the commands */
export function grantsVerdict(imports: readonly Import[], state: readonly StackResource[], stack: string): Verdict {
  if (imports.length === 0) return ok("Nothing that it would grant is granted already.");
  const commands = imports.map((each) => importCommand(each, state, stack));
  const several = imports.length > 1;
  return failed([
    `${several ? "Permissions were" : "A permission was"} granted already, by hand, and the deployment would fail on ${several ? "them" : "it"}. Take ${several ? "them" : "it"} in first:`,
    ...commands,
  ]);
}

/** `pulumi import` of one resource. The parent is named where the state has it: without it the name would be another. */
function importCommand({ type, name, id }: Import, state: readonly StackResource[], stack: string): string {
  const component = name.split("-consent-")[0] ?? name;
  const parent = state.find(({ urn }) => urn.endsWith(`::${component}-consent`));
  return `pulumi import --stack ${stack} ${parent ? `--parent 'parent=${parent.urn}' ` : ""}${type} ${name} ${id}`;
}
