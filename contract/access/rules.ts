/**
 * Who may come in, as what, and what each may do: OneConnect's rules (support.oneplan.ai, group settings and users), and
 * what those leave open decided so that nobody gets more than was meant. Pure.
 *
 * @packageDocumentation
 */

export const roles = ["Administrator", "Editor", "Reader"] as const;
export type Role = (typeof roles)[number];

/** The group that people come into. */
export interface AccessGroup {
  /** Tenant of whoever made it; undefined where that was somebody of no Microsoft tenant. */
  readonly tenant?: string;
  readonly authentication: "strict" | "multiple";
  /** What is let in besides people of the tenant; of strict authentication nothing. */
  readonly allowed: readonly ("office365" | "forms")[];
  readonly adminConsent: boolean;
  /** Linked to a group of OnePlan, which then decides. */
  readonly linked: boolean;
  /** The settings let the first person of the tenant become the administrator, and there was none yet. */
  readonly awaitsFirst?: boolean;
}

/** How somebody stands in the linked group of OnePlan. */
export type OnePlanStanding = "owner" | "active" | "noPermission" | "inactive" | "absent";

/** Somebody who signs in. */
export interface Visitor {
  readonly signedInBy: "office365" | "forms";
  /** Of a token of Entra, checked by whoever read the token. */
  readonly tenant?: string;
  /** A guest of the tenant, whom somebody else lets sign in. */
  readonly external?: boolean;
  /** What an administrator of the group gave, if anything. */
  readonly given?: Role;
  /** Of linked groups. */
  readonly oneplan?: OnePlanStanding;
  /** An administrator of the group took him out since. What was given is gone with it; OnePlan's owners come back. */
  readonly removed?: boolean;
}

export type Decision =
  | { readonly role: Role; readonly why: string }
  | { readonly role?: undefined; readonly why: string; readonly mayRequest: boolean };

/** At every sign-in anew: whatever somebody had before counts only as {@link Visitor.given}. */
export function decideAccess(group: AccessGroup, visitor: Visitor): Decision {
  const why = whyNobody(group, visitor);
  if (why !== undefined) return { why, mayRequest: false };
  return group.linked ? byOnePlan(visitor) : byGroup(group, visitor);
}

/** Why nobody comes in that way, if so. */
function whyNobody(group: AccessGroup, { signedInBy, tenant, oneplan = "absent" }: Visitor): string | undefined {
  const isOwn = signedInBy === "office365" && tenant !== undefined && tenant === group.tenant;
  // A linked group overrides the authentication: its people are those of OnePlan.
  if (!group.linked && group.authentication === "strict") {
    if (!isOwn) return "only people of the group's own tenant may sign in";
    return group.adminConsent ? undefined : "the tenant's administrator has not consented yet";
  }
  if (signedInBy === "forms") {
    if (!group.allowed.includes("forms")) return "signing in by a form is not allowed here";
    // Such an account is only for people of the connected group (documented).
    return group.linked && oneplan !== "absent"
      ? undefined
      : "an account of forms is for people of the linked OnePlan group";
  }
  if (isOwn || group.allowed.includes("office365")) return undefined;
  return "only people of the group's own tenant may sign in";
}

/** Whether anybody signs in by a form at all: whatever the authentication of a linked group, which its link overrides. */
export function takesForms({ linked, allowed }: Pick<AccessGroup, "linked" | "allowed">): boolean {
  return linked && allowed.includes("forms");
}

/** OnePlan's word counts over whatever was given before. */
function byOnePlan({ oneplan = "absent", given, removed = false }: Visitor): Decision {
  switch (oneplan) {
    case "owner":
      return { role: "Administrator", why: "an owner of the linked OnePlan group" };
    case "active":
      if (removed) return { why: "was removed by an administrator of the group", mayRequest: false };
      return given === "Editor"
        ? { role: "Editor", why: "active in the linked OnePlan group, and made an Editor by an administrator" }
        : { role: "Reader", why: "active in the linked OnePlan group" };
    case "noPermission":
      return { why: "has no permission in the linked OnePlan group", mayRequest: false };
    case "inactive":
      return { why: "is inactive in the linked OnePlan group", mayRequest: false };
    case "absent":
      return { why: "is not in the linked OnePlan group", mayRequest: false };
  }
}

/** Requests come from the home tenant only. */
function byGroup(
  { tenant: home, awaitsFirst }: AccessGroup,
  { given, signedInBy, tenant, external }: Visitor,
): Decision {
  if (given !== undefined) return { role: given, why: "given by an administrator of the group" };
  const mayRequest = signedInBy === "office365" && tenant !== undefined && tenant === home;
  if (awaitsFirst && mayRequest && !external) {
    return {
      role: "Administrator",
      why: "the first person of the tenant to sign in, where there was no administrator yet",
    };
  }
  return { why: "nobody has given access yet", mayRequest };
}

/** Whether Entra's people can be added by name, and why not. */
export function mayAddEntraUsers({
  tenant,
  adminConsent,
}: Pick<AccessGroup, "tenant" | "adminConsent">): string | undefined {
  if (tenant === undefined) {
    return "the group was made by somebody of no Microsoft tenant: its tenant id is not that of anybody in Entra";
  }
  return adminConsent ? undefined : "the tenant's administrator has not consented yet (User.Read.All)";
}

/**
 * Why somebody may not be removed or made less, where that is so: a group without an administrator is nobody's.
 *
 * @param administrators ids of all of them
 */
export function lastAdministrator(administrators: readonly string[], id: string): string | undefined {
  return administrators.length === 1 && administrators[0] === id
    ? "the last administrator of the group stays one: make somebody else an administrator first"
    : undefined;
}

/** What can be done, and by whom. Strategies, alerts and the group itself are settings: who deploys changes them. */
export const actions = {
  "see runs, plans, rooms and statistics": ["Administrator", "Editor", "Reader"],
  "see what would change": ["Administrator", "Editor", "Reader"],
  "run a sync, or what failed again": ["Administrator", "Editor"],
  "approve exactly this plan": ["Administrator", "Editor"],
  "see people and the audit trail": ["Administrator"],
  "decide about requests, add and remove people, change roles": ["Administrator"],
} as const satisfies Readonly<Record<string, readonly Role[]>>;
export type Action = keyof typeof actions;

export function may(role: Role, action: Action): boolean {
  const allowed: readonly Role[] = actions[action];
  return allowed.includes(role);
}
