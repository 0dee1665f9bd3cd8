import { z } from "zod";
import { jsonIn } from "../../model/json.ts";

const Claims = z.looseObject({
  /** Id of the tenant. */
  tid: z.string(),
  /** Object id of who it is of: of an application, its service principal. */
  oid: z.string().optional(),
  /** Client id. */
  appid: z.string().optional(),
  /** `app` for an application by itself; of people it is `user` or absent (documented: optional claims). */
  idtyp: z.string().optional(),
  /** Application permissions that were granted, by name; absent without any. */
  roles: z.array(z.string()).default([]),
});
export type TokenClaims = z.infer<typeof Claims>;

/**
 * What an access token says of whom it is for (documented: access token claims reference). It is not verified: it comes
 * from Entra's own answer, and decides nothing but what a person is told.
 *
 * @returns `undefined` where the token is no JWT with such claims
 */
export function tokenClaims(token: string): TokenClaims | undefined {
  return Claims.safeParse(payloadOf(token)).data;
}

/** The payload of a JWT, unverified; `undefined` where it is none. */
export function payloadOf(token: string): unknown {
  return jsonIn(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
}
