import { applicationId, uuid } from "../formats.ts";
import { idFormat } from "../ids.ts";
import { text } from "../json.ts";
import { inTurn } from "../locks.ts";
import { applicationIds, objectIdOf } from "./applicationRegistration.ts";
import type { AzureadResource } from "./bridged.ts";
import { filter, type Graph, isNotFound, quoted, saying } from "./graph.ts";
import { requiresImport } from "./requiresImport.ts";

const ids = idFormat("/applications/{applicationId}/owners/{ownerId}");

export const applicationOwner: AzureadResource = {
  token: "azuread:index/applicationOwner:ApplicationOwner",
  inputs: {
    applicationId: { type: "string", required: true, format: applicationId, replaces: true },
    ownerObjectId: { type: "string", required: true, format: uuid, replaces: true },
  },
  computed: [],

  async create(graph, inputs) {
    const application = objectIdOf(inputs["applicationId"]);
    const owner = text(inputs["ownerObjectId"]);
    const id = ids.make({ applicationId: application, ownerId: owner });
    await inTurn(application, async () => {
      if (await isOwner(graph, application, owner)) throw requiresImport("azuread_application_owner", id);
      const reference = { "@odata.id": graph.directoryObject(owner) };
      await saying(
        `adding ${id}`,
        graph.post(`/applications/${application}/owners/$ref`, reference, { awaitReplication: true }),
      );
    });
    return { id };
  },

  async read(graph, id) {
    const { applicationId: application = "", ownerId: owner = "" } = ids.parse(id);
    if (!(await saying(`retrieving ${id}`, isOwner(graph, application, owner)))) return undefined;
    return { applicationId: applicationIds.make({ applicationId: application }), ownerObjectId: owner };
  },

  async delete(graph, id) {
    const { applicationId: application = "", ownerId: owner = "" } = ids.parse(id);
    await inTurn(application, () =>
      saying(`removing ${id}`, graph.remove(`/applications/${application}/owners/${owner}/$ref`)),
    );
  },
};

/** Seen: azuread provider 6.9.1 asks with a filter. */
async function isOwner(graph: Graph, application: string, owner: string): Promise<boolean> {
  try {
    return (await graph.list(filter(`/applications/${application}/owners`, `id eq ${quoted(owner)}`))).length > 0;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
