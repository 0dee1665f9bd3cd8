/**
 * Objects that carry the mark of a stack and that its state does not know: what a killed deployment left behind.
 *
 * @packageDocumentation
 */
import { MICROSOFT_GRAPH } from "../../contract/permissions/resolve.ts";
import type { DeclaredRegistration } from "../../contract/registrations.ts";
import { type GraphEditor, GraphRefusal } from "../../sync/connectors/graph/index.ts";
import type { ArmClient, Tagged } from "../../sync/connectors/arm/index.ts";
import { ConnectionError, TenantwireError } from "../../contract/errors.ts";
import { GrantsReader } from "../checks/grants.ts";
import { APPLICATION, knows, type StackResource } from "../preflight/stack-state.ts";
import { type DirectoryApplication, DirectoryReader } from "./directory.ts";
import { idsOf } from "./ids.ts";

export { imported, ImportFile, withIds } from "./import-file.ts";

export interface Orphan {
  /** Of the object; what it is removed by. */
  readonly id: string;
  readonly kind: "registration" | "service principal" | "secret" | "federated credential" | "resource group" | "vault";
  readonly name: string;
  /** What an import takes it, and what belongs to it, in by: name in the program -> the provider's id. */
  readonly imports: ReadonlyMap<string, string>;
  /** Path of Graph; of Azure the command by which a person removes it with all that is in it. */
  readonly remove: { readonly path: string } | { readonly command: string };
}

export interface LookedAt {
  /** Mark of the stack, `<project>/<stack>`. */
  readonly mark: string;
  readonly state: readonly StackResource[];
  readonly registrations: readonly DeclaredRegistration[];
  readonly client: GraphEditor;
  readonly arm: ArmClient;
  /** Azure's, where one is named: without it nothing of Azure is looked at. */
  readonly subscriptionId: string | undefined;
  readonly signal: AbortSignal;
}

export async function findOrphans(looked: LookedAt): Promise<Orphan[]> {
  const { mark, state, client, signal } = looked;
  const reader = new DirectoryReader(client, signal);
  const [applications, principals] = [await reader.applications(), await reader.principals()];
  const orphans: Orphan[] = [];
  const marked = applications.filter(({ id, notes }) => notes === mark && !knows(state, id));
  for (const application of marked) {
    const declared = looked.registrations.find(({ displayName }) => displayName === application.displayName);
    orphans.push({
      id: application.id,
      kind: "registration",
      name: application.displayName ?? application.appId,
      imports: declared && isFree(declared, state) ? await adoptionIds(looked, declared.name, application) : new Map(),
      remove: { path: `/applications/${application.id}` },
    });
  }
  for (const { id, appId, displayName, notes } of principals) {
    // That of an orphan goes with it.
    if (notes !== mark || knows(state, id) || marked.some((application) => application.appId === appId)) continue;
    const path = `/servicePrincipals/${id}`;
    const owner = applications.find((application) => application.appId === appId);
    const name = state.find(({ id: known, type }) => type === APPLICATION && known === `/applications/${owner?.id}`);
    const imports = name ? new Map([[`${nameOf(name).replace(/-application$/, "-principal")}`, path]]) : new Map();
    orphans.push({ id, kind: "service principal", name: displayName ?? appId, imports, remove: { path } });
  }
  for (const application of applications.filter(({ id }) => knows(state, id))) {
    orphans.push(...(await credentialsOf(application, looked, reader)));
  }
  return [...orphans, ...(await azureOrphans(looked))];
}

/**
 * What is in a vault is made again from the stack's configuration, so that a vault is not worth taking in: its secrets
 * and roles would have to be as well, one by one.
 */
async function azureOrphans({ mark, state, arm, subscriptionId, signal }: LookedAt): Promise<Orphan[]> {
  if (!subscriptionId) return [];
  const isOrphan = ({ id, tags }: Tagged) =>
    tags?.["tenantwire"] === mark && !state.some((known) => known.id?.toLowerCase() === id.toLowerCase());
  const groups = (await arm.resourceGroups(subscriptionId, signal)).filter(isOrphan);
  const vaults = (await arm.vaults(subscriptionId, signal)).filter(isOrphan);
  return [
    ...groups.map(({ id, name }): Orphan => ({
      id,
      kind: "resource group",
      name,
      imports: new Map(),
      remove: { command: `az group delete --name ${name}` },
    })),
    ...vaults
      // That in an orphan goes with it.
      .filter(({ id }) => !groups.some((group) => id.toLowerCase().startsWith(`${group.id.toLowerCase()}/`)))
      .map(({ id, name }): Orphan => ({
        id,
        kind: "vault",
        name,
        imports: new Map(),
        remove: { command: `az keyvault delete --name ${name}` },
      })),
  ];
}

