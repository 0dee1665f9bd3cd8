/**
 * People of the linked OnePlan group to the group of this stack: who administers it there is an administrator here, who
 * is active there may read, who is not has no access.
 *
 * @packageDocumentation
 */
import type { Person } from "../../../contract/access/people.ts";
import { SettingsError, TenantwireError } from "../../../contract/errors.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import { counted, listed, quoted } from "../../../contract/words.ts";
import { ACCESS_SYNC, readPeople } from "../../access/book.ts";
import { syncCredential } from "../../connectors/credentials/index.ts";
import { declaredAs, keyFor, vaultOf } from "../../connectors/declared.ts";
import { type Member, OnePlanMembers } from "../../connectors/oneplan/members.ts";
import { jsonHash } from "../../model/json-hash.ts";
import {
  type Item,
  type OnlyRead,
  type OnlyRequest,
  type ReadRequest,
  type ReadResult,
  type Reach,
  type Source,
  gone,
} from "../../model/types.ts";
import type { SyncDefinition } from "../../run/definition.ts";
import type { State } from "../../state/session.ts";
import { parseAccessSettings } from "./settings.ts";
import { BookTarget, fields, OWNER } from "./target.ts";

interface AccessSyncOptions {
  readonly outputs: Outputs;
  readonly environment: NodeJS.ProcessEnv;
  /** Asked before the key is read. */
  readonly reach: Reach;
  readonly now: () => Date;
  /** Who is named in the audit trail. */
  readonly by: string;
}

interface AccessSync {
  readonly definition: SyncDefinition;
  /** Requests sent so far. */
  readonly requests: Readonly<Record<string, number>>;
}

/** @throws SettingsError when outputs or settings are not enough for this sync; nothing outside is asked */
export function accessSync({ outputs, environment, reach, now, by }: AccessSyncOptions): AccessSync {
  const { limits } = parseAccessSettings(outputs.sync);
  const requests = { oneplan: 0 };
  const members = openMembers(outputs, environment, reach, () => (requests.oneplan += 1));
  const scope = [outputs.tenant.id, outputs.integrations.access?.oneplanConfiguration];
  return { definition: accessDefinition({ members, limits, now, by, scope }), requests };
}

/** @param scope what runs of before say nothing about when it changes */
export function accessDefinition({
  members,
  limits,
  now,
  by,
  scope,
}: Pick<AccessSyncOptions, "now" | "by"> & {
  readonly members: OnePlanMembers;
  readonly limits: SyncDefinition["limits"];
  readonly scope: readonly unknown[];
}): SyncDefinition {
  return {
    sync: ACCESS_SYNC,
    source: new MembersSource(members),
    target: new BookTarget({ now, by, configuration: members.configuration }),
    fields,
    limits,
    grants: { field: "standing", value: OWNER },
    scopeHash: jsonHash(scope),
    fullEveryMs: 0,
  };
}

/** @throws SettingsError when no linked group is declared */
export function openMembers(
  outputs: Outputs,
  environment: NodeJS.ProcessEnv,
  reach: Reach,
  onRequest?: () => void,
): OnePlanMembers {
  const { access, oneplan } = outputs.integrations;
  if (access?.oneplanConfiguration === undefined || !oneplan) {
    throw new SettingsError(
      `The group of ${outputs.mark} is not linked to one of OnePlan: name it under tenantwire:access.oneplanConfiguration and deploy (pulumi up).`,
    );
  }
  const { baseUrl, keyName, keyVaultSecret } = declaredAs(oneplan);
  const key = keyFor({
    ...{ target: "oneplan", product: "OnePlan", baseUrl, reach },
    credential: syncCredential(outputs, environment),
    vaultUri: vaultOf(outputs, "OnePlan").uri,
    vaultSecret: keyVaultSecret,
  });
  return new OnePlanMembers({ baseUrl, keyName, key, ...(onRequest && { onRequest }) }, access.oneplanConfiguration);
}

class MembersSource implements Source {
  readonly name = "OnePlan";
  readonly #members: OnePlanMembers;

  constructor(members: OnePlanMembers) {
    this.#members = members;
  }

  get host(): string {
    return this.#members.host;
  }

  /**
   * Always the same one, once the key is of the group that is declared: where the link moves, who stood in the group of
   * before has no role by it, and the audit trail goes on.
   */
  async place(signal: AbortSignal) {
    await this.#members.group(signal);
    return {
      id: ACCESS_SYNC,
      label: "the linked OnePlan group",
      mend: "name that one under tenantwire:access.oneplanConfiguration",
    };
  }

  async *read({ signal, onProgress }: ReadRequest): AsyncGenerator<readonly Item[], ReadResult, void> {
    let read = 0;
    for await (const members of this.#members.list(signal)) {
      read += members.length;
      onProgress({ read });
      yield members.map(itemOf);
    }
    return { complete: true, cursor: null, notes: [] };
  }

  /** By the id in OnePlan or the mail address, which is asked of OnePlan, and of the group for who is there no more. */
  async readOnly(words: readonly string[], { isLinked, state, signal }: OnlyRequest): Promise<OnlyRead> {
    const items: Item[] = [];
    const unknown: string[] = [];
    for (const word of words) {
      const members = word.includes("@") ? await this.#members.withMail(word, signal) : [];
      if (members.length > 1) throw severalMembers(members, word);
      const [member] = members;
      const id = member ? undefined : word.includes("@") ? await leftWithMail(state, word) : word;
      const item = member ? itemOf(member) : id === undefined ? undefined : (await this.fetch([id], signal))[0];
      if (item && (item.life !== "gone" || (await isLinked(item.id)))) items.push(item);
      else unknown.push(word);
    }
    return { items, unknown };
  }

  async fetch(ids: readonly string[], signal: AbortSignal): Promise<readonly Item[]> {
    const found: Item[] = [];
    for (const id of ids) {
      const member = await this.#members.get(id, signal);
      found.push(member ? itemOf(member) : { ...gone(id), why: "is not in the OnePlan group any more" });
    }
    return found;
  }
}

/** Id in OnePlan of somebody who is remembered with that address. */
async function leftWithMail(state: State, mail: string): Promise<string | undefined> {
  const isIt = (person: Person) => person.oneplanId !== undefined && person.mail?.toLowerCase() === mail.toLowerCase();
  const found = (await readPeople(state)).filter(isIt);
  if (found.length > 1)
    throw severalMembers(
      found.map(({ oneplanId = "" }) => ({ id: oneplanId })),
      mail,
    );
  return found[0]?.oneplanId;
}

function severalMembers(members: readonly { readonly id: string }[], word: string): TenantwireError {
  const ids = listed(members.map(({ id }) => id));
  return new TenantwireError(
    `${counted(members.length, "person", "people")} of OnePlan have the mail address ${quoted(word)}: give the id of one (${ids}).`,
  );
}

const reasons = { inactive: "is inactive in OnePlan", noPermission: "has no permission in OnePlan" } as const;

function itemOf({ id, name, mail, objectId, standing }: Member): Item {
  const keys = { oneplanId: id.toLowerCase() };
  if (standing === "inactive" || standing === "noPermission") {
    return { id, label: name, life: "inactive", why: reasons[standing], keys };
  }
  return {
    id,
    label: name,
    life: "active",
    fields: { name, mail: mail ?? null, objectId: objectId ?? null, standing },
    keys,
  };
}
