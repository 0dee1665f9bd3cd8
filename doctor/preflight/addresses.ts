/**
 * Whether accounts and mail addresses that the settings name are anybody's. A deployment looks at none of them: an alert
 * would not arrive, and nobody would be protected.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { batchGet, type Call, type GraphClient, idsWithAddress, isGuid } from "../../sync/connectors/graph/index.ts";
import type { Reference } from "./references.ts";

/** Somebody who was deleted stays protected: that is when it is needed. */
export async function missingProtected(
  client: GraphClient,
  references: readonly Reference[],
  signal: AbortSignal,
): Promise<string[]> {
  const call: Call = { doing: "look for protected accounts", needs: ["User.Read.All"], signal };
  // As the sync takes them.
  const asked = references.map(({ value, place }) => ({ value: value.trim(), place }));
  const ids = asked.filter(({ value }) => isGuid(value));
  const names = asked.filter(({ value }) => !isGuid(value));
  const there = await batchGet(
    client,
    ids.map(({ value }) => `/users/${value}?$select=id`),
    call,
  );
  const gone = ids.filter((_, index) => there[index] === undefined);
  const deleted = await batchGet(
    client,
    gone.map(({ value }) => `/directory/deletedItems/${value}`),
    call,
  );
  const found = await idsWithAddress(
    client,
    names.map(({ value }) => value),
    call,
  );
  return [
    ...gone.filter((_, index) => deleted[index] === undefined),
    ...names.filter((_, index) => found[index]?.length === 0),
  ].map(
    ({ value, place }) => `${place}: nobody in the tenant is "${value}", so nobody is protected by it. Correct it.`,
  );
}

/** By its address, as the mailbox that Exchange lets the registration send from is found. */
export async function missingSenders(
  client: GraphClient,
  references: readonly Reference[],
  signal: AbortSignal,
): Promise<string[]> {
  const call: Call = { doing: "look for the mailbox that alerts are sent from", needs: ["User.Read.All"], signal };
  const found = await idsWithAddress(
    client,
    references.map(({ value }) => value),
    call,
  );
  return references
    .filter((_, index) => found[index]?.length === 0)
    .map(
      ({ value, place }) =>
        `${place}: the tenant has no mailbox "${value}": write its primary address (Exchange > Recipients).`,
    );
}

const Organizations = z.looseObject({
  value: z.tuple([z.looseObject({ verifiedDomains: z.array(z.looseObject({ name: z.string() })) })]),
});
const Page = z.looseObject({ value: z.array(z.unknown()) });

/** Of the tenant's own domains alone: who gets mail elsewhere is not known here. A group, or a further address, will do. */
export async function missingRecipients(
  client: GraphClient,
  references: readonly Reference[],
  signal: AbortSignal,
): Promise<string[]> {
  const call: Call = { doing: "look for who is alerted", needs: ["Directory.Read.All"], signal };
  const answer = await client.get("/organization?$select=verifiedDomains", call);
  const domains = Organizations.parse(answer).value[0].verifiedDomains.map(({ name }) => name.toLowerCase());
  const own = references.filter(({ value }) => domains.includes(value.split("@").at(-1)?.toLowerCase() ?? ""));
  const users = await idsWithAddress(
    client,
    own.map(({ value }) => value),
    call,
  );
  const others = own.filter((_, index) => users[index]?.length === 0);
  const further = async (path: "/users" | "/groups", filter: (text: string) => string) =>
    (
      await batchGet(
        client,
        others.map(({ value }) => {
          const text = encodeURIComponent(filter(value.replaceAll("'", "''")));
          return `${path}?$filter=${text}&$select=id`;
        }),
        call,
      )
    ).map((page) => Page.parse(page).value.length > 0);
  const proxy = (text: string) => `proxyAddresses/any(each:each eq 'smtp:${text}')`;
  const looks = await Promise.all([
    further("/groups", (text) => `mail eq '${text}'`),
    further("/groups", proxy),
    further("/users", proxy),
  ]);
  return others
    .filter((_, index) => !looks.some((look) => look[index]))
    .map(({ value, place }) => `${place}: the tenant has nobody and no group with the address "${value}". Correct it.`);
}
