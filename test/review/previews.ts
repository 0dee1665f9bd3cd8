/** Previews as the engine prints them, in short. The stack is `contoso`; registrations are named as the program does. */
import { MICROSOFT_GRAPH } from "../../contract/permissions/resolve.ts";
import { Preview, type ResourceState, Step, UNKNOWN } from "../../review/preview.ts";
import { type ReviewInput, reviewOf } from "../../review/changes/index.ts";
import { types } from "../../review/changes/resources.ts";
import type { Review } from "../../review/changes/types.ts";
import type { DeclaredRegistration } from "../../contract/registrations.ts";

/** Ids that Microsoft published. */
export const roles = {
  "User.Read.All": "df021288-bdef-4463-88db-98f22de89214",
  "GroupMember.Read.All": "98830695-27a2-44f7-8c18-0c3ebc9698f6",
  "Calendars.ReadWrite": "ef54d2bf-783f-4e0f-bca1-3210c0444d99",
  "Application.ReadWrite.All": "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9",
} as const;
/** The delegated permission of the same name has an id of its own. */
export const delegatedUserReadAll = "a154be20-db9c-4678-8ab7-66f6cc099a59";

type Inputs = Readonly<Record<string, unknown>>;

export function urn(type: string, name: string, within: readonly string[] = []): string {
  return `urn:pulumi:contoso::tenantwire::${[...within, type].join("$")}::${name}`;
}

export function registrationUrn(registration: string): string {
  return urn(types.registration, `${registration}-registration-application`);
}

/** A step; without inputs before it creates, without inputs after it deletes. */
export function step(
  type: string,
  name: string,
  {
    op,
    before,
    after,
    of,
    within,
    ...rest
  }: Partial<Step> & {
    readonly before?: Inputs;
    readonly after?: Inputs;
    /** Registration that it belongs to. */
    readonly of?: string;
    readonly within?: readonly string[];
  },
): Step {
  const state = (inputs: Inputs): ResourceState => ({
    custom: true,
    inputs: { __defaults: [], ...inputs },
    outputs: {},
    propertyDependencies: {},
    protect: false,
    ...(of !== undefined && { deletedWith: registrationUrn(of) }),
  });
  return Step.parse({
    op: op ?? (before && after ? "update" : before ? "delete" : "create"),
    urn: urn(type, name, within),
    ...(before && { oldState: state(before) }),
    ...(after && { newState: state(after) }),
    ...rest,
  });
}

export function registration(name: string, displayName: string, rest: Parameters<typeof step>[2] = {}): Step {
  const inputs = { displayName, signInAudience: "AzureADMyOrg" };
  const same = rest.before || rest.after ? {} : { op: "same", before: inputs, after: inputs };
  return step(types.registration, `${name}-registration-application`, { ...same, ...rest });
}

export function access(of: string, before: readonly string[] | undefined, after: readonly string[] | undefined): Step {
  const inputs = (roleIds: readonly string[] | undefined) =>
    roleIds && { applicationId: UNKNOWN, apiClientId: MICROSOFT_GRAPH, roleIds };
  const [old, now] = [inputs(before), inputs(after)];
  return step(types.access, `${of}-registration-access-graph`, {
    of,
    ...(old && { before: old }),
    ...(now && { after: now }),
  });
}

export function previewOf(...steps: readonly Step[]): Preview {
  return Preview.parse({ steps });
}

export function review(steps: readonly Step[], input: Partial<ReviewInput> = {}): Review {
  return reviewOf({
    stack: "contoso",
    preview: previewOf(...steps),
    declared: { registrations: [], given: [], consents: [] },
    refused: false,
    ruleFindings: { findings: [], excused: [], relaxed: [] },
    policyChanges: [],
    outputs: [],
    last: undefined,
    notes: [],
    today: "2026-03-31",
    withinDays: 14,
    ...input,
  });
}

export function declared(
  name: DeclaredRegistration["name"],
  more: Partial<DeclaredRegistration> = {},
): DeclaredRegistration {
  return {
    name,
    component: "Registration",
    setting: [name],
    usedBy: "a form",
    displayName: name,
    audience: "singleTenant",
    permissions: { application: [], delegated: [] },
    consent: "grant",
    redirectUris: [],
    ...more,
  };
}
