import { randomUUID } from "node:crypto";
import { applicationId, instant, notEmpty, uuid } from "../formats.ts";
import { idFormat } from "../ids.ts";
import { type Properties, records, text } from "../json.ts";
import { inTurn } from "../locks.ts";
import { applicationIds, objectIdOf } from "./applicationRegistration.ts";
import type { AzureadResource } from "./bridged.ts";
import { type Graph, saying } from "./graph.ts";

const ids = idFormat("{applicationId}/certificate/{keyId}");

/** Written with the application, as one of its list (read: terraform-provider-azuread 3.8; there is no method for one). */
export const applicationCertificate: AzureadResource = {
  token: "azuread:index/applicationCertificate:ApplicationCertificate",
  inputs: {
    applicationId: { type: "string", required: true, format: applicationId, replaces: true },
    encoding: { type: "string", default: "pem", replaces: true },
    endDate: { type: "string", format: instant, replaces: true, chosen: true },
    endDateRelative: { type: "string", format: notEmpty, replaces: true },
    keyId: { type: "string", format: uuid, replaces: true, chosen: true },
    startDate: { type: "string", format: instant, replaces: true, chosen: true },
    type: { type: "string", replaces: true },
    value: { type: "string", required: true, format: notEmpty, replaces: true },
  },
  computed: [],
  secretOutputs: ["value"],
  rules: ({ endDate, endDateRelative }) =>
    endDate !== undefined && endDateRelative !== undefined ? ["'endDate' conflicts with 'endDateRelative'"] : [],

  async create(graph, inputs) {
    const application = objectIdOf(inputs["applicationId"]);
    return inTurn(application, async () => {
      const before = await keysOf(graph, application);
      if (!before) throw new Error(`Application with object ID "${application}" was not found`);
      const keyId = text(inputs["keyId"]) || randomUUID();
      const added = {
        keyId,
        type: inputs["type"],
        usage: "Verify",
        key: inBase64(text(inputs["value"]), text(inputs["encoding"])),
        ...(inputs["startDate"] !== undefined && { startDateTime: inputs["startDate"] }),
        ...(inputs["endDate"] !== undefined && { endDateTime: inputs["endDate"] }),
      };
      await saying(
        `Adding certificate for application with object ID "${application}"`,
        graph.patch(`/applications/${application}`, { keyCredentials: [...before, added] }),
      );
      await graph.untilSeen(`certificate credential "${keyId}"`, () => keyOf(graph, application, keyId));
      return { id: ids.make({ applicationId: application, keyId }) };
    });
  },

  async read(graph, id, known) {
    const { applicationId: application = "", keyId = "" } = ids.parse(id);
    const credential = await keyOf(graph, application, keyId);
    if (!credential) return undefined;
    return {
      // Graph does not give back what it was made of.
      encoding: known["encoding"] ?? "pem",
      value: known["value"],
      applicationId: applicationIds.make({ applicationId: application }),
      keyId,
      type: text(credential["type"]),
      startDate: dateOf(credential["startDateTime"]),
      endDate: dateOf(credential["endDateTime"]),
    };
  },

  async delete(graph, id) {
    const { applicationId: application = "", keyId = "" } = ids.parse(id);
    await inTurn(application, async () => {
      const before = await keysOf(graph, application);
      if (!before?.some((each) => isKey(each, keyId))) return;
      await saying(
        `Removing certificate credential "${keyId}" from application with object ID "${application}"`,
        graph.patch(`/applications/${application}`, { keyCredentials: before.filter((each) => !isKey(each, keyId)) }),
      );
      await graph.untilGone(id, () => keyOf(graph, application, keyId));
    });
  },
};

async function keysOf(graph: Graph, application: string): Promise<readonly Properties[] | undefined> {
  const found = await saying(
    `Retrieving application with object ID "${application}"`,
    graph.find(`/applications/${application}`),
  );
  return found && records(found["keyCredentials"]);
}

async function keyOf(graph: Graph, application: string, keyId: string): Promise<Properties | undefined> {
  return (await keysOf(graph, application))?.find((each) => isKey(each, keyId));
}

function isKey(credential: Properties, keyId: string): boolean {
  return text(credential["keyId"]).toLowerCase() === keyId.toLowerCase();
}

/** What Graph takes: PEM as it is, in Base64 once more (read: terraform-provider-azuread). */
function inBase64(value: string, encoding: string): string {
  if (encoding === "base64") return value;
  return Buffer.from(value, encoding === "hex" ? "hex" : "utf8").toString("base64");
}

/** In Z without fractions, as the state has it. */
function dateOf(value: unknown): string {
  const date = new Date(text(value));
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().replace(/\.\d+Z$/, "Z");
}
