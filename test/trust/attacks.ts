/** What is tried as each identity: a row of the table in docs/trust.md each, by its words. */
import { dirname } from "node:path/posix";
import { directory } from "../../sandbox/directory/index.ts";
import { armData, vaultId } from "../../sandbox/hosts/arm/data.ts";
import { ORGANIZATION, organization } from "../../sandbox/hosts/azure-devops/organization.ts";
import { createItem } from "../../sandbox/hosts/azure-devops/saves.ts";
import { SOMEBODY, tracking } from "../../sandbox/hosts/azure-devops/tracking.ts";
import { account, container, keyUrl, mailboxes, secretOf } from "./addresses.ts";
import { text } from "../../sandbox/directory/model.ts";
import { type Answer, type Identity, isRegistered, type Registered, type Trust } from "./types.ts";

/** @returns undefined: there is nothing that this identity could try it with */
export type Attack = (trust: Trust, as: Identity) => Promise<Answer | undefined> | undefined;

const GRAPH = "https://graph.microsoft.com";
const ARM = "https://management.azure.com";
const SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6";
const OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
/** Ids of Microsoft's, the same in every tenant. */
const USER_READ_ALL = "df021288-bdef-4463-88db-98f22de89214";

export const attacks: Readonly<Record<string, Attack>> = {
  "read the key of a product that a sync writes to": (trust, as) => trust.call(as, "GET", productKey(trust)),
  "read the password that alerts are mailed with": (trust, as) =>
    trust.call(as, "GET", secret(trust.outputs.vault?.uri, givenSecret(trust, "alerts-night"))),
  "read a token of Azure DevOps that is for a vendor's form": (trust, as) =>
    trust.call(as, "GET", secret(trust.outputs.vendorVault?.uri, givenSecret(trust, "azure-devops-token-contoso"))),
  "read the secret that a vendor's registration signs in with": (trust, as) =>
    trust.call(as, "GET", registeredSecret(trust, "vendor")),
  "read the secret that the console signs in with": (trust, as) =>
    trust.call(as, "GET", registeredSecret(trust, "console")),
  "read the secret that `mail` signs in with": (trust, as) => trust.call(as, "GET", registeredSecret(trust, "mail")),
  "list the syncs' vault": (trust, as) => trust.call(as, "GET", secret(trust.outputs.vault?.uri)),
  "list the vendors' vault": (trust, as) => trust.call(as, "GET", secret(trust.outputs.vendorVault?.uri)),
  "bring a deleted secret back": (trust, as) =>
    trust.call(as, "POST", `${trust.outputs.vendorVault?.uri}deletedsecrets/gone/recover?api-version=7.4`),
  "take a copy of a secret": (trust, as) =>
    trust.call(
      as,
      "POST",
      `${secretUrl(trust.outputs.vendorVault?.uri, secretOf(trust.outputs, "vendor").vaultSecret)}/backup?api-version=7.4`,
    ),
  "write a secret into the syncs' vault": (trust, as) =>
    trust.call(as, "PUT", secret(trust.outputs.vault?.uri, "planted"), { value: "of an attacker" }),
  "write a secret into the vendors' vault": (trust, as) =>
    trust.call(as, "PUT", secret(trust.outputs.vendorVault?.uri, "planted"), { value: "of an attacker" }),
  "open a vault by changing it": (trust, as) =>
    trust.call(as, "PUT", `${ARM}${tenantVault(trust)}?api-version=2023-07-01`, openVault(trust)),

  "read the states of the stacks": (trust, as) => trust.call(as, "GET", `${container(trust, "stack")}/state.json`),
  "change the states of the stacks": (trust, as) =>
    trust.call(as, "PUT", `${container(trust, "stack")}/state.json`, "changed"),
  "open a secret in a state of the stacks": (trust, as) => decrypt(trust, as, "stacks"),
  "read the state of the grants": (trust, as) => trust.call(as, "GET", `${container(trust, "grant")}/state.json`),
  "change the state of the grants": (trust, as) =>
    trust.call(as, "PUT", `${container(trust, "grant")}/state.json`, "changed"),
  "open a secret in the state of the grants": (trust, as) => decrypt(trust, as, "grants"),
  "read what the syncs remember": (trust, as) => trust.call(as, "GET", `${container(trust, "sync")}/state.json`),
  "change what the syncs remember": (trust, as) =>
    trust.call(as, "PUT", `${container(trust, "sync")}/state.json`, "changed"),
  "delete a key, or make a new one": async (trust, as) => {
    const deleted = await trust.call(as, "DELETE", `${dirname(keyUrl(trust, "stacks"))}?api-version=7.4`);
    const url = `${ARM}${stacksVault(trust)}/keys/stacks?api-version=2023-07-01`;
    return worse(deleted, await trust.call(as, "PUT", url, { properties: { kty: "RSA" } }));
  },
  "read the keys of a storage account": (trust, as) =>
    trust.call(as, "POST", `${ARM}${account(trust, "stack").id}/listKeys?api-version=2023-05-01`),

  "sign in as the sync": (trust, as) => signIn(trust, as, "sync"),
  "sign in as a vendor's registration": (trust, as) => signIn(trust, as, "vendor"),
  "sign in as the console": (trust, as) => signIn(trust, as, "console"),
  "sign in as `mail`": (trust, as) => signIn(trust, as, "mail"),
  "sign in as `preview`": (trust, as) => signIn(trust, as, "preview"),
  "sign in as `deploy`": (trust, as) => signIn(trust, as, "deploy"),
  "sign in as `consent`": (trust, as) => signIn(trust, as, "consent"),

  "give the sync's registration a secret, a trust or an owner": (trust, as) =>
    takeOver(trust, as, trust.outputs.syncIdentity?.clientId),
  "give a vendor's registration a secret, a trust or an owner": (trust, as) =>
    takeOver(trust, as, secretOf(trust.outputs, "vendor").clientId),
  "give the console's registration a secret, a trust or an owner": (trust, as) =>
    takeOver(trust, as, secretOf(trust.outputs, "console").clientId),
  "give the registration `mail` a secret, a trust or an owner": (trust, as) =>
    takeOver(trust, as, secretOf(trust.outputs, "mail").clientId),
  "give somebody else's registration a secret, a trust or an owner": (trust, as) =>
    takeOver(trust, as, trust.made.sandbox.world.administrator.clientId),
  "give an identity of a pipeline a trust, a secret or an owner": async (trust, as) => {
    const answers: Answer[] = [];
    for (const { principalId } of Object.values(trust.bootstrap.identities)) {
      answers.push(await trust.call(as, "POST", `${GRAPH}/v1.0/servicePrincipals/${principalId}/addPassword`, {}));
      const owners = `${GRAPH}/v1.0/servicePrincipals/${principalId}/owners/$ref`;
      answers.push(await trust.call(as, "POST", owners, reference(objectId(trust, as))));
    }
    for (const purpose of Object.keys(trust.bootstrap.identities)) {
      const identity = `${identitiesGroup(trust)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/tenantwire-sandbox-${purpose}`;
      const trusted = { properties: { issuer: "https://evil.example.com", subject: "s", audiences: ["a"] } };
      const url = `${ARM}${identity}/federatedIdentityCredentials/evil?api-version=2023-01-31`;
      answers.push(await trust.call(as, "PUT", url, trusted));
    }
    return answers.reduce(worse);
  },
  "make a registration": (trust, as) =>
    trust.call(as, "POST", `${GRAPH}/v1.0/applications`, { displayName: `made by ${as}` }),
  "delete somebody else's registration": (trust, as) =>
    trust.call(
      as,
      "DELETE",
      `${GRAPH}/v1.0/applications/${application(trust, trust.made.sandbox.world.administrator.clientId)}`,
    ),

  "grant itself a permission of Graph": (trust, as) => grant(trust, as, objectId(trust, as)),
  "grant another one a permission of Graph": (trust, as) =>
    grant(
      trust,
      as,
      as === "preview" ? trust.bootstrap.identities.deploy.principalId : trust.bootstrap.identities.preview.principalId,
    ),
  "grant a delegated permission to everybody": (trust, as) => {
    const clientId = objectIdOf(trust, trust.outputs.syncIdentity?.clientId);
    const body = { clientId, consentType: "AllPrincipals", resourceId: graphPrincipal(trust), scope: `of.${as}` };
    return trust.call(as, "POST", `${GRAPH}/v1.0/oauth2PermissionGrants`, body);
  },
  "put somebody into a group": (trust, as) => {
    const { groups, users } = directory(trust.made.sandbox.world);
    const [group] = [...groups.values()];
    const [user] = [...users.values()];
    return trust.call(as, "POST", `${GRAPH}/v1.0/groups/${group?.id}/members/$ref`, reference(user?.id ?? ""));
  },
  "change a person": (trust, as) => {
    const [user] = [...directory(trust.made.sandbox.world).users.values()];
    return trust.call(as, "PATCH", `${GRAPH}/v1.0/users/${user?.id}`, { jobTitle: "changed" });
  },
  "read the people of the directory": (trust, as) => trust.call(as, "GET", `${GRAPH}/v1.0/users?$top=1`),
  "read registrations": (trust, as) => trust.call(as, "GET", `${GRAPH}/v1.0/applications?$top=1`),
  "read calendars": (trust, as) => {
    const [user] = [...directory(trust.made.sandbox.world).users.values()];
    const at = (hour: string) => ({ dateTime: `2026-01-05T${hour}:00:00`, timeZone: "UTC" });
    const body = { schedules: [user ? text(user, "mail") : ""], startTime: at("08"), endTime: at("09") };
    return trust.call(as, "POST", `${GRAPH}/v1.0/users/${user?.id}/calendar/getSchedule`, body);
  },
  "send mail from the mailbox of the alerts": (trust, as) => sendMail(trust, as, 0),
  "send mail from another mailbox": (trust, as) => sendMail(trust, as, 1),
  "read a work item": (trust, as) => ofWorkItem(trust, as, "GET"),
  "edit a work item": (trust, as) =>
    ofWorkItem(trust, as, "PATCH", [{ op: "add", path: "/fields/System.Title", value: "changed" }]),

  "see what is in the stack's resource group": (trust, as) =>
    trust.call(as, "GET", `${ARM}${stackGroup(trust)}?api-version=2024-03-01`),
  "change what is in the stack's resource group": (trust, as) =>
    trust.call(as, "PUT", `${ARM}${stackGroup(trust)}?api-version=2024-03-01`, { location: "westeurope" }),
  "see what is in the resource group of the identities": (trust, as) =>
    trust.call(as, "GET", `${ARM}${identitiesGroup(trust)}?api-version=2024-03-01`),
  "change what is in the resource group of the identities": (trust, as) =>
    trust.call(as, "PUT", `${ARM}${identitiesGroup(trust)}?api-version=2024-03-01`, { location: "westeurope" }),
  "make another resource group": (trust, as) =>
    trust.call(as, "PUT", `${ARM}${subscription(trust)}/resourceGroups/of-${as}?api-version=2024-03-01`, {
      location: "westeurope",
    }),
  "define a role": (trust, as) => {
    const url = `${ARM}${stackGroup(trust)}/providers/Microsoft.Authorization/roleDefinitions/${trust.made.sandbox.world.guid("role", as)}`;
    const properties = {
      roleName: `of ${as}`,
      permissions: [{ actions: ["*"] }],
      assignableScopes: [stackGroup(trust)],
    };
    return trust.call(as, "PUT", `${url}?api-version=2022-04-01`, { properties });
  },
  "let somebody read secrets in the stack's group": (trust, as) => assign(trust, as, stackGroup(trust), SECRETS_USER),
  "make itself an owner of the stack's group": (trust, as) => assign(trust, as, stackGroup(trust), OWNER),
  "give a role on the subscription": (trust, as) => assign(trust, as, subscription(trust), SECRETS_USER),
  "give a role on the states": (trust, as) => assign(trust, as, account(trust, "stack").id, BLOB_CONTRIBUTOR),
  "give a role on the identities": (trust, as) => assign(trust, as, identitiesGroup(trust), OWNER),
  "take away a role that another one has": async (trust, as) => {
    const assignments = armData(trust.made.sandbox.world).roleAssignments;
    const own = assignments.filter(({ principalId }) => principalId === trust.bootstrap.identities.preview.principalId);
    const answers: Answer[] = [];
    for (const { writtenScope, name } of own) {
      const url = `${ARM}${writtenScope}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`;
      answers.push(await trust.call(as, "DELETE", url));
    }
    return answers.reduce(worse);
  },
};

