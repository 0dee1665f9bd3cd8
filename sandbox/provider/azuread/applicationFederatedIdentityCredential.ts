import { applicationId, notEmpty, upTo } from "../formats.ts";
import { idFormat } from "../ids.ts";
import { type Properties, text, texts } from "../json.ts";
import { inTurn } from "../locks.ts";
import { applicationIds, objectIdOf } from "./applicationRegistration.ts";
import type { AzureadResource } from "./bridged.ts";
import { saying } from "./graph.ts";

const ids = idFormat("{applicationId}/federatedIdentityCredential/{credentialId}");

export const applicationFederatedIdentityCredential: AzureadResource = {
  token: "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential",
  inputs: {
    applicationId: { type: "string", required: true, format: applicationId, replaces: true },
    audiences: { type: "list", required: true, items: { type: "string", format: notEmpty } },
    description: { type: "string" },
    displayName: { type: "string", required: true, format: upTo(120), replaces: true },
    issuer: { type: "string", required: true },
    subject: { type: "string", required: true },
  },
  computed: ["credentialId"],

  async create(graph, inputs) {
    const application = objectIdOf(inputs["applicationId"]);
    return inTurn(application, async () => {
      const found = await graph.find(`/applications/${application}`);
      if (!found) throw new Error(`Application with object ID "${application}" was not found`);
      const made = await saying(
        `Adding federated identity credential for application with object ID "${application}"`,
        graph.post(
          `/applications/${application}/federatedIdentityCredentials`,
          { name: inputs["displayName"], ...body(inputs) },
          { awaitReplication: true },
        ),
      );
      const id = ids.make({ applicationId: application, credentialId: text(made["id"]) });
      await graph.untilSeen(`federated identity credential "${text(made["id"])}"`, () => graph.find(pathOf(id)));
      return { id };
    });
  },

  async read(graph, id) {
    const { applicationId: application = "", credentialId = "" } = ids.parse(id);
    // By id: the list is stale right after a write (documented: microsoft-graph-docs 19510).
    const found = await saying(`retrieving ${id}`, graph.find(pathOf(id)));
    if (!found) return undefined;
    return {
      applicationId: applicationIds.make({ applicationId: application }),
      credentialId,
      audiences: texts(found["audiences"]),
      description: text(found["description"]),
      displayName: text(found["name"]),
      issuer: text(found["issuer"]),
      subject: text(found["subject"]),
    };
  },

  async update(graph, id, inputs) {
    const { applicationId: application = "", credentialId = "" } = ids.parse(id);
    // Seen: azuread provider 6.9.1 repeats the object's own id.
    const wanted = { id: credentialId, ...body(inputs) };
    await inTurn(application, () => saying(`updating ${id}`, graph.patch(pathOf(id), wanted)));
  },

  async delete(graph, id) {
    const { applicationId: application = "" } = ids.parse(id);
    await inTurn(application, async () => {
      await saying(`deleting ${id}`, graph.remove(pathOf(id)));
      await graph.untilGone(id, () => graph.find(pathOf(id)));
    });
  },
};

function pathOf(id: string): string {
  const { applicationId: application = "", credentialId = "" } = ids.parse(id);
  return `/applications/${application}/federatedIdentityCredentials/${credentialId}`;
}

/** All of it in an update too, as the real plugin does. */
function body({ audiences, description, issuer, subject }: Properties): Properties {
  return { audiences, description: description || null, issuer, subject };
}
