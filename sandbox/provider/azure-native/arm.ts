/**
 * Azure Resource Manager, and the data plane of a vault, as the azure-native plugin calls them.
 *
 * @packageDocumentation
 */
import type { Http, HttpRequest } from "../http.ts";
import type { Identity } from "../identity.ts";
import { type Properties, record, text } from "../json.ts";

export interface Arm {
  readonly identity: Identity;
  readonly subscriptionId: string;
  callerId(): Promise<string>;
  /** The object, or nothing when it does not exist. @param id resource id, with its leading slash */
  find(id: string, apiVersion: string): Promise<Properties | undefined>;
  put(id: string, apiVersion: string, body: Properties): Promise<Properties>;
  /** Deletes; what is gone already is as good. */
  remove(id: string, apiVersion: string): Promise<void>;
  /** Deletes a secret or key of a vault by the data plane: Resource Manager cannot (documented: Key Vault REST). */
  removeFromVault(vaultName: string, kind: "secrets" | "keys", name: string): Promise<void>;
}

export class ArmError extends Error {
  override name = "ArmError";
  readonly status: number;

  constructor(status: number, body: unknown) {
    const error = record(record(body)["error"]);
    const code = text(error["code"]);
    const message = text(error["message"]) || JSON.stringify(body ?? "");
    // Read: pulumi-azure-native, its error type for answers of Azure.
    super(`Status=${status}${code ? ` Code="${code}"` : ""} Message="${message}"`);
    this.status = status;
  }
}

const ROOT = "https://management.azure.com";
const VAULT = "https://vault.azure.net";
const VAULT_API_VERSION = "7.5";

export function createArm(http: Http, identity: Identity, subscriptionId: string): Arm {
  async function send(
    resource: string,
    method: HttpRequest["method"],
    url: string,
    body?: Properties,
  ): Promise<Properties> {
    const answer = await http.send({
      method,
      url,
      headers: {
        authorization: `Bearer ${await identity.token(resource)}`,
        accept: "application/json",
        ...(body ? { "content-type": "application/json; charset=utf-8" } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (answer.status >= 300) throw new ArmError(answer.status, answer.body);
    return record(answer.body);
  }

  const at = (id: string, apiVersion: string) => `${ROOT}${id}?api-version=${apiVersion}`;
  return {
    identity,
    subscriptionId,
    callerId: () => identity.objectId(ROOT),
    find: (id, apiVersion) => send(ROOT, "GET", at(id, apiVersion)).catch(undefinedIfNotFound),
    put: (id, apiVersion, body) => send(ROOT, "PUT", at(id, apiVersion), body),
    async remove(id, apiVersion) {
      await send(ROOT, "DELETE", at(id, apiVersion)).catch(undefinedIfNotFound);
    },
    async removeFromVault(vaultName, kind, name) {
      const url = `https://${vaultName}.vault.azure.net/${kind}/${name}?api-version=${VAULT_API_VERSION}`;
      await send(VAULT, "DELETE", url).catch(undefinedIfNotFound);
    },
  };
}

function undefinedIfNotFound(error: unknown): undefined {
  if (error instanceof ArmError && error.status === 404) return undefined;
  throw error;
}
