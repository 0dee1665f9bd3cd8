import { z } from "zod";
import type { Outputs } from "../../../contract/outputs.ts";
import type { GraphClient } from "../../connectors/graph/index.ts";
import { ConnectionError, WrongPlace } from "../../../contract/errors.ts";
import type { Place } from "../../model/types.ts";

const Organization = z.looseObject({ id: z.string(), displayName: z.string().nullish() });
const Answer = z.looseObject({ value: z.tuple([Organization]) });

/** As the outputs name it. */
export type ExpectedTenant = Pick<Outputs["tenant"], "id" | "domain">;

/**
 * The tenant that Graph answers for. It costs no permission: who may read users may read this.
 *
 * @param expected the one of the outputs
 * @throws WrongPlace when it is another
 */
export async function tenantPlace(
  client: GraphClient,
  expected: ExpectedTenant | undefined,
  signal: AbortSignal,
): Promise<Place> {
  const call = { doing: "tell which tenant this is", needs: ["User.Read.All"], signal };
  const answer = Answer.safeParse(await client.get("/organization?$select=id,displayName", call));
  if (!answer.success) {
    throw new ConnectionError(`${client.host} did not answer as documented when asked to ${call.doing}.`);
  }
  const [{ id, displayName }] = answer.data.value;
  const label = `the tenant ${displayName ?? "without a name"}`;
  if (expected && id.toLowerCase() !== expected.id.toLowerCase()) {
    throw new WrongPlace(
      `The sync identity signed in to ${label} (${id}), but the outputs are of ${expected.domain} (${expected.id}): nothing was read or written. ` +
        `Use the outputs of the stack that deployed this tenant.`,
    );
  }
  return { id: id.toLowerCase(), label, mend: "use the outputs of its stack" };
}
