import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { World } from "../../world.ts";
import type { Vault } from "../arm/data.ts";
import { badParameter, keyNotFound } from "./errors.ts";
import { findKey } from "./keys.ts";
import type { Key } from "./keys.ts";

/**
 * What is done with keys: encrypting and decrypting. Documented: Key Vault keys REST reference.
 *
 * @param open lets a call through that the caller has a role for
 */
export function keyOperations(
  app: FastifyInstance,
  world: World,
  open: (request: FastifyRequest, operation: string, name: string) => Promise<Vault>,
): void {
  for (const operation of ["encrypt", "decrypt"] as const) {
    app.post<{ Params: { name: string; version: string } }>(`/keys/:name/:version/${operation}`, async (request) => {
      const { name, version } = request.params;
      const vault = await open(request, `${operation}/action`, name);
      const key = findKey(world, vault.name, name);
      if (key?.version !== version) throw keyNotFound(`${name}/${version}`);
      const kid = `https://${vault.name.toLowerCase()}.vault.azure.net/keys/${key.name}/${version}`;
      return { kid, value: operate(world, vault.name, key, operation, request.body) };
    });
  }
}

/** Documented: the algorithm and the value of an operation; of the algorithms the one that the engine uses. */
interface Operation {
  readonly alg?: unknown;
  /** base64url. */
  readonly value?: unknown;
}

/**
 * Encrypts or decrypts a short value with a key, in its vault: only what comes in and goes out is seen by the caller.
 *
 * @returns base64url
 * @throws VaultError for another algorithm, or a value that the key cannot have encrypted (documented: BadParameter)
 */
function operate(world: World, vault: string, key: Key, operation: "encrypt" | "decrypt", body: unknown): string {
  const { alg, value } = (body ?? {}) as Operation;
  if (alg !== "RSA-OAEP-256") throw badParameter(`The algorithm ${String(alg)} is not part of the stand-in.`);
  if (typeof value !== "string") throw badParameter("The value to operate on is required.");
  const pem = pemOf(world, `${vault.toLowerCase()}/${key.name.toLowerCase()}/${key.version}`);
  const options = { key: pem, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" };
  const input = Buffer.from(value, "base64url");
  if (operation === "encrypt") return publicEncrypt(options, input).toString("base64url");
  try {
    return privateDecrypt(options, input).toString("base64url");
  } catch {
    throw badParameter("Invalid length of value, or it was not encrypted with this key.");
  }
}

/** The private key, made when it is first used. */
function pemOf(world: World, id: string): string {
  const pems = world.section<Record<string, string>>("vault-key-pairs", () => ({}));
  return (pems[id] ??= generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString());
}
