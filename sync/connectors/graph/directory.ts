/**
 * What the syncs ask of the directory besides people and groups.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ConnectionError } from "../../../contract/errors.ts";
import { quoted } from "../../../contract/words.ts";
import { documented } from "../documented.ts";
import { batchGet } from "./batch.ts";
import type { Call, GraphClient } from "./client.ts";
import { pages } from "./pages.ts";

const Organization = z.looseObject({ id: z.string(), displayName: z.string().nullish() });
const Organizations = z.looseObject({ value: z.tuple([Organization]) });

/** The tenant that Graph answers for. It costs no permission: who may read users may read this. */
export async function organization(client: GraphClient, call: Call): Promise<z.infer<typeof Organization>> {
  const answer = await client.get("/organization?$select=id,displayName", call);
  return documented(Organizations, answer, client.host, call.doing).value[0];
}

const Application = z.looseObject({ id: z.string() });
const Extensions = z.looseObject({ value: z.array(z.looseObject({ name: z.string() })) });

/** Names of the directory extensions that the applications of that name own. */
export async function extensionNames(client: GraphClient, application: string, call: Call): Promise<readonly string[]> {
  const filter = encodeURIComponent(`displayName eq '${application}'`);
  const ids: string[] = [];
  for await (const { value } of pages(client, `/applications?$filter=${filter}&$select=id`, call)) {
    for (const each of value) ids.push(parsed(Application, each).id);
  }
  const paths = ids.map((id) => `/applications/${id}/extensionProperties`);
  // One that is gone meanwhile has none.
  const found = (await batchGet(client, paths, call)).filter((answer) => answer !== undefined);
  return found.flatMap((answer) => parsed(Extensions, answer).value.map(({ name }) => name));

  function parsed<T>(schema: z.ZodType<T>, answer: unknown): T {
    const result = schema.safeParse(answer);
    if (result.success) return result.data;
    throw new ConnectionError(
      `${client.host} did not answer as documented when asked for the extensions of ${quoted(application)}.`,
    );
  }
}
