import { applicationId, url } from "../formats.ts";
import { idFormat } from "../ids.ts";
import { type Properties, record, text, texts } from "../json.ts";
import { inTurn } from "../locks.ts";
import { applicationIds, objectIdOf } from "./applicationRegistration.ts";
import type { AzureadResource } from "./bridged.ts";
import { type Graph, isNotFound, saying } from "./graph.ts";
import { requiresImport } from "./requiresImport.ts";

const ids = idFormat("/applications/{applicationId}/redirectUris/{type}");

/** Graph's name for each type. */
const PLACES: Readonly<Record<string, string>> = { PublicClient: "publicClient", SPA: "spa", Web: "web" };

export const applicationRedirectUris: AzureadResource = {
  token: "azuread:index/applicationRedirectUris:ApplicationRedirectUris",
  inputs: {
    applicationId: { type: "string", required: true, format: applicationId, replaces: true },
    redirectUris: { type: "set", required: true, items: { type: "string", format: url } },
    type: { type: "string", required: true, oneOf: Object.keys(PLACES), replaces: true },
  },
  computed: [],

  async create(graph, inputs) {
    const application = objectIdOf(inputs["applicationId"]);
    const type = text(inputs["type"]);
    const id = ids.make({ applicationId: application, type });
    await inTurn(application, async () => {
      const found = await saying(`creating ${id}`, graph.get(`/applications/${application}`));
      if (urisOf(found, type).length > 0) throw requiresImport("azuread_application_redirect_uris", id);
      await saying(`creating ${id}`, write(graph, application, type, texts(inputs["redirectUris"])));
    });
    return { id };
  },

  async read(graph, id) {
    const { applicationId: application = "", type = "" } = ids.parse(id);
    const found = await saying(`retrieving ${id}`, graph.find(`/applications/${application}`));
    const redirectUris = urisOf(found ?? {}, type);
    if (redirectUris.length === 0) return undefined;
    return { applicationId: applicationIds.make({ applicationId: application }), type, redirectUris };
  },

  async update(graph, id, inputs) {
    const { applicationId: application = "", type = "" } = ids.parse(id);
    await inTurn(application, () =>
      saying(`updating ${id}`, write(graph, application, type, texts(inputs["redirectUris"]))),
    );
  },

  async delete(graph, id) {
    const { applicationId: application = "", type = "" } = ids.parse(id);
    await inTurn(application, () =>
      saying(`deleting ${id}`, graph.patch(`/applications/${application}`, bodyOf(type, [])).catch(unlessNotFound)),
    );
  },
};

async function write(graph: Graph, application: string, type: string, redirectUris: readonly string[]): Promise<void> {
  await graph.patch(`/applications/${application}`, bodyOf(type, redirectUris), { awaitReplication: true });
}

function bodyOf(type: string, redirectUris: readonly string[]): Properties {
  return { [PLACES[type] ?? type]: { redirectUris } };
}

function unlessNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

function urisOf(application: Properties, type: string): readonly string[] {
  return texts(record(application[PLACES[type] ?? type])["redirectUris"]);
}
