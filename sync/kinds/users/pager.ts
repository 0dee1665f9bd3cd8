/**
 * The directory extension that Entra Connect copies AD's `pager` into. Its name has the id of an application of the
 * tenant in it, so that it is looked for there.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { DIRECTORY_EXTENSION } from "../../../contract/user-properties.ts";
import { batchGet, type Call, type GraphClient, pages, type Purpose } from "../../connectors/graph/index.ts";
import { ConnectionError, TenantwireError } from "../../../contract/errors.ts";
import { listed, quoted } from "../../../contract/words.ts";

/** Documented: what Entra Connect registers directory extensions under. */
const APPLICATION = "Tenant Schema Extension App";

const readApplications: Purpose = {
  doing: "look for the directory extension of pager",
  needs: ["Application.Read.All"],
};

const Application = z.looseObject({ id: z.string() });
const Extensions = z.looseObject({ value: z.array(z.looseObject({ name: z.string() })) });

/**
 * @param setting where users of the target are in the settings, for messages
 * @returns the name that `$select` takes
 * @throws TenantwireError when there is none, or more than one
 */
export async function pagerExtension(client: GraphClient, setting: string, signal: AbortSignal): Promise<string> {
  const call: Call = { ...readApplications, signal };
  const names = (await extensionNames(client, await applicationIds(client, call), call)).filter(
    (name) => DIRECTORY_EXTENSION.test(name) && name.endsWith("_pager"),
  );
  const [name, another] = [...new Set(names)].sort();
  if (name === undefined) {
    throw new TenantwireError(
      `Entra has no directory extension for pager. Choose pager in Entra Connect (Customize synchronization options > Optional features > Directory extension attribute sync) ` +
        `and let it synchronize, or write another source into ${setting}.cardNumber.source and deploy (pulumi up).`,
    );
  }
  if (another === undefined) return name;
  throw new TenantwireError(
    `Entra has several directory extensions for pager: ${listed([...new Set(names)].sort())}. ` +
      `Write the one that is meant into ${setting}.cardNumber.source and deploy (pulumi up).`,
  );
}

async function applicationIds(client: GraphClient, call: Call): Promise<string[]> {
  const filter = encodeURIComponent(`displayName eq '${APPLICATION}'`);
  const ids: string[] = [];
  for await (const { value } of pages(client, `/applications?$filter=${filter}&$select=id`, call)) {
    for (const application of value) ids.push(parse(Application, application, client).id);
  }
  return ids;
}

async function extensionNames(client: GraphClient, ids: readonly string[], call: Call): Promise<string[]> {
  const answers = await batchGet(
    client,
    ids.map((id) => `/applications/${id}/extensionProperties`),
    call,
  );
  // One that is gone meanwhile has none.
  const found = answers.filter((answer) => answer !== undefined);
  return found.flatMap((answer) => parse(Extensions, answer, client).value.map(({ name }) => name));
}

function parse<T>(schema: z.ZodType<T>, answer: unknown, client: GraphClient): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new ConnectionError(
    `${client.host} did not answer as documented when asked for the extensions of ${quoted(APPLICATION)}.`,
  );
}
