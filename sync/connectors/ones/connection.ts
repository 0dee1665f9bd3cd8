/**
 * The way to a ONES server, and its refusal of a key in words.
 *
 * @packageDocumentation
 */
import { CredentialError, PermissionError } from "../../../contract/errors.ts";
import { type ApiClient, basic, createApiClient, keptAuthorization } from "../api.ts";
import { BASE, INFORMATION, type Routes } from "./routes.ts";
import { fill, storing } from "../../../contract/this-stack.ts";

/** What the server is reached with. */
export interface OnesConnection {
  /** Root of the server without a path, e.g. `https://ones.contoso.com`. */
  readonly baseUrl: string;
  /** Name of the token, for messages. */
  readonly keyName: string;
  /** Reads the token; asked once, and once more where it was not accepted. */
  readonly key: () => Promise<string>;
  readonly routes: Routes;
  /** Called for every request that is sent, repeated ones included. */
  readonly onRequest?: () => void;
}

export function pathOf(template: string, id: string): string {
  return template.replaceAll("{id}", encodeURIComponent(id));
}

/** Asks for what every server tells, which needs nothing but the key: is it the right one, in the right form? */
export async function readInformation(connection: OnesConnection, signal: AbortSignal): Promise<void> {
  await clientOf(connection).get(INFORMATION, {}, "tell about the server", signal);
}

/** @param mayWrite who may change what is written here, for the message that the key does not let it be */
export function clientOf(
  { baseUrl, keyName, key, routes, onRequest }: OnesConnection,
  mayWrite = "users are changed by a Global Administrator or a User manager",
): ApiClient {
  const { authentication } = routes;
  const other = authentication === "raw" ? "basic" : "raw";
  return createApiClient({
    product: "ONES",
    root: `${baseUrl}/${BASE}`,
    authorization: keptAuthorization(async () => authorizationOf(await key(), authentication, keyName)),
    keyRejected: (host, said) =>
      new CredentialError(
        `ONES (${host}) refused the key "${keyName}". Make a new one in ONES (Management console > Settings > API authentication), ` +
          `store it (${storing(fill("name under ones.key.secret"))}), and deploy (pulumi up). If the key is right, try authentication: ${other} in tenantwire:ones.routes.${said}`,
      ),
    notAllowed: (host, doing, said) =>
      new PermissionError(`ONES (${host}) does not let the key "${keyName}" ${doing}: ${mayWrite}.${said}`),
    onRequest,
  });
}

/** A header that cannot be sent would be shown whole in the error. */
function authorizationOf(key: string, form: Routes["authentication"], keyName: string): string {
  const value = key.trim();
  if (form === "basic") return basic(value, "");
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new CredentialError(
    `The key "${keyName}" of ONES is empty, or has characters that no key has: store it again (${storing(fill("name under ones.key.secret"))}), and deploy (pulumi up).`,
  );
}