/** A refusal is one of the service's for lack of a right; anything else that is no success means that the try was none. */
export function wordOf(answer: Answer | undefined): string {
  if (answer === undefined) return "-";
  if (answer.status < 300) return "yes";
  const refused =
    [401, 403].includes(answer.status) || /AADSTS(700213|7000215|700211|700212|70021)\b/.test(answer.body);
  return refused ? "no" : `${answer.status} ${answer.body.slice(0, 300)}`;
}

/** Of one of the organization that the sync's identity was added to. What a person may there is nobody's of this page. */
function ofWorkItem(trust: Trust, as: Identity, method: string, body?: object): Promise<Answer> | undefined {
  if (as === "vendorReaders") return undefined;
  const { world } = trust.made.sandbox;
  const store = tracking(world);
  const [project] = organization(world).projects;
  if (!project) throw new Error("There is no project.");
  const title = { op: "add" as const, path: "/fields/System.Title", value: "A work item" };
  const [known] = Object.keys(store.data.items);
  const id = known ?? createItem(store, project, "Epic", [title], { by: SOMEBODY }).id;
  return trust.call(
    as,
    method,
    `https://dev.azure.com/${ORGANIZATION}/_apis/wit/workitems/${id}?api-version=7.1`,
    body,
  );
}

/** Of two tries the one that got further; what is neither a success nor a refusal is the worst of all. */
function worse(one: Answer, other: Answer): Answer {
  const rank = (answer: Answer) => ["no", "yes"].indexOf(wordOf(answer));
  if (rank(one) === -1) return one;
  return rank(other) === -1 || rank(other) > rank(one) ? other : one;
}

