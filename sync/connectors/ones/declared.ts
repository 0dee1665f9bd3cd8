/** The ONES server that the outputs declare. @packageDocumentation */
import type { Outputs } from "../../../contract/outputs.ts";
import type { UsersOpening } from "../../model/user-target.ts";
import { declaredAs, keyFor, vaultOf } from "../declared.ts";
import type { OnesConnection } from "./connection.ts";
import { parseRoutes } from "./routes.ts";

/** As commands and messages call it. */
export const ONES = { target: "ones", product: "ONES" } as const;

/**
 * `identity` tells the server from another one; `connected` is the way to it, by which its key is read.
 *
 * @throws SettingsError when the outputs are not enough for it
 */
export function declaredServer(outputs: Outputs) {
  const ones = declaredAs(outputs.integrations.ones);
  const { baseUrl, keyName, keyVaultSecret: vaultSecret } = ones;
  const { uri: vaultUri } = vaultOf(outputs, ONES.product);
  const routes = parseRoutes(ones.routes);
  return {
    ones,
    identity: [baseUrl, routes],
    connected: ({ credential, reach }: Pick<UsersOpening, "credential" | "reach">): OnesConnection => ({
      ...{ baseUrl, keyName, routes },
      key: keyFor({ ...ONES, baseUrl, credential, reach, vaultUri, vaultSecret }),
    }),
  };
}
