/**
 * Whether the directory has what the settings name. A deployment does not look at most of it, and the first sync stops.
 *
 * @packageDocumentation
 */
import { didYouMean } from "../../contract/nearest.ts";
import { listed } from "../../contract/words.ts";
import type { Call, GraphClient } from "../../sync/connectors/graph/index.ts";
import { listPlaces } from "../../sync/connectors/graph/places.ts";
import { type Check, failed, ok } from "../checks/check.ts";
import { allNamed, areThere } from "../connectors/names.ts";
import { missingProtected, missingRecipients, missingSenders } from "./addresses.ts";
import { isAddress, type PersonKind, type Reference, type ReferenceKind } from "./references.ts";

/** What of a kind is missing, as sentences. */
type Look = (references: readonly Reference[], signal: AbortSignal) => Promise<string[]>;

/** @param readable what a check does with a read that may be refused */
export function referenceChecks(
  references: readonly Reference[],
  client: GraphClient,
  readable: <T>(answer: Promise<T>, permission?: string) => Promise<T>,
): Check[] {
  const looks: Readonly<Record<ReferenceKind, Look>> = {
    owner: (all, signal) => readable(missingPeople(client, "owner", all, signal)),
    administrator: (all, signal) => readable(missingPeople(client, "administrator", all, signal)),
    "vendor reader": (all, signal) => readable(missingPeople(client, "vendor reader", all, signal)),
    "protected account": (all, signal) => readable(missingProtected(client, all, signal)),
    sender: (all, signal) => readable(missingSenders(client, all, signal)),
    recipient: (all, signal) => readable(missingRecipients(client, all, signal)),
    group: (all, signal) => readable(missingNamed(client, "group", all, signal)),
    "administrative unit": (all, signal) => readable(missingNamed(client, "administrative unit", all, signal)),
    room: async (all, signal) => {
      const wrong = withoutAddress(all);
      return wrong.length > 0 ? wrong : readable(missingPlaces(client, "room", "emailAddress", all, signal), PLACES);
    },
    "room list": async (all, signal) => {
      const wrong = withoutAddress(all);
      return wrong.length > 0
        ? wrong
        : readable(missingPlaces(client, "roomlist", "emailAddress", all, signal), PLACES);
    },
    building: (all, signal) => readable(missingPlaces(client, "room", "building", all, signal), PLACES),
  };
  return (Object.keys(looks) as ReferenceKind[]).flatMap((kind): Check[] => {
    const own = references.filter((reference) => reference.kind === kind);
    if (own.length === 0) return [];
    return [
      {
        id: `names/${kind.replaceAll(" ", "-")}s`,
        tried: `whether the tenant has each ${kind} of the settings`,
        async run(signal) {
          const missing = await looks[kind](own, signal);
          return missing.length === 0 ? ok(`It has ${listed(own.map(({ value }) => value))}.`) : failed(missing);
        },
      },
    ];
  });
}

const PLACES = "Place.Read.All";

function withoutAddress(references: readonly Reference[]): string[] {
  return references
    .filter(({ value }) => !isAddress(value))
    .map(
      ({ kind, value, place }) =>
        `${place}: "${value}" is no mail address, and a ${kind} is named by its address (Exchange > Resources).`,
    );
}

async function missingPeople(
  client: GraphClient,
  kind: PersonKind,
  references: readonly Reference[],
  signal: AbortSignal,
): Promise<string[]> {
  const call: Call = { doing: `look for each ${kind}`, needs: ["Directory.Read.All"], signal };
  const values = references.map(({ value }) => value);
  const found = await areThere(client, "object", values, call);
  return references
    .filter((_, index) => !found[index])
    .map(
      ({ value, place }) =>
        `${place}: the tenant has nobody with the object id ${value}. Take it away, or correct it (Entra > Users > Object ID).`,
    );
}

/** Graph compares names without letter case, and the syncs with it: what is not exactly the same is told. */
async function missingNamed(
  client: GraphClient,
  kind: "group" | "administrative unit",
  references: readonly Reference[],
  signal: AbortSignal,
): Promise<string[]> {
  const call: Call = { doing: "look for what the settings name", needs: ["Directory.Read.All"], signal };
  const values = references.map(({ value }) => value);
  const found = await allNamed(client, kind, values, call);
  return references.flatMap(({ value, place }, index) => {
    const all = found[index] ?? [];
    if (all.some(({ id, displayName }) => displayName === value || id === value.toLowerCase())) return [];
    const [near] = all;
    const hint = near?.displayName ? `it is written "${near.displayName}".` : `write its name as Entra shows it.`;
    return [`${place}: the tenant has no ${kind} called "${value}": ${hint}`];
  });
}

async function missingPlaces(
  client: GraphClient,
  type: "room" | "roomlist",
  property: "emailAddress" | "building",
  references: readonly Reference[],
  signal: AbortSignal,
): Promise<string[]> {
  const { places } = await listPlaces(client, type, signal);
  const known = [...new Set(places.map((each) => each[property]).filter((value) => typeof value === "string"))];
  const lower = new Set(known.map((value) => value.toLowerCase()));
  return references
    .filter(({ value }) => !lower.has(value.toLowerCase()))
    .map(({ kind, value, place }) => {
      const hint = didYouMean(value, known) ?? "nothing that Microsoft Graph lists is called like it.";
      return `${place}: the tenant has no ${kind} "${value}": ${hint}`;
    });
}
