/**
 * What can be tried of a ONES server without writing: the form of the key, and the routes.
 *
 * @packageDocumentation
 */
import { CredentialError, TenantwireError } from "../../../contract/errors.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import type { Trial, Trying } from "../../model/trial.ts";
import { declaredAs } from "../declared.ts";
import { ONES } from "./declared.ts";
import { type OnesConnection, readInformation } from "./connection.ts";
import { parseRoutes } from "./routes.ts";

export function keyTrial({ integrations }: Outputs, { reach, secret }: Pick<Trying, "reach" | "secret">): Trial {
  const { baseUrl, keyName, keyVaultSecret, routes } = declaredAs(integrations.ones);
  return {
    id: "key/ones",
    tried: "ask ONES about the server",
    async run(signal) {
      await reach({ ...ONES, baseUrl });
      const key = await secret(keyVaultSecret);
      return tryForms({ baseUrl, keyName, key: async () => key, routes: parseRoutes(routes) }, signal);
    },
  };
}

export function routesTrial({ target, fields }: Pick<Trying, "target" | "fields">): Trial {
  return {
    id: "routes/ones",
    tried: "list the users of ONES",
    async run(signal) {
      await (await target()).check(fields, signal);
      return "It answers as the routes say.";
    },
  };
}

/** Both forms of authentication stand in the vendor's text: where one is refused, is it the other? */
async function tryForms(connection: OnesConnection, signal: AbortSignal): Promise<string> {
  const { authentication } = connection.routes;
  try {
    await readInformation(connection, signal);
    return `It takes the key in the form "${authentication}".`;
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    const other = authentication === "raw" ? "basic" : "raw";
    const routes = { ...connection.routes, authentication: other } as const;
    const worked = await readInformation({ ...connection, routes }, signal).then(
      () => true,
      () => false,
    );
    if (!worked) throw error;
    throw new TenantwireError(
      `The key is right, but the server takes it in the other form: write authentication: ${other} under tenantwire:ones.routes and deploy (pulumi up).`,
    );
  }
}
