import { createKey, findKey, isKeyDeleted } from "../vault/keys.ts";
import type { Key } from "../vault/keys.ts";
import { vaultId } from "./data.ts";
import type { Vault } from "./data.ts";
import { ArmError, badRequest, resourceNotFound } from "./errors.ts";
import { isCollection, propertiesOf, tagsOf } from "./request.ts";
import type { ArmAnswer, ArmRequest, ArmType } from "./request.ts";
import { findVault } from "./vaults.ts";

const TYPE = "Microsoft.KeyVault/vaults/keys";

/** Keys by ARM. Documented: a PUT makes a key that is not there, and changes none that is; there is no DELETE. */
export const vaultKeys: ArmType = { name: TYPE, handlers: { GET: get, PUT: put } };

function get(request: ArmRequest): ArmAnswer {
  const vault = findVault(request);
  const [, name = ""] = request.path.names;
  if (isCollection(request, 2)) throw badRequest("Listing the keys of a vault by ARM is not part of the stand-in.");
  const key = findKey(request.world, vault.name, name);
  if (!key) throw resourceNotFound(TYPE, `${vault.name}/${name}`, vault.resourceGroup);
  return { status: 200, body: answer(request, vault, key) };
}

function put(request: ArmRequest): ArmAnswer {
  const { world, body } = request;
  const vault = findVault(request);
  const [, name = ""] = request.path.names;
  const properties = propertiesOf(body);
  if (!/^[0-9a-z-]{1,127}$/i.test(name)) throw badRequest(`The key name '${name}' is invalid.`);
  if (isKeyDeleted(world, vault.name, name)) {
    throw new ArmError(
      409,
      "Conflict",
      `Key ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the key can only be recovered or purged.`,
    );
  }
  const before = findKey(world, vault.name, name);
  if (!before && typeof properties["kty"] !== "string") throw badRequest("The parameter kty is not specified.");
  const key = before ?? createKey(world, vault.name, { name, properties, tags: tagsOf(body) });
  return { status: 200, body: answer(request, vault, key) };
}

function answer({ world }: ArmRequest, vault: Vault, key: Key): object {
  const uri = `https://${vault.name.toLowerCase()}.vault.azure.net/keys/${key.name}`;
  const { attributes, ...properties } = key.properties;
  return {
    id: `${vaultId(world, vault)}/keys/${key.name}`,
    name: key.name,
    type: TYPE,
    location: vault.location,
    tags: key.tags,
    properties: {
      // Documented: what a key of this size and these operations is made as.
      ...(String(properties["kty"]).startsWith("RSA") && { keySize: 2048 }),
      keyOps: ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"],
      ...properties,
      attributes: { enabled: true, ...(attributes as object | undefined), created: key.created, updated: key.created },
      keyUri: uri,
      keyUriWithVersion: `${uri}/${key.version}`,
    },
  };
}