/**
 * With what the identity itself signs in with, with what it finds in the vault, and with a secret that it gives the
 * victim: who can do one of them can sign in.
 */
async function signIn(
  trust: Trust,
  as: Identity,
  victim: Exclude<Identity, "vendorReaders">,
): Promise<Answer | undefined> {
  if (as === victim) return undefined;
  const clientId = clientIdOf(trust, victim);
  const tries: Answer[] = as === "vendorReaders" ? [] : [await trust.signIn(clientId, await trust.proof(as))];
  if (isRegistered(victim)) {
    const read = await trust.call(as, "GET", registeredSecret(trust, victim));
    const { value } = JSON.parse(read.body) as { value?: string };
    tries.push(value === undefined ? read : await trust.signIn(clientId, { client_secret: value }));
  }
  const holder = victim === "sync" || isRegistered(victim) ? application(trust, clientId) : undefined;
  const object = holder ? `applications/${holder}` : `servicePrincipals/${objectId(trust, victim)}`;
  const given = await trust.call(as, "POST", `${GRAPH}/v1.0/${object}/addPassword`, {});
  const { secretText } = JSON.parse(given.body) as { secretText?: string };
  tries.push(secretText === undefined ? given : await trust.signIn(clientId, { client_secret: secretText }));
  return tries.reduce(worse);
}

