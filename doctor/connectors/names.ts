/**
 * Whether the directory has what the settings name: reads, in the order of what was asked for.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { batchGet, type Call, type GraphClient, isGuid } from "../../sync/connectors/graph/index.ts";

const Named = z.looseObject({ id: z.string(), displayName: z.string().nullish() });
export type Named = z.infer<typeof Named>;

const Page = z.looseObject({ value: z.array(Named) });
const Organizations = z.looseObject({
  value: z.tuple([z.looseObject({ verifiedDomains: z.array(z.looseObject({ name: z.string() })) })]),
});

/** What can be named by an id. */
const PATHS = {
  object: "/directoryObjects",
  user: "/users",
  /** Of any kind; documented: for 30 days. */
  deleted: "/directory/deletedItems",
} as const;

/** What can be named by its name. */
const SETS = { group: "/groups", "administrative unit": "/directory/administrativeUnits" } as const;

/** Which of these ids are of something. */
export async function areThere(
  client: GraphClient,
  kind: keyof typeof PATHS,
  ids: readonly string[],
  call: Call,
): Promise<boolean[]> {
  const query = kind === "user" ? "?$select=id" : "";
  const paths = ids.map((id) => `${PATHS[kind]}/${id}${query}`);
  return (await batchGet(client, paths, call)).map((found) => found !== undefined);
}

/** By id, or by display name without regard to letter case, which several may have. */
export async function allNamed(
  client: GraphClient,
  kind: keyof typeof SETS,
  names: readonly string[],
  call: Call,
): Promise<Named[][]> {
  const paths = names.map((name) =>
    isGuid(name)
      ? `${SETS[kind]}/${name}?$select=id,displayName`
      : `${SETS[kind]}?$filter=${filter(`displayName eq '${quotable(name)}'`)}&$select=id,displayName`,
  );
  const bodies = await batchGet(client, paths, call);
  return bodies.map((body) => Page.safeParse(body).data?.value ?? (body === undefined ? [] : [Named.parse(body)]));
}

/** The tenant's own domains, in small letters. */
export async function verifiedDomains(client: GraphClient, call: Call): Promise<string[]> {
  const answer = await client.get("/organization?$select=verifiedDomains", call);
  return Organizations.parse(answer).value[0].verifiedDomains.map(({ name }) => name.toLowerCase());
}

/** Which of these are the address of a group, or a further address of a group or of somebody. */
export async function areFurtherAddresses(
  client: GraphClient,
  addresses: readonly string[],
  call: Call,
): Promise<boolean[]> {
  const further = async (set: "/users" | "/groups", condition: (text: string) => string) => {
    const paths = addresses.map((each) => `${set}?$filter=${filter(condition(quotable(each)))}&$select=id`);
    return (await batchGet(client, paths, call)).map((page) => Page.parse(page).value.length > 0);
  };
  const proxy = (text: string) => `proxyAddresses/any(each:each eq 'smtp:${text}')`;
  const looks = await Promise.all([
    further("/groups", (text) => `mail eq '${text}'`),
    further("/groups", proxy),
    further("/users", proxy),
  ]);
  return addresses.map((_, index) => looks.some((look) => look[index]));
}

function filter(condition: string): string {
  return encodeURIComponent(condition);
}

/** As a text within quotation marks has it. */
function quotable(text: string): string {
  return text.replaceAll("'", "''");
}
