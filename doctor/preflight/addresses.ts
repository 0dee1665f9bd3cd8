/**
 * Whether accounts and mail addresses that the settings name are anybody's. A deployment looks at none of them: an alert
 * would not arrive, and nobody would be protected.
 *
 * @packageDocumentation
 */
import { type Call, type GraphClient, idsWithAddress, isGuid } from "../../sync/connectors/graph/index.ts";
import { areFurtherAddresses, areThere, verifiedDomains } from "../connectors/names.ts";
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
  const there = await areThere(client, "user", valuesOf(ids), call);
  const gone = ids.filter((_, index) => !there[index]);
  const deleted = await areThere(client, "deleted", valuesOf(gone), call);
  const found = await idsWithAddress(client, valuesOf(names), call);
  return [...gone.filter((_, index) => !deleted[index]), ...names.filter((_, index) => found[index]?.length === 0)].map(
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
  const found = await idsWithAddress(client, valuesOf(references), call);
  return references
    .filter((_, index) => found[index]?.length === 0)
    .map(
      ({ value, place }) =>
        `${place}: the tenant has no mailbox "${value}": write its primary address (Exchange > Recipients).`,
    );
}

/** Of the tenant's own domains alone: who gets mail elsewhere is not known here. A group, or a further address, will do. */
export async function missingRecipients(
  client: GraphClient,
  references: readonly Reference[],
  signal: AbortSignal,
): Promise<string[]> {
  const call: Call = { doing: "look for who is alerted", needs: ["Directory.Read.All"], signal };
  const domains = await verifiedDomains(client, call);
  const own = references.filter(({ value }) => domains.includes(value.split("@").at(-1)?.toLowerCase() ?? ""));
  const users = await idsWithAddress(client, valuesOf(own), call);
  const others = own.filter((_, index) => users[index]?.length === 0);
  const further = await areFurtherAddresses(client, valuesOf(others), call);
  return others
    .filter((_, index) => !further[index])
    .map(({ value, place }) => `${place}: the tenant has nobody and no group with the address "${value}". Correct it.`);
}

function valuesOf(references: readonly Pick<Reference, "value">[]): string[] {
  return references.map(({ value }) => value);
}
