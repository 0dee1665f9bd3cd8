import { applicationId, instant, notEmpty } from "../formats.ts";
import { idFormat } from "../ids.ts";
import { type Properties, records, text } from "../json.ts";
import { inTurn } from "../locks.ts";
import { applicationIds, objectIdOf } from "./applicationRegistration.ts";
import type { AzureadResource } from "./bridged.ts";
import { type Graph, isNotFound, saying } from "./graph.ts";

const ids = idFormat("{applicationId}/password/{keyId}");

export const applicationPassword: AzureadResource = {
  token: "azuread:index/applicationPassword:ApplicationPassword",
  inputs: {
    applicationId: { type: "string", required: true, format: applicationId, replaces: true },
    displayName: { type: "string", replaces: true, chosen: true },
    // Compared as they are written with the dates of the state: "...00.000Z" differs from "...00Z" and replaces the
    // password in every update (seen: azuread provider 6.9.1).
    endDate: { type: "string", format: instant, replaces: true, chosen: true },
    endDateRelative: { type: "string", format: notEmpty, replaces: true },
    rotateWhenChanged: { type: "map", replaces: true },
    startDate: { type: "string", format: instant, replaces: true, chosen: true },
  },
  computed: ["keyId", "value"],
  secretOutputs: ["value"],
  rules: ({ endDate, endDateRelative }) =>
    endDate !== undefined && endDateRelative !== undefined ? ["'endDate' conflicts with 'endDateRelative'"] : [],

  async create(graph, inputs) {
    const application = objectIdOf(inputs["applicationId"]);
    return inTurn(application, async () => {
      const found = await graph.find(`/applications/${application}`);
      if (!found) throw new Error(`Application with object ID "${application}" was not found`);
      const made = await saying(
        `Adding password for application with object ID "${application}"`,
        // endDateRelative is read and never turned into an end (read: terraform-provider-azuread 3.8).
        graph.post(`/applications/${application}/addPassword`, {
          passwordCredential: {
            displayName: inputs["displayName"],
            startDateTime: inputs["startDate"],
            endDateTime: inputs["endDate"],
          },
        }),
      );
      const keyId = text(made["keyId"]);
      await graph.untilSeen(`password credential "${keyId}"`, () => credentialOf(graph, application, keyId));
      return { id: ids.make({ applicationId: application, keyId }), once: { value: text(made["secretText"]) } };
    });
  },

  async read(graph, id) {
    const { applicationId: application = "", keyId = "" } = ids.parse(id);
    const credential = await credentialOf(graph, application, keyId);
    if (!credential) return undefined;
    return {
      applicationId: applicationIds.make({ applicationId: application }),
      displayName: text(credential["displayName"]),
      startDate: dateOf(credential["startDateTime"]),
      endDate: dateOf(credential["endDateTime"]),
      keyId,
    };
  },

  async delete(graph, id) {
    const { applicationId: application = "", keyId = "" } = ids.parse(id);
    await inTurn(application, async () => {
      try {
        await saying(
          `Removing password credential "${keyId}" from application with object ID "${application}"`,
          graph.post(`/applications/${application}/removePassword`, { keyId }),
        );
      } catch (error) {
        if (!(error instanceof Error) || !isNotFound(error.cause)) throw error;
      }
      await graph.untilGone(id, () => credentialOf(graph, application, keyId));
    });
  },
};

async function credentialOf(graph: Graph, application: string, keyId: string): Promise<Properties | undefined> {
  const found = await saying(
    `Retrieving application with object ID "${application}"`,
    graph.find(`/applications/${application}`),
  );
  return records(found?.["passwordCredentials"]).find(
    (credential) => text(credential["keyId"]).toLowerCase() === keyId.toLowerCase(),
  );
}

/** In Z without fractions, as the state has it. */
function dateOf(value: unknown): string {
  const date = new Date(text(value));
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().replace(/\.\d+Z$/, "Z");
}
