/**
 * Objects that carry the mark of a stack and that its state does not know: what a killed deployment left behind.
 *
 * @packageDocumentation
 */
import { MICROSOFT_GRAPH } from "../../contract/permissions/resolve.ts";
import type { DeclaredRegistration } from "../../contract/registrations.ts";
import type { GraphEditor } from "../../sync/connectors/graph/index.ts";
import type { ArmClient, Tagged } from "../../sync/connectors/arm/index.ts";
import { ConnectionError, TenantwireError } from "../../contract/errors.ts";
import { GrantsReader } from "../connectors/grants.ts";
import { APPLICATION, knows, type StackResource } from "../preflight/stack-state.ts";
import { type DirectoryApplication, DirectoryReader } from "../connectors/directory.ts";
import { applicationId, principalId, trustId } from "../connectors/provider-ids.ts";
import { removePrincipal, removeRegistration, removeSecret, removeTrust } from "../connectors/removals.ts";
import { idsOf } from "./ids.ts";

export { imported, ImportFile, withIds } from "./import-file.ts";

export interface Orphan {
  /** Of the object; what it is removed by. */
  readonly id: string;
  readonly kind: "registration" | "service principal" | "secret" | "federated credential" | "resource group" | "vault";
  readonly name: string;
  /** What an import takes it, and what belongs to it, in by: name in the program -> the provider's id. */
  readonly imports: ReadonlyMap<string, string>;
  /** Object id of the registration that it belongs to; absent: it stands for itself. */
  readonly of?: string;
  /** Of what is of Azure: the command by which a person removes it with all that is in it. */
  readonly command?: string;
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
    });
  }
  for (const { id, appId, displayName, notes } of principals) {
    // That of an orphan goes with it.
    if (notes !== mark || knows(state, id) || marked.some((application) => application.appId === appId)) continue;
    const owner = applications.find((application) => application.appId === appId);
    const name = state.find(
      ({ id: known, type }) => type === APPLICATION && owner && known === applicationId(owner.id),
    );
    const imports = name
      ? new Map([[`${nameOf(name).replace(/-application$/, "-principal")}`, principalId(id)]])
      : new Map();
    orphans.push({ id, kind: "service principal", name: displayName ?? appId, imports });
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
      command: `az group delete --name ${name}`,
    })),
    ...vaults
      // That in an orphan goes with it.
      .filter(({ id }) => !groups.some((group) => id.toLowerCase().startsWith(`${group.id.toLowerCase()}/`)))
      .map(({ id, name }): Orphan => ({
        id,
        kind: "vault",
        name,
        imports: new Map(),
        command: `az keyvault delete --name ${name}`,
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
  const application = state.find((each) => each.type === APPLICATION && each.id === applicationId(id));
  const registration = application && nameOf(application).replace(/-registration-application$/, "");
  return [
    ...passwords.map(({ keyId, displayName: name }): Orphan => ({
      id: keyId,
      kind: "secret",
      name: `${name} of ${of}`,
      // What it is cannot be read any more.
      imports: new Map(),
      of: id,
    })),
    ...trusts.map((trust): Orphan => ({
      id: trust.id,
      kind: "federated credential",
      name: `${trust.name} of ${of}`,
      imports: new Map(
        registration === undefined ? [] : [[`${registration}-federated-${trust.name}-trust`, trustId(id, trust.id)]],
      ),
      of: id,
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

/** @throws TenantwireError for what is of Azure */
export async function removeOrphan(
  { id, kind, of = "", command }: Orphan,
  { client, signal }: LookedAt,
): Promise<void> {
  switch (kind) {
    case "registration":
      return removeRegistration(client, id, signal);
    case "service principal":
      return removePrincipal(client, id, signal);
    case "secret":
      return removeSecret(client, of, id, signal);
    case "federated credential":
      return removeTrust(client, of, id, signal);
    default:
      throw new TenantwireError(`A ${kind} is removed by a person: ${command}`);
  }
}

/** The state has no registration of this name yet. */
function isFree({ name }: DeclaredRegistration, state: readonly StackResource[]): boolean {
  return !state.some((each) => each.type === APPLICATION && nameOf(each) === `${name}-registration-application`);
}

function nameOf({ urn }: StackResource): string {
  return urn.split("::").at(-1) ?? "";
}
