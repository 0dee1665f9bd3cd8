/**
 * OnePlan's API under `/api`: HTTP Basic with name and value of an authentication key.
 *
 * @packageDocumentation
 */
import { CredentialError, PermissionError } from "../../../contract/errors.ts";
import { type ApiClient, basic, createApiClient, keptAuthorization } from "../api.ts";
import { fill, storing } from "../../../contract/this-stack.ts";

export interface OnePlanConnection {
  /** Root without a path, e.g. `https://my.oneplan.ai`. */
  readonly baseUrl: string;
  readonly keyName: string;
  /** Reads the value of the key; asked once, and once more where it was refused. */
  readonly key: () => Promise<string>;
  /** Called for every request that is sent, repeated ones included. */
  readonly onRequest?: () => void;
}

export function createOnePlanClient({ baseUrl, keyName, key, onRequest }: OnePlanConnection): ApiClient {
  return createApiClient({
    product: "OnePlan",
    root: `${baseUrl.replace(/\/+$/, "")}/api`,
    authorization: keptAuthorization(async () => basic(keyName, await key())),
    keyRejected: (host, said) =>
      new CredentialError(
        `OnePlan (${host}) refused the key "${keyName}": it was revoked, or is of another OnePlan group. ` +
          `Make a new one in OnePlan (gear > Integration > Authentication Keys), store it (${storing(fill("name under its key.secret"))}), and deploy (pulumi up).${said}`,
      ),
    notAllowed: (host, doing, said) =>
      new PermissionError(
        `OnePlan (${host}) does not let the key "${keyName}" ${doing}: make the key as an owner of the OnePlan group.${said}`,
      ),
    onRequest,
  });
}

/** For messages. */
export function called({ host }: Pick<ApiClient, "host">): string {
  return `OnePlan (${host})`;
}
