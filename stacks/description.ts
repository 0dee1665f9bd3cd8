/**
 * What the stack's outputs tell of integrations: for the syncs, and for the people who fill in a vendor's form.
 *
 * @packageDocumentation
 */
import * as pulumi from "@pulumi/pulumi";
import { tokenName } from "../components/azure-devops/index.ts";
import { givenKeys } from "./given-keys.ts";
import type {
  FileOutputs,
  GivenCredential,
  OnePlanOutputs,
  OnesOutputs,
  Outputs,
  RoomsFileOutputs,
} from "../contract/outputs.ts";
import type { Settings } from "./settings.ts";
import { oneconnectRoot } from "./settings/oneplan.ts";

/** Products whose keys are in the vault; known once they are. */
export interface Products {
  readonly oneplan?: pulumi.Output<OnePlanOutputs>;
  readonly ones?: pulumi.Output<OnesOutputs>;
  /** Organization -> vault secret. */
  readonly azureDevOps?: pulumi.Output<Readonly<Record<string, string>>>;
}

type Integrations = Outputs["integrations"];

export function describeIntegrations(settings: Settings, products: Products): pulumi.Output<Integrations> {
  return whole(products).apply(({ oneplan, ones, tokens }): Integrations => ({
    ...(oneplan && { oneplan }),
    ...(ones && { ones }),
    ...fileOutputs(settings),
    ...onesMicrosoft365(settings),
    ...(oneplan && oneplanEntraUsers(settings, oneplan)),
    ...oneconnect(settings),
    ...azureDevOps(settings, tokens),
  }));
}

/** Keys and tokens that people brought along, each with its name in the vault. */
export function givenCredentials(settings: Settings, products: Products): pulumi.Output<GivenCredential[]> {
  return whole(products).apply(({ oneplan, ones, tokens }) => {
    const kept = new Map([
      ["oneplan-key", oneplan?.keyVaultSecret],
      ["ones-key", ones?.keyVaultSecret],
      ...Object.entries(tokens).map(([organization, secret]) => [tokenName(organization), secret] as const),
    ]);
    return givenKeys(settings).flatMap((key) => {
      const vaultSecret = kept.get(key.name);
      return vaultSecret === undefined ? [] : [{ ...key, vaultSecret }];
    });
  });
}

/** The products, once all of their keys are in the vault. */
function whole({ oneplan, ones, azureDevOps: tokens }: Products) {
  return pulumi.all([oneplan, ones, tokens]).apply(([oneplan, ones, tokens]) => {
    return { oneplan, ones, tokens: tokens ?? {} };
  });
}

function fileOutputs({ files }: Settings): Pick<Integrations, "file" | "roomsFile"> {
  return {
    ...(files?.users && { file: usersFile(files.users) }),
    ...(files?.rooms && { roomsFile: roomsFile(files.rooms) }),
  };
}

type Files = NonNullable<Settings["files"]>;

function usersFile({ path, format, ...users }: NonNullable<Files["users"]>): FileOutputs {
  return { path, format, users };
}

function roomsFile({ path, format, ...rooms }: NonNullable<Files["rooms"]>): RoomsFileOutputs {
  return { path, format, rooms };
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

function oneplanEntraUsers(
  { oneplan, tenant }: Settings,
  { baseUrl, keyName, keyVaultSecret }: OnePlanOutputs,
): Pick<Integrations, "oneplanEntraUsers"> {
  if (!oneplan?.entraUsers) return {};
  const { application } = oneplan.entraUsers;
  return {
    oneplanEntraUsers: {
      application,
      ...(application === "own" && { registration: "oneplan-users" }),
      tenantDomain: tenant.domain,
      groups: oneplan.users.groups,
      baseUrl,
      ...(oneplan.group && { group: oneplan.group }),
      keyName,
      keyVaultSecret,
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

function azureDevOps(
  { azureDevOps }: Settings,
  tokens: Readonly<Record<string, string>>,
): Pick<Integrations, "azureDevOps"> {
  if (!azureDevOps) return {};
  return {
    azureDevOps: {
      organizations: azureDevOps.organizations.map(({ name, buttonName }) => ({
        name,
        ...(buttonName && { buttonName }),
        ...(tokens[name] !== undefined && { tokenVaultSecret: tokens[name] }),
      })),
      ...(azureDevOps.servicePrincipal && { registration: "azure-devops" }),
    },
  };
}
