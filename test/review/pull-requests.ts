/**
 * Pull requests and their reviews: the program runs under Pulumi's mocks with the settings before and after, and a
 * preview is put together of what it declared, as the engine would.
 *
 * `mockPulumi` must be called before `previewBetween`.
 */
import { type Declared, deploy, guidOf } from "../components/deploy.ts";
import { type Outputs, parseOutputs } from "../../contract/outputs.ts";
import { Preview, type ResourceState, type Step } from "../../review/preview.ts";
import { permissionNames } from "../../contract/permissions/published.ts";
import { types } from "../../review/changes/resources.ts";
import { parseWritten } from "../stacks/agreement.ts";
import { asConfiguration, DEPLOYER, TENANT, type Written } from "../stacks/written.ts";

export const SECRETS = {
  ...{ oneplanKey: "a-secret", onesKey: "another-secret", plansToken: "a-token", smtpPassword: "a-password" },
  ...{ teamsUrl: "https://a.webhook.office.com", otherUrl: "https://b.webhook.office.com", signature: "a-signature" },
  otherKey: "one-more",
};

export const TODAY = "2026-01-01";

const calls = {
  "azure-native:keyvault:getVault": ({ vaultName: name }: { readonly vaultName: string }) => ({
    ...{ id: `/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/${name}`, name },
    properties: { enableRbacAuthorization: true, vaultUri: `https://${name}.vault.azure.net/` },
  }),
  "azuread:index/getClientConfig:getClientConfig": {
    ...{ tenantId: TENANT, clientId: guidOf("deployer"), objectId: DEPLOYER, id: "x" },
  },
  "azuread:index/getDomains:getDomains": {
    domains: [{ domainName: "contoso.com" }, { domainName: "contoso.onmicrosoft.com" }],
  },
  "azuread:index/getServicePrincipal:getServicePrincipal": {
    displayName: "Microsoft Graph",
    objectId: guidOf("graph"),
    appRoles: Object.entries(permissionNames.application).map(([id, value]) => ({
      ...{ value, id, enabled: true, allowedMemberTypes: ["Application"] },
    })),
    oauth2PermissionScopes: Object.entries(permissionNames.delegated).map(([id, value]) => ({
      ...{ value, id, enabled: true },
    })),
  },
};

export interface Ran {
  readonly resources: readonly Declared[];
  readonly outputs: Outputs | undefined;
  /** Why the program stopped. */
  readonly failure: string | undefined;
}

/** Runs the program once. */
export async function ran(written: Written, previous: Outputs | undefined): Promise<Ran> {
  const { declareTenant } = await import("../../stacks/tenant.ts");
  const settings = parseWritten(written, secretsOf(written));
  const deployment = {
    ...{ organization: "organization", project: "tenantwire", stack: "contoso", today: TODAY },
    secret: (name: string) => `what ${name} holds`,
  };
  const deployed = await deploy(() => declareTenant(settings, deployment), { calls, previous: previous ?? {} });
  const { resources, failure } = deployed;
  return {
    resources,
    outputs: failure ? undefined : parseOutputs(JSON.parse(JSON.stringify(deployed.outputs)), "the mocks"),
    failure: failure?.message,
  };
}

/** Only those that the settings name: another one is refused. */
export function secretsOf(written: Written): Record<string, string> {
  const text = JSON.stringify(written);
  return Object.fromEntries(Object.entries(SECRETS).filter(([name]) => text.includes(`"${name}"`)));
}

/** @param before undefined: nothing was deployed */
export async function previewBetween(before: Ran | undefined, written: Written): Promise<Preview> {
  const after = await ran(written, before?.outputs);
  const configuration = asConfiguration(written, secretsOf(written));
  const config = Object.fromEntries(
    [...configuration].map(([key, { text, secret }]) => [`tenantwire:${key}`, secret ? "[secret]" : text]),
  );
  if (after.failure !== undefined) {
    return Preview.parse({
      config,
      steps: [stackStep(before)],
      diagnostics: [{ severity: "error", message: after.failure }],
    });
  }
  return Preview.parse({
    config,
    steps: [stackStep(before), ...stepsBetween(before?.resources ?? [], after.resources)],
  });
}

