import { notEmpty, upTo } from "../formats.ts";
import { idFormat } from "../ids.ts";
import { type Properties, isRecord, text, texts } from "../json.ts";
import type { Field, InputSchema } from "../schema.ts";
import type { AzureadResource } from "./bridged.ts";
import { saying } from "./graph.ts";

export const applicationIds = idFormat("/applications/{applicationId}");

/** Object id of an application, from its resource id. */
export function objectIdOf(applicationId: unknown): string {
  return applicationIds.parse(text(applicationId))["applicationId"] ?? "";
}

const GIVEN: Field = { type: "string", format: notEmpty };

const inputs: InputSchema = {
  displayName: { ...GIVEN, required: true },
  description: { type: "string", format: upTo(1024) },
  groupMembershipClaims: {
    type: "set",
    items: { type: "string", oneOf: ["None", "SecurityGroup", "DirectoryRole", "ApplicationGroup", "All"] },
  },
  homepageUrl: GIVEN,
  implicitAccessTokenIssuanceEnabled: { type: "boolean" },
  implicitIdTokenIssuanceEnabled: { type: "boolean" },
  logoutUrl: GIVEN,
  marketingUrl: GIVEN,
  notes: GIVEN,
  privacyStatementUrl: GIVEN,
  // Seen: 2, where the resource Application has 1.
  requestedAccessTokenVersion: { type: "integer", default: 2, oneOf: [1, 2] },
  serviceManagementReference: GIVEN,
  signInAudience: {
    type: "string",
    default: "AzureADMyOrg",
    oneOf: ["AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"],
  },
  supportUrl: GIVEN,
  termsOfServiceUrl: GIVEN,
};

/** Where each input is in Graph's application. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  displayName: ["displayName"],
  description: ["description"],
  groupMembershipClaims: ["groupMembershipClaims"],
  homepageUrl: ["web", "homePageUrl"],
  implicitAccessTokenIssuanceEnabled: ["web", "implicitGrantSettings", "enableAccessTokenIssuance"],
  implicitIdTokenIssuanceEnabled: ["web", "implicitGrantSettings", "enableIdTokenIssuance"],
  logoutUrl: ["web", "logoutUrl"],
  marketingUrl: ["info", "marketingUrl"],
  notes: ["notes"],
  privacyStatementUrl: ["info", "privacyStatementUrl"],
  requestedAccessTokenVersion: ["api", "requestedAccessTokenVersion"],
  serviceManagementReference: ["serviceManagementReference"],
  signInAudience: ["signInAudience"],
  supportUrl: ["info", "supportUrl"],
  termsOfServiceUrl: ["info", "termsOfServiceUrl"],
};

export const applicationRegistration: AzureadResource = {
  token: "azuread:index/applicationRegistration:ApplicationRegistration",
  inputs,
  computed: ["clientId", "disabledByMicrosoft", "objectId", "publisherDomain"],

  async create(graph, wanted) {
    const made = await saying("creating application", graph.post("/applications", body(wanted, Object.keys(PLACES))));
    return { id: applicationIds.make({ applicationId: text(made["id"]) }) };
  },

  async read(graph, id) {
    const found = await saying(`retrieving ${id}`, graph.find(`/applications/${objectIdOf(id)}`));
    if (!found) return undefined;
    return {
      ...Object.fromEntries(Object.entries(PLACES).map(([name, place]) => [name, fromGraph(name, at(found, place))])),
      clientId: text(found["appId"]),
      objectId: text(found["id"]),
      publisherDomain: text(found["publisherDomain"]),
      disabledByMicrosoft: goMap(found["disabledByMicrosoftStatus"]),
    };
  },

  async update(graph, id, wanted, changed) {
    await saying(`updating ${id}`, graph.patch(`/applications/${objectIdOf(id)}`, body(wanted, changed)));
  },

  async delete(graph, id) {
    const path = `/applications/${objectIdOf(id)}`;
    await saying(`deleting ${id}`, graph.remove(path));
    await graph.untilGone(id, () => graph.find(path));
  },
};

/** A body with just the named inputs. */
function body(wanted: Properties, names: readonly string[]): Properties {
  const result: Record<string, unknown> = {};
  for (const name of names) put(result, PLACES[name] ?? [name], toGraph(name, wanted[name]));
  return result;
}

function put(target: Record<string, unknown>, [name = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[name] = value;
    return;
  }
  const inner = { ...(isRecord(target[name]) ? target[name] : {}) };
  put(inner, rest, value);
  target[name] = inner;
}

function at(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return value;
  return isRecord(value) ? at(value[name], rest) : undefined;
}

/** An empty text is an explicit null for Graph (seen: azuread provider 6.9.1). */
function toGraph(name: string, value: unknown): unknown {
  // Graph keeps the claims as one text with commas (documented: application resource).
  if (inputs[name]?.type === "set") return texts(value).join(",") || null;
  return inputs[name]?.type === "boolean" ? value === true : value || null;
}

/** Seen: azuread provider 6.9.1 shows its own way of keeping a text that may be null, `map[false:]`. */
export function goMap(value: unknown): string {
  return `map[${value !== undefined && value !== null}:${text(value)}]`;
}

function fromGraph(name: string, value: unknown): unknown {
  if (inputs[name]?.type === "set") return text(value).split(",").filter(Boolean);
  if (inputs[name]?.type === "boolean") return value === true;
  return inputs[name]?.type === "integer" ? (value ?? 0) : text(value);
}
