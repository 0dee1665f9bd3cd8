/**
 * The people of a OnePlan group with how they stand there: who administers it, who is active, who may not sign in.
 *
 * @packageDocumentation
 */
import { ConnectionError, WrongPlace } from "../../../contract/errors.ts";
import type { OnePlanStanding } from "../../../contract/access/rules.ts";
import { type ApiClient, ApiError, type Query } from "../api.ts";
import { createOnePlanClient, type OnePlanConnection } from "./client.ts";
import { groupOfKey, type OnePlanGroup } from "./group.ts";
import { listElements } from "./list.ts";
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
const OWNERS = "tell which security groups administer it";

export class OnePlanMembers {
  /** `ConfigId` of the group that is meant, in small letters. */
  readonly configuration: string;
  readonly #client: ApiClient;
  #owners: Promise<ReadonlySet<string>> | undefined;

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
    try {
      const found = await this.#client.get(`resources/${encodeURIComponent(id)}`, {}, READ, signal);
      if (found === null) return undefined;
      // What a gateway answers in its place is nobody, and takes nobody's access.
      if (text((found as Resource).id)?.toLowerCase() !== id.toLowerCase()) throw this.#notDocumented(READ);
      return memberOf(found as Resource, owners);
    } catch (error) {
      if (error instanceof ApiError && error.isAbsence) return undefined;
      throw error;
    }
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

  /** Groups with global Administrator permission. Assumed: the route answers one group, or a list of them. */
  #ownerGroups(signal: AbortSignal): Promise<ReadonlySet<string>> {
    const read = async () => {
      const answer = await this.#client.get("securitygroups/admin", {}, OWNERS, signal);
      const groups = [answer].flat() as readonly { readonly id?: unknown }[];
      // Somebody administers every group: of nobody it would be told that nobody does any more.
      if (groups.length === 0) throw this.#notDocumented(OWNERS);
      return new Set(
        groups.map((group) => {
          if (typeof group?.id !== "string") throw this.#notDocumented(OWNERS);
          return group.id;
        }),
      );
    };
    const owners = (this.#owners ??= read());
    // What could not be found out is asked again.
    owners.catch(() => (this.#owners = undefined));
    return owners;
  }

  #notDocumented(doing: string): ConnectionError {
    return new ConnectionError(`OnePlan (${this.host}) did not answer as documented when asked to ${doing}.`);
  }
}

function memberOf(
  resource: Resource & { readonly CanLogin?: unknown },
  owners: ReadonlySet<string>,
): Member | undefined {
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
  owners: ReadonlySet<string>,
): Member["standing"] {
  const group = text(OnePlanSecurityGroup);
  if (Inactive === true) return "inactive";
  if (CanLogin === false || group === undefined) return "noPermission";
  return owners.has(group) ? "owner" : "active";
}
