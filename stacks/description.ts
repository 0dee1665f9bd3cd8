/**
 * What the stack's outputs tell of integrations: for the syncs, and for the people who fill in a vendor's form.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { tokenSecret } from "../components/azure-devops/index.ts";
import type { FileOutputs, GivenCredential, OnePlanOutputs, OnesOutputs, Outputs } from "./outputs.ts";
import type { Settings } from "./settings.ts";
import { oneconnectRoot, oneplanRoot } from "./settings/oneplan.ts";

/** Products whose keys are in the vault; known once they are. */
export interface Products {
  readonly oneplan?: pulumi.Output<OnePlanOutputs>;
  readonly ones?: pulumi.Output<OnesOutputs>;
  /** Organizations whose tokens are kept. */
  readonly azureDevOps?: pulumi.Output<readonly string[]>;
}

type Integrations = Outputs["integrations"];

export function describeIntegrations(settings: Settings, products: Products): pulumi.Output<Integrations> {
  const forms: Integrations = {
    ...fileOutputs(settings),
    ...onesMicrosoft365(settings),
    ...oneplanEntraUsers(settings),
    ...oneconnect(settings),
    ...azureDevOps(settings),
  };
  return pulumi.all([products.oneplan, products.ones, products.azureDevOps]).apply(([oneplan, ones]) => ({
    ...(oneplan && { oneplan }),
    ...(ones && { ones }),
    ...forms,
  }));
}

/** Keys and tokens that people brought along. */
export function givenCredentials({ oneplan, ones, azureDevOps }: Settings): GivenCredential[] {
  const given: GivenCredential[] = [];
  if (oneplan) given.push(keyOf("oneplan-key", "OnePlan", oneplan.key));
  if (ones?.key) given.push(keyOf("ones-key", "ONES", ones.key));
  for (const { name, token } of azureDevOps?.organizations ?? []) {
    if (token) given.push(keyOf(tokenSecret(name), "Azure DevOps", { name, expires: token.expires }));
  }
  return given;
}

/** The credential is called as its vault secret is. */
function keyOf(
  name: string,
  product: string,
  key: { readonly name: string; readonly expires?: string | undefined },
): GivenCredential {
  return { name, product, keyName: key.name, vaultSecret: name, ...(key.expires && { expires: key.expires }) };
}

function fileOutputs({ files }: Settings): { file?: FileOutputs } {
  if (!files) return {};
  const { path, format, ...users } = files.users;
  return { file: { path, format, users } };
}

function onesMicrosoft365({ ones }: Settings): Pick<Integrations, "onesMicrosoft365"> {
  if (!ones?.microsoft365) return {};
  const { mode, integrationName, rooms, applyPolicyToRooms, defaultUserGroups, cardNumber, loginButtonName } =
    ones.microsoft365;
  return {
    onesMicrosoft365: {
      mode,
      integrationName,
      registration: "ones",
      ...(ones.microsoft365.singleSignOn && { singleSignOn: "ones-sign-in" }),
      ...(rooms && { rooms }),
      applyPolicyToRooms,
      defaultUserGroups,
      cardNumber,
      loginButtonName,
    },
  };
}

function oneplanEntraUsers({ oneplan, tenant }: Settings): Pick<Integrations, "oneplanEntraUsers"> {
  if (!oneplan?.entraUsers) return {};
  const { application } = oneplan.entraUsers;
  return {
    oneplanEntraUsers: {
      application,
      ...(application === "own" && { registration: "oneplan-users" }),
      tenantDomain: tenant.domain,
      groups: oneplan.users.groups,
      baseUrl: oneplanRoot(oneplan),
      ...(oneplan.group && { group: oneplan.group }),
      keyName: oneplan.key.name,
      keyVaultSecret: "oneplan-key",
    },
  };
}

function oneconnect({ oneconnect, oneplan }: Settings): Pick<Integrations, "oneconnect"> {
  if (!oneconnect) return {};
  const { group, application, authentication, allowed } = oneconnect;
  return {
    oneconnect: {
      baseUrl: oneconnectRoot(oneplan),
      group,
      application,
      ...(application === "own" && { registration: "oneconnect" }),
      authentication,
      allowed: authentication === "office365Strict" ? ["office365"] : allowed,
    },
  };
}

function azureDevOps({ azureDevOps }: Settings): Pick<Integrations, "azureDevOps"> {
  if (!azureDevOps) return {};
  return {
    azureDevOps: {
      organizations: azureDevOps.organizations.map(({ name, buttonName, token }) => ({
        name,
        ...(buttonName && { buttonName }),
        ...(token && { tokenVaultSecret: tokenSecret(name) }),
      })),
      ...(azureDevOps.servicePrincipal && { registration: "azure-devops" }),
    },
  };
}
