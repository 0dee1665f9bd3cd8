import { currentVersion, findSecret, setSecret } from "../vault/store.ts";
import type { SecretVersion } from "../vault/store.ts";
import { vaultId } from "./data.ts";
import type { Vault } from "./data.ts";
import { badRequest, resourceNotFound } from "./errors.ts";
import { isCollection, propertiesOf, tagsOf } from "./request.ts";
import type { ArmAnswer, ArmRequest, ArmType } from "./request.ts";
import { findVault } from "./vaults.ts";

const TYPE = "Microsoft.KeyVault/vaults/secrets";

/** Secrets by ARM: a value goes in and never comes out (documented); there is no DELETE (documented). */
export const vaultSecrets: ArmType = { name: TYPE, handlers: { GET: get, PUT: put } };

function get(request: ArmRequest): ArmAnswer {
  const vault = findVault(request);
  const [, name = ""] = request.path.names;
  if (isCollection(request, 2)) throw badRequest("Listing the secrets of a vault by ARM is not part of the stand-in.");
  const secret = findSecret(request.world, vault.name, name);
  if (!secret) throw resourceNotFound(TYPE, `${vault.name}/${name}`, vault.resourceGroup);
  return { status: 200, body: answer(request, vault, secret.name, currentVersion(secret)) };
}

/** A new version for another value (assumed: the same value again leaves the version alone). */
function put(request: ArmRequest): ArmAnswer {
  const { world, body } = request;
  const vault = findVault(request);
  const [, name = ""] = request.path.names;
  const properties = propertiesOf(body);
  const { value, contentType } = properties;
  if (!/^[0-9a-z-]{1,127}$/i.test(name)) throw badRequest(`The secret name '${name}' is invalid.`);
  const before = findSecret(world, vault.name, name);
  if (typeof value !== "string" && !before) throw badRequest("The parameter value is not specified.");
  const last = before && currentVersion(before);
  const attributes = (properties["attributes"] ?? {}) as { enabled?: boolean; exp?: number; nbf?: number };
  const isSame =
    last &&
    (value === undefined || last.value === value) &&
    last.contentType === contentType &&
    last.enabled === (attributes.enabled ?? true) &&
    last.exp === attributes.exp &&
    last.nbf === attributes.nbf &&
    JSON.stringify(last.tags) === JSON.stringify(tagsOf(body));
  if (isSame) return { status: 200, body: answer(request, vault, before.name, last) };
  const version = setSecret(world, vault.name, name, {
    value: typeof value === "string" ? value : (last?.value ?? ""),
    ...(typeof contentType === "string" && { contentType }),
    ...attributes,
    tags: tagsOf(body),
  });
  return { status: before ? 200 : 201, body: answer(request, vault, before?.name ?? name, version) };
}

function answer({ world }: ArmRequest, vault: Vault, name: string, version: SecretVersion): object {
  const uri = `https://${vault.name.toLowerCase()}.vault.azure.net/secrets/${name}`;
  const { enabled, created, updated, exp, nbf, contentType } = version;
  return {
    id: `${vaultId(world, vault)}/secrets/${name}`,
    name,
    type: TYPE,
    location: vault.location,
    tags: version.tags,
    properties: {
      attributes: { enabled, created, updated, ...(exp !== undefined && { exp }), ...(nbf !== undefined && { nbf }) },
      ...(contentType !== undefined && { contentType }),
      secretUri: uri,
      secretUriWithVersion: `${uri}/${version.version}`,
    },
  };
}