function clientIdOf(trust: Trust, victim: Exclude<Identity, "vendorReaders">): string {
  if (victim === "sync") return trust.outputs.syncIdentity?.clientId ?? "";
  if (isRegistered(victim)) return secretOf(trust.outputs, victim).clientId;
  return trust.bootstrap.identities[victim].clientId;
}

async function takeOver(trust: Trust, as: Identity, clientId: string | undefined): Promise<Answer> {
  const id = application(trust, clientId);
  const base = `${GRAPH}/v1.0/applications/${id}`;
  const principal = `${GRAPH}/v1.0/servicePrincipals/${objectIdOf(trust, clientId)}`;
  const trusted = { name: `of-${as}`, issuer: "https://evil.example.com", subject: as, audiences: ["a"] };
  const tries = [
    await trust.call(as, "POST", `${base}/addPassword`, { passwordCredential: { displayName: `of ${as}` } }),
    await trust.call(as, "POST", `${base}/federatedIdentityCredentials`, trusted),
    await trust.call(as, "POST", `${base}/owners/$ref`, reference(trust.bootstrap.identities.consent.principalId)),
    await trust.call(as, "PATCH", base, { web: { redirectUris: [`https://evil.example.com/${as}`] } }),
    await trust.call(as, "POST", `${principal}/addPassword`, { passwordCredential: { displayName: `of ${as}` } }),
  ];
  return tries.reduce(worse);
}

function grant(trust: Trust, as: Identity, principalId: string): Promise<Answer> {
  const url = `${GRAPH}/v1.0/servicePrincipals/${principalId}/appRoleAssignments`;
  return trust.call(as, "POST", url, { principalId, resourceId: graphPrincipal(trust), appRoleId: USER_READ_ALL });
}

