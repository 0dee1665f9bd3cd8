/**
 * Which objects of the directory changed since a look before, by Graph's delta queries.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { batchGet, type Call, type GraphClient, isExpiredLink, pages } from "../../sync/connectors/graph/index.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { propertiesAt } from "./objects.ts";

/** Where the next look begins: Graph's own links, whole. */
export const Links = z.strictObject({ applications: z.string(), servicePrincipals: z.string(), grants: z.string() });
export type Links = z.infer<typeof Links>;

/** A delegated grant, as far as it is needed to know whose it is once it is gone. */
export interface GrantChange {
  readonly id: string;
  /** Object id of the service principal that it is for; absent where the grant is gone. */
  readonly clientId: string | undefined;
}

export interface Changes {
  readonly links: Links;
  /** Object ids of applications and service principals. */
  readonly objects: ReadonlySet<string>;
  readonly grants: readonly GrantChange[];
}

const Item = z.looseObject({ id: z.string(), clientId: z.string().optional() });
const Page = z.looseObject({
  value: z.array(z.unknown()),
  "@odata.nextLink": z.string().optional(),
  "@odata.deltaLink": z.string().optional(),
});

/** Documented: least for delegated grants; the others need Application.Read.All at most. */
const NEEDS = ["Directory.Read.All"];

/**
 * A first look: from now on, of these objects only (documented: `$filter` of delta queries takes ids), and of all
 * delegated grants, which cannot be asked for by whom they are for.
 */
export function firstLinks(
  host: string,
  ids: { readonly applications: readonly string[]; readonly principals: readonly string[] },
) {
  const properties = propertiesAt(host);
  const only = (all: readonly string[]) => encodeURIComponent(all.map((id) => `id eq '${id}'`).join(" or "));
  return {
    applications: `/applications/delta?$select=${properties.application}&$filter=${only(ids.applications)}`,
    servicePrincipals: `/servicePrincipals/delta?$select=${properties.principal}&$filter=${only(ids.principals)}`,
    grants: "/oauth2PermissionGrants/delta",
  };
}

/**
 * Follows the three links to their ends. Their first pages come in one request.
 *
 * @returns `undefined` where Graph does not take a link any more: a new look has to begin
 */
export async function changesSince(
  client: GraphClient,
  from: Links,
  signal: AbortSignal,
): Promise<Changes | undefined> {
  const call: Call = { doing: "follow changes of registrations", needs: NEEDS, signal };
  const root = `https://${client.host}/v1.0`;
  const relative = Object.values(from).map((link) => (link.startsWith(root) ? link.slice(root.length) : link));
  try {
    const bodies = await batchGet(client, relative, call);
    const [applications, principals, grants] = await Promise.all(bodies.map((body) => follow(client, body, call)));
    if (!applications || !principals || !grants) throw unexpected(client);
    return {
      links: { applications: applications.link, servicePrincipals: principals.link, grants: grants.link },
      objects: new Set([...applications.items, ...principals.items].map(({ id }) => id)),
      grants: grants.items.map(({ id, clientId }) => ({ id, clientId })),
    };
  } catch (error) {
    if (isExpiredLink(error)) return undefined;
    throw error;
  }
}

async function follow(client: GraphClient, body: unknown, call: Call) {
  const first = Page.safeParse(body);
  if (!first.success) throw unexpected(client);
  const { value, "@odata.nextLink": next, "@odata.deltaLink": delta } = first.data;
  const items = value.map((item) => Item.parse(item));
  let link = delta;
  if (next !== undefined) {
    for await (const page of pages(client, next, call)) {
      items.push(...page.value.map((item) => Item.parse(item)));
      link = page.deltaLink ?? link;
    }
  }
  if (link === undefined) throw unexpected(client);
  return { items, link };
}

function unexpected(client: GraphClient): ConnectionError {
  return new ConnectionError(`${client.host} did not answer as documented about changes of registrations.`);
}
