/**
 * What a preview cannot know: whether the identity that deploys may, and what is in the way, before anything changes.
 *
 * @packageDocumentation
 */
import type { TokenCredential } from "@azure/identity";
import { MICROSOFT_GRAPH } from "../../contract/permissions/resolve.ts";
import { clouds } from "../../contract/clouds.ts";
import { declaredRegistrations } from "../../stacks/registrations.ts";
import { needsVendorVault } from "../../stacks/vault-needs.ts";
import { type DeclaredRegistration, rotationOf } from "../../contract/registrations.ts";
import { whereIs } from "../../stacks/settings-file.ts";
import type { Settings } from "../../stacks/settings.ts";
import { type ArmClient, createArmClient, type Role, scopeOf } from "../../sync/connectors/arm/index.ts";
import { tokenClaims, type TokenClaims } from "../../sync/connectors/credentials/claims.ts";
import { createGraphClient, type GraphClient } from "../../sync/connectors/graph/index.ts";
import { ConnectionError, PermissionError } from "../../contract/errors.ts";
import { type Check, failed, type CheckResult, NotChecked, ok, runChecks, type Verdict } from "../checks/check.ts";
import { DirectoryReader } from "../connectors/directory.ts";
import { GrantsReader, READ_GRANTS } from "../connectors/grants.ts";
import { policyOf, READ_POLICIES } from "../connectors/policies.ts";
import { namesakesVerdict } from "./applications.ts";
import { grantImports, grantsVerdict, grantsApartVerdict } from "./grants.ts";
import { policyVerdict } from "./policy.ts";
import { principalVerdict } from "./principals.ts";
import { referencesOf } from "./references.ts";
import { referenceChecks } from "./references-check.ts";
import { actionVerdict, permissionVerdict, neededActions, neededPermissions } from "./rights.ts";
import { objectIdOf, RESOURCE_GROUP, type StackResource } from "./stack-state.ts";
import { deletedVaultsVerdict } from "./vaults.ts";

export { resourcesOf, type StackResource } from "./stack-state.ts";

/** A deployment that is about to be made. */
export interface Planned {
  readonly settings: Settings;
  /** Name of the stack, for commands. */
  readonly stack: string;
  /** Mark of the stack, `<project>/<stack>`. */
  readonly mark: string;
  /** What the engine knows of it. */
  readonly state: readonly StackResource[];
  /** The deploying identity. */
  readonly credential: TokenCredential;
  /** Azure's, where one is named. */
  readonly subscriptionId: string | undefined;
}

/** Nothing is written anywhere. */
export async function preflight(
  planned: Planned,
  signal: AbortSignal,
  onCheck?: (check: Check) => void,
): Promise<CheckResult[]> {
  const { tenant } = planned.settings;
  const { credential } = planned;
  const token = await credential.getToken(`https://${clouds[tenant.cloud].graph}/.default`);
  const claims = tokenClaims(token?.token ?? "");
  if (claims === undefined) throw new ConnectionError("Entra's token for Microsoft Graph does not say whom it is for.");
  const client = createGraphClient({ credential, cloud: tenant.cloud });
  const registrations = declaredRegistrations(planned.settings);
  const checks = [
    identityCheck(planned, claims),
    ...permissionChecks(registrations, claims),
    ...azureChecks(planned),
    ...referenceChecks(referencesOf(planned.settings), client, readable),
    ...registrations.flatMap((registration) => [
      nameCheck(planned, registration, client),
      ...principalCheck(planned, registration, client),
      ...grantsCheck(planned, registration, client),
      ...policyCheck(planned, registration, client),
    ]),
  ];
  return runChecks(checks, signal, onCheck);
}

function identityCheck({ settings: { tenant, deployer }, stack }: Planned, { tid, oid }: TokenClaims): Check {
  const where = whereIs(stack.split("/").at(-1) ?? stack);
  return {
    id: "identity",
    tried: "whether who is signed in is the deployer of the settings",
    async run() {
      if (tid.toLowerCase() !== tenant.id) {
        return failed(
          `Who is signed in is of the tenant ${tid}, and the settings are for ${tenant.id} (${where(["tenant", "id"])}).`,
        );
      }
      if (oid?.toLowerCase() !== deployer) {
        return failed(
          `Who is signed in has the object id ${oid ?? "unknown"}, and the settings say ${deployer} (${where(["deployer"])}): what it makes it could not change again. ` +
            `Sign in as the deployer, or correct the setting.`,
        );
      }
      return ok("It is the deployer.");
    },
  };
}

function permissionChecks(
  registrations: readonly DeclaredRegistration[],
  { roles, appid, idtyp }: TokenClaims,
): Check[] {
  return neededPermissions(registrations).map((needed) => ({
    id: `right/${needed.permission}`,
    tried: `whether it may ${needed.to} ${needed.registrations.join(", ")}`,
    async run(): Promise<Verdict> {
      if (idtyp !== "app" && roles.length === 0) {
        throw new NotChecked(
          `A person is signed in (by the application ${appid ?? "unknown"}): what a person may follows from roles in Entra, and is not looked up. Cloud Application Administrator and Privileged Role Administrator together are enough.`,
        );
      }
      return permissionVerdict(needed, roles);
    },
  }));
}