function assign(trust: Trust, as: Identity, scope: string, role: string): Promise<Answer> {
  const { world } = trust.made.sandbox;
  const name = world.guid("assignment", as, scope, role);
  const roleDefinitionId = `${subscription(trust)}/providers/Microsoft.Authorization/roleDefinitions/${role}`;
  const properties = {
    roleDefinitionId,
    principalId: objectId(trust, as),
    principalType: as === "vendorReaders" ? "User" : "ServicePrincipal",
  };
  const url = `${ARM}${scope}/providers/Microsoft.Authorization/roleAssignments/${name}?api-version=2022-04-01`;
  return trust.call(as, "PUT", url, { properties });
}

function decrypt(trust: Trust, as: Identity, key: "stacks" | "grants"): Promise<Answer> {
  const body = { alg: "RSA-OAEP-256", value: trust.encrypted[key] };
  return trust.call(as, "POST", `${keyUrl(trust, key)}/decrypt?api-version=7.4`, body);
}

const subscription = (trust: Trust) => `/subscriptions/${trust.made.sandbox.world.subscriptionId}`;
const stackGroup = (trust: Trust) => `${subscription(trust)}/resourceGroups/tenantwire-sandbox`;
const identitiesGroup = (trust: Trust) => `${subscription(trust)}/resourceGroups/tenantwire-pipelines`;

function stacksVault(trust: Trust): string {
  const { world } = trust.made.sandbox;
  const vault = Object.values(armData(world).vaults).find(
    ({ resourceGroup }) => resourceGroup === "tenantwire-pipelines",
  );
  if (!vault) throw new Error("The bootstrap made no vault.");
  return vaultId(world, vault);
}

const tenantVault = (trust: Trust) => {
  const { world } = trust.made.sandbox;
  const vault = armData(world).vaults[trust.outputs.vendorVault?.name.toLowerCase() ?? ""];
  if (!vault) throw new Error("There is no vendors' vault.");
  return vaultId(world, vault);
};

/** The vault as it is, with access policies in place of roles. */
function openVault(trust: Trust): object {
  const { world } = trust.made.sandbox;
  const vault = armData(world).vaults[trust.outputs.vendorVault?.name.toLowerCase() ?? ""];
  return { location: vault?.location, properties: { ...vault?.properties, enableRbacAuthorization: false } };
}

function sendMail(trust: Trust, as: Identity, which: 0 | 1): Promise<Answer> {
  const toRecipients = [{ emailAddress: { address: "it@contoso.com" } }];
  const message = { subject: "Hello", body: { contentType: "text", content: "Some text" }, toRecipients };
  const from = mailboxes(trust.made.sandbox.world)[which];
  return trust.call(as, "POST", `${GRAPH}/v1.0/users/${from}/sendMail`, { message, saveToSentItems: false });
}

function registeredSecret({ outputs }: Trust, of: Registered): string {
  const { vault, vaultSecret } = secretOf(outputs, of);
  return secret(vault?.uri, vaultSecret);
}

function productKey(trust: Trust): string {
  return secret(trust.outputs.vault?.uri, givenSecret(trust, "oneplan-key"));
}

/** Name in the vault of what people brought along. */
function givenSecret({ outputs }: Trust, name: string): string {
  const found = outputs.credentials.given.find((each) => each.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found.vaultSecret;
}

const secretUrl = (vault = "", name = "") => `${vault}secrets${name && `/${name}`}`;
const secret = (vault?: string, name?: string) => `${secretUrl(vault, name)}?api-version=7.4`;
const reference = (id: string) => ({ "@odata.id": `${GRAPH}/v1.0/directoryObjects/${id}` });

function application(trust: Trust, clientId = ""): string {
  return directory(trust.made.sandbox.world).applications.byKey(clientId)?.id ?? "";
}

function objectIdOf(trust: Trust, clientId = ""): string {
  return directory(trust.made.sandbox.world).servicePrincipals.byKey(clientId)?.id ?? "";
}

function graphPrincipal(trust: Trust): string {
  return objectIdOf(trust, "00000003-0000-0000-c000-000000000000");
}

function objectId(trust: Trust, as: Identity): string {
  if (as === "vendorReaders") return trust.made.sandbox.world.ownerId;
  if (as === "sync") return trust.outputs.syncIdentity?.principalId ?? "";
  if (isRegistered(as)) return objectIdOf(trust, secretOf(trust.outputs, as).clientId);
  return trust.bootstrap.identities[as].principalId;
}