/** Passwords and trusts that carry the mark, of a registration that the state knows. */
async function credentialsOf(
  { id, displayName, passwordCredentials }: DirectoryApplication,
  { mark, state }: LookedAt,
  reader: DirectoryReader,
): Promise<Orphan[]> {
  const of = displayName ?? id;
  const isOwn = (name: string | null | undefined) => name === `${mark} a` || name === `${mark} b`;
  const passwords = passwordCredentials.filter(
    (password) => isOwn(password.displayName) && !knows(state, password.keyId),
  );
  const trusts = (await reader.trusts(id)).filter((trust) => trust.description === mark && !knows(state, trust.id));
  const application = state.find((each) => each.type === APPLICATION && each.id === `/applications/${id}`);
  const registration = application && nameOf(application).replace(/-registration-application$/, "");
  return [
    ...passwords.map(({ keyId, displayName: name }): Orphan => ({
      id: keyId,
      kind: "secret",
      name: `${name} of ${of}`,
      // What it is cannot be read any more.
      imports: new Map(),
      remove: { path: `/applications/${id}/removePassword` },
    })),
    ...trusts.map((trust): Orphan => ({
      id: trust.id,
      kind: "federated credential",
      name: `${trust.name} of ${of}`,
      imports: new Map(
        registration === undefined
          ? []
          : [[`${registration}-federated-${trust.name}-trust`, `${id}/federatedIdentityCredential/${trust.id}`]],
      ),
      remove: { path: `/applications/${id}/federatedIdentityCredentials/${trust.id}` },
    })),
  ];
}

/**
 * A registration that was made by hand, to be taken in as one that the settings declare.
 *
 * @throws TenantwireError when the tenant has none, or the state another one in its place
 */
export async function adopt(clientId: string, name: string, looked: LookedAt): Promise<ReadonlyMap<string, string>> {
  const declared = looked.registrations.find((each) => each.name === name);
  if (declared === undefined) {
    const names = looked.registrations.map((each) => each.name).join(", ");
    throw new TenantwireError(`The settings declare no registration "${name}": --as takes one of ${names}.`);
  }
  if (!isFree(declared, looked.state)) {
    throw new TenantwireError(
      `The stack has made its own registration "${name}" already: take it out of the settings and deploy first, then put it back and adopt.`,
    );
  }
  const application = await new DirectoryReader(looked.client, looked.signal).application(clientId);
  if (application === undefined) {
    throw new TenantwireError(`The tenant has no registration with the client id ${clientId}.`);
  }
  return adoptionIds(looked, name, application);
}

async function adoptionIds({ client, signal }: LookedAt, name: string, application: DirectoryApplication) {
  const reader = new DirectoryReader(client, signal);
  const grants = new GrantsReader(client);
  const graph = await grants.principalOf(MICROSOFT_GRAPH, signal);
  if (graph === undefined) throw new ConnectionError("The tenant does not know Microsoft Graph.");
  const principalId = (await grants.principalOf(application.appId, signal))?.id;
  return idsOf(
    name,
    {
      application,
      principalId,
      owners: await reader.owners(application.id),
      trusts: await reader.trusts(application.id),
      assignments: principalId === undefined ? [] : ((await grants.assignments(principalId, signal)) ?? []),
      grants: principalId === undefined ? [] : await grants.grants(principalId, signal),
    },
    graph,
  );
}

/**
 * Removes it, as far as Graph lets: registrations can be brought back for 30 days (documented).
 *
 * @throws TenantwireError for what is of Azure
 */
export async function removeOrphan({ id, kind, remove }: Orphan, { client, signal }: LookedAt): Promise<void> {
  if ("command" in remove) throw new TenantwireError(`A ${kind} is removed by a person: ${remove.command}`);
  const call = { doing: `remove a ${kind}`, needs: ["Application.ReadWrite.OwnedBy"], signal };
  if (kind === "secret") {
    await client.post(remove.path, { keyId: id }, call);
    return;
  }
  try {
    await client.delete(remove.path, call);
  } catch (error) {
    if (!(error instanceof GraphRefusal && error.status === 404)) throw error;
  }
}

/** The state has no registration of this name yet. */
function isFree({ name }: DeclaredRegistration, state: readonly StackResource[]): boolean {
  return !state.some((each) => each.type === APPLICATION && nameOf(each) === `${name}-registration-application`);
}

function nameOf({ urn }: StackResource): string {
  return urn.split("::").at(-1) ?? "";
}