function azureChecks({ settings, credential, subscriptionId, mark, state }: Planned): Check[] {
  const { vault, tenant, azure } = settings;
  if (!vault) return [];
  const arm = createArmClient(credential, tenant.cloud);
  const subscription = () => {
    if (subscriptionId) return subscriptionId;
    throw new NotChecked("Which subscription the vault comes into is not known here: set ARM_SUBSCRIPTION_ID.");
  };
  // A vault that is there is in a group that is there.
  const groupThere = azure?.existing === true || vault.existing?.syncs !== undefined;
  const vaultsThere =
    vault.existing?.syncs !== undefined && (vault.existing.vendors !== undefined || !needsVendorVault(settings));
  const scopes = () => {
    // Rights in a group that is there are enough, and those of above count in it.
    if (groupThere) return [scopeOf(subscription(), azure?.resourceGroup)];
    const made = state.find(({ type }) => type === RESOURCE_GROUP)?.id;
    return [scopeOf(subscription()), ...(made === undefined ? [] : [made])];
  };
  let roles: Promise<Role[][]> | undefined;
  return [
    ...neededActions({ group: groupThere, vaults: vaultsThere }).map((needed): Check => ({
      id: `azure/${needed.action}`,
      tried: `whether it may ${needed.to}`,
      async run(signal) {
        const [scope = "", ...others] = scopes();
        roles ??= Promise.all([scope, ...others].map((at) => arm.rolesAt(at, signal)));
        return actionVerdict(needed, (await roles).flat(), scope);
      },
    })),
    ...(vaultsThere ? [] : [deletedVaultsCheck(arm, subscription, mark)]),
  ];
}

function deletedVaultsCheck(arm: ArmClient, subscription: () => string, mark: string): Check {
  return {
    id: "deleted-vaults",
    tried: "look for deleted vaults of this stack",
    async run(signal) {
      try {
        return deletedVaultsVerdict(await arm.deletedVaults(subscription(), signal), mark);
      } catch (error) {
        if (!(error instanceof PermissionError)) throw error;
        throw new NotChecked(
          "Deleted vaults are listed by who may read the subscription, which the deploying identity need not. They are in nobody's way.",
        );
      }
    },
  };
}

function nameCheck(planned: Planned, registration: DeclaredRegistration, client: GraphClient): Check {
  const { displayName } = registration;
  return {
    id: `name/${registration.name}`,
    tried: `look for registrations called ${displayName}`,
    async run(signal) {
      const found = await readable(new DirectoryReader(client, signal).called(displayName));
      return namesakesVerdict(registration, found, planned.state, planned);
    },
  };
}

/** Where the state has the registration and not its service principal. */
function principalCheck({ state, stack }: Planned, registration: DeclaredRegistration, client: GraphClient): Check[] {
  const application = objectIdOf(state, registration.name, "application");
  if (application === undefined || objectIdOf(state, registration.name, "principal") !== undefined) return [];
  return [
    {
      id: `principal/${registration.name}`,
      tried: `look for a service principal of ${registration.displayName} that the state does not know`,
      async run(signal) {
        const appId = await readable(new DirectoryReader(client, signal).clientId(application));
        if (appId === undefined) return ok("The registration is gone: there is nothing of it.");
        const principal = await readable(new GrantsReader(client).principalOf(appId, signal));
        return principalVerdict(registration, principal, state, stack);
      },
    },
  ];
}

function grantsCheck(planned: Planned, registration: DeclaredRegistration, client: GraphClient): Check[] {
  const { name, displayName, consent } = registration;
  if (consent !== "grant" && consent !== "apart") return [];
  const grants = new GrantsReader(client);
  return [
    {
      id: `grants/${name}`,
      tried: `whether ${displayName} was granted already what ${consent === "apart" ? "another project" : "the deployment"} grants`,
      async run(signal) {
        const id = objectIdOf(planned.state, name, "principal");
        if (id === undefined) return ok("It is not there yet: nothing was granted to it.");
        const graph = await readable(grants.principalOf(MICROSOFT_GRAPH, signal));
        const assignments = await readable(grants.assignments(id, signal));
        if (!graph || !assignments) return ok("It is not there any more: nothing is granted to it.");
        const given = { graph, assignments, grants: await readable(grants.grants(id, signal)) };
        const imports = grantImports(registration, given, planned.state);
        return consent === "apart"
          ? grantsApartVerdict(registration, imports, planned.state, planned.stack)
          : grantsVerdict(imports, planned.state, planned.stack);
      },
    },
  ];
}

function policyCheck({ state, stack }: Planned, registration: DeclaredRegistration, client: GraphClient): Check[] {
  const renewed = rotationOf(registration);
  if (!renewed) return [];
  return [
    {
      id: `policy/${registration.name}`,
      tried: `whether the tenant allows the ${renewed.part} of ${registration.displayName}`,
      async run(signal) {
        const objectId = objectIdOf(state, registration.name, "application");
        const { policy, created = new Date().toISOString() } = await readable(
          policyOf(client, objectId, signal),
          READ_POLICIES,
        );
        return policyVerdict(registration, policy, { created, stack });
      },
    },
  ];
}

/** @throws NotChecked where who is signed in may not read it */
async function readable<T>(answer: Promise<T>, permission = READ_GRANTS): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof PermissionError)) throw error;
    throw new NotChecked(`It may not be read: that needs the application permission ${permission} of Microsoft Graph.`);
  }
}
