/**
 * The people of a OnePlan group with how they stand there: who administers it, who is active, who may not sign in.
 *
 * @packageDocumentation
 */
import { WrongPlace } from "../../../contract/errors.ts";
import type { OnePlanStanding } from "../../../contract/access/rules.ts";
import { type ApiClient, type Query, unlessAbsent } from "../api.ts";
import { notDocumented } from "../documented.ts";
import { administrators, type Administrators } from "./administrators.ts";
import { called, createOnePlanClient, type OnePlanConnection } from "./client.ts";
import { groupOfKey, type OnePlanGroup } from "./group.ts";
import { listElements } from "./list.ts";
import { Once } from "../once.ts";
import { type Resource, text } from "./resources.ts";

export interface Member {
  /** Of the resource. */
  readonly id: string;
  readonly name: string;
  readonly mail?: string;
  /** Object id in Entra, in small letters. */
  readonly objectId?: string;
  readonly standing: Exclude<OnePlanStanding, "absent">;
}

const READ = "read a resource";

export class OnePlanMembers {
  /** `ConfigId` of the group that is meant, in small letters. */
  readonly configuration: string;
  readonly #client: ApiClient;
  readonly #owners = new Once<Administrators>();

  /** @param configuration `ConfigId` of the group that is meant */
  constructor(connection: OnePlanConnection, configuration: string) {
    this.#client = createOnePlanClient(connection);
    this.configuration = configuration.toLowerCase();
  }

  get host(): string {
    return this.#client.host;
  }

  /**
   * The group that the key is of.
   *
   * @throws WrongPlace when it is another one than the settings name: its people have no business here
   */
  async group(signal: AbortSignal): Promise<OnePlanGroup> {
    const group = await groupOfKey(this.#client, signal);
    if (group.id === this.configuration) return group;
    throw new WrongPlace(
      `The key of OnePlan (${this.host}) is of the group ${group.id}, and tenantwire:access.oneplanConfiguration names ${this.configuration}: correct it, or store the key of that group.`,
    );
  }

  async *list(signal: AbortSignal): AsyncGenerator<readonly Member[], void, void> {
    yield* this.#members({}, signal);
  }

  /** @returns undefined: it is not there any more */
  async get(id: string, signal: AbortSignal): Promise<Member | undefined> {
    const owners = await this.#ownerGroups(signal);
    const path = `resources/${encodeURIComponent(id)}`;
    const found = (await unlessAbsent(() => this.#client.get(path, {}, READ, signal))) as Resource | null | undefined;
    if (found === null || found === undefined) return undefined;
    // What a gateway answers in its place is nobody, and takes nobody's access.
    if (text(found.id)?.toLowerCase() !== id.toLowerCase()) {
      throw notDocumented(called(this.#client), READ);
    }
    return memberOf(found, owners);
  }

  /**
   * Somebody by mail address, whose id in Entra has to be the right one where OnePlan knows one. (The filter by mail is
   * documented; a hit counts when it really has the address.)
   */
  async find(mail: string, objectId: string | undefined, signal: AbortSignal): Promise<Member | undefined> {
    const found = await this.withMail(mail, signal);
    const hits = found.filter((each) => each.objectId === undefined || each.objectId === objectId?.toLowerCase());
    // Of two nobody is believed.
    return hits.length === 1 ? hits[0] : undefined;
  }

  /** Everybody with that mail address. */
  async withMail(mail: string, signal: AbortSignal): Promise<readonly Member[]> {
    const wanted = mail.toLowerCase();
    const hits: Member[] = [];
    for await (const members of this.#members({ email: mail }, signal)) {
      hits.push(...members.filter((member) => member.mail?.toLowerCase() === wanted));
    }
    return hits;
  }

  async *#members(query: Query, signal: AbortSignal): AsyncGenerator<readonly Member[], void, void> {
    const owners = await this.#ownerGroups(signal);
    const list = { path: "resources", query: { ...query, Generics: "false" }, doing: "list the resources" };
    for await (const elements of listElements(this.#client, list, signal)) {
      yield elements.flatMap((element) => memberOf(element as Resource, owners) ?? []);
    }
  }

  #ownerGroups(signal: AbortSignal): Promise<Administrators> {
    return this.#owners.get(() => administrators(this.#client, signal));
  }
}

function memberOf(resource: Resource & { readonly CanLogin?: unknown }, owners: Administrators): Member | undefined {
  const id = text(resource.id);
  if (id === undefined || resource.Generic === true) return undefined;
  const mail = text(resource.Fields?.["mail"]);
  const objectId = text(resource.Office365Id)?.toLowerCase();
  return {
    id,
    name: text(resource.name) ?? id,
    ...(mail !== undefined && { mail }),
    ...(objectId !== undefined && { objectId }),
    standing: standingOf(resource, owners),
  };
}

/** Assumed: who cannot log in, or is in no security group, has no permission. */
function standingOf(
  { Inactive, CanLogin, OnePlanSecurityGroup }: Resource & { readonly CanLogin?: unknown },
  owners: Administrators,
): Member["standing"] {
  const group = text(OnePlanSecurityGroup);
  if (Inactive === true) return "inactive";
  if (CanLogin === false || group === undefined) return "noPermission";
  return owners.has(group.toLowerCase()) ? "owner" : "active";
}
