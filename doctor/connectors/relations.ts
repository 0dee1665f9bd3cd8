/**
 * What delta queries do not tell of registrations: owners, trusts, granted application permissions, roles and groups (relations; that a
 * delta query follows them is published for members of groups and managers of users only). Read as one number a
 * registration, twenty parts in a request.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Registration } from "../../contract/outputs.ts";
import { batchGet, type Call, type GraphClient } from "../../sync/connectors/graph/index.ts";
import { directoryRolesPath } from "./registrations.ts";

const Page = z.looseObject({ value: z.array(z.looseObject({ id: z.string() })) });

/** By name of the registration; the same as long as its relations are. */
export async function readRelations(
  client: GraphClient,
  registrations: readonly Registration[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const call: Call = {
    doing: "read owners, trusts, grants and roles of registrations",
    needs: ["Application.Read.All", "Directory.Read.All"],
    signal,
  };
  const paths = registrations.map(({ objectId, principalId }) => [
    `/applications/${objectId}/owners?$select=id&$top=999`,
    `/applications/${objectId}/federatedIdentityCredentials`,
    `/servicePrincipals/${principalId}/owners?$select=id&$top=999`,
    `/servicePrincipals/${principalId}/appRoleAssignments`,
    `/servicePrincipals/${principalId}/transitiveMemberOf?$select=id,isAssignableToRole&$top=999`,
    directoryRolesPath(principalId),
  ]);
  const bodies = await batchGet(client, paths.flat(), call);
  let at = 0;
  return new Map(
    registrations.map(({ name }, index) => {
      const own = bodies.slice(at, (at += paths[index]?.length ?? 0));
      return [
        name,
        createHash("sha256")
          .update(JSON.stringify(own.map(ordered)))
          .digest("base64url"),
      ];
    }),
  );
}

/** In the order of the ids, without what differs from answer to answer. */
function ordered(body: unknown): unknown {
  if (body === undefined) return null;
  const { value } = Page.parse(body);
  return value.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}