function stackStep(before: Ran | undefined): unknown {
  const urn = "urn:pulumi:contoso::tenantwire::pulumi:pulumi:Stack::tenantwire-contoso";
  if (!before) return { op: "create", urn, newState: {} };
  return { op: "same", urn, oldState: { outputs: before.outputs }, newState: {} };
}

function stepsBetween(before: readonly Declared[], after: readonly Declared[]): Step[] {
  const key = ({ type, name }: Declared) => `${type} ${name}`;
  const old = new Map(before.map((each) => [key(each), each]));
  const now = new Map(after.map((each) => [key(each), each]));
  return [...new Set([...old.keys(), ...now.keys()])].map((each) => stepOf(old.get(each), now.get(each)));
}

function stepOf(before: Declared | undefined, after: Declared | undefined): Step {
  const { type, name, ignoreChanges } = (after ?? before)!;
  const [oldState, newState] = [before && stateOf(before), after && stateOf(after)];
  for (const property of ignoreChanges) if (oldState && newState) newState.inputs[property] = oldState.inputs[property];
  const isSame = JSON.stringify(oldState?.inputs) === JSON.stringify(newState?.inputs);
  // Two secrets look alike when they are printed: the engine knows that they are not.
  const renewed = Object.keys(after?.inputs ?? {}).filter(
    (property) =>
      !ignoreChanges.includes(property) &&
      before !== undefined &&
      JSON.stringify(before.inputs[property]) !== JSON.stringify(after?.inputs[property]),
  );
  const op = !oldState ? "create" : !newState ? "delete" : isSame && renewed.length === 0 ? "same" : "update";
  return {
    ...{ op, urn: urnOf(type, name), ...(oldState && { oldState }), ...(newState && { newState }) },
    ...(op === "update" && isSame && { diffReasons: renewed, detailedDiff: detailed(before, after, renewed) }),
  };
}

/** As plugins tell it: a secret that hides the whole of a property does not hide which part of it is another one. */
function detailed(before: Declared | undefined, after: Declared | undefined, renewed: readonly string[]) {
  const paths = renewed.flatMap((property) => {
    const [old, now] = [before, after].map((each) => partsOf(each?.inputs[property]));
    if (!old || !now) return [property];
    const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
    return names
      .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]))
      .map((name) => `${property}.${name}`);
  });
  return Object.fromEntries(paths.map((path) => [path, { kind: "UPDATE" }]));
}

function partsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  const bare = isSecret(value) ? value.value : value;
  return typeof bare === "object" && bare !== null && !Array.isArray(bare)
    ? (bare as Readonly<Record<string, unknown>>)
    : undefined;
}

function stateOf({ type, name, inputs, deletedWith, protect }: Declared): ResourceState {
  const registration = /^(sync|ones-sign-in|ones|oneplan-users|oneconnect|azure-devops)-/.exec(name)?.[1];
  const of = urnOf(types.registration, `${registration}-registration-application`);
  return {
    custom: !type.startsWith("tenantwire:"),
    inputs: JSON.parse(JSON.stringify(inputs, hidden)) as ResourceState["inputs"],
    // What Entra answers of a password.
    outputs: type === types.password ? { startDate: `${TODAY}T00:00:00Z` } : {},
    propertyDependencies: registration && type !== types.registration ? { applicationId: [of] } : {},
    protect,
    ...(deletedWith !== undefined && { deletedWith: of }),
  };
}

function urnOf(type: string, name: string): string {
  return `urn:pulumi:contoso::tenantwire::${type}::${name}`;
}

/** The engine's mark of a secret is not printed, and neither is the secret. */
function hidden(_: string, value: unknown): unknown {
  return isSecret(value) ? "[secret]" : value;
}

function isSecret(value: unknown): value is { readonly value?: unknown } {
  return typeof value === "object" && value !== null && "4dabf18193072939515e22adb298388d" in value;
}
