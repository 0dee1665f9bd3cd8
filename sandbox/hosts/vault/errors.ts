import type { AccessClaims } from "../../tokens.ts";
import type { World } from "../../world.ts";
import type { Vault } from "../arm/data.ts";

/** An answer of Key Vault's data plane that is no success, in its own words. */
export class VaultError extends Error {
  override name = "VaultError";
  readonly status: number;
  readonly code: string;
  readonly inner: string | undefined;

  constructor(status: number, code: string, message: string, inner?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.inner = inner;
  }
}

/** Seen: nobody gave the caller a role with this data action. */
export function forbiddenByRbac(
  world: World,
  vault: Vault,
  caller: AccessClaims,
  action: string,
  scope: string,
): VaultError {
  const lines = [
    "Caller is not authorized to perform action on resource.",
    "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.",
    `Caller: appid=${caller.appid};oid=${caller.oid};iss=https://sts.windows.net/${world.tenant.id}/`,
    `Action: '${action}'`,
    `Resource: '${scope.toLowerCase()}'`,
    "Assignment: (not found)",
    "DenyAssignmentId: null",
    "DecisionReason: null ",
    `Vault: ${vault.name};location=${vault.location}`,
    "",
  ];
  return new VaultError(403, "Forbidden", lines.join("\r\n"), "ForbiddenByRbac");
}

/** Seen: a vault that works by access policies, none of which is for the caller. Policies are not evaluated here. */
export function forbiddenByPolicy(world: World, vault: Vault, caller: AccessClaims, verb: string): VaultError {
  const who = `appid=${caller.appid};oid=${caller.oid};iss=https://sts.windows.net/${world.tenant.id}/`;
  return new VaultError(
    403,
    "Forbidden",
    `The user, group or application '${who}' does not have secrets ${verb} permission on key vault '${vault.name};location=${vault.location}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    "AccessDenied",
  );
}

/** Seen: no such secret, or no such version. */
export function secretNotFound(name: string): VaultError {
  return new VaultError(
    404,
    "SecretNotFound",
    `A secret with (name/id) ${name} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
}

/** Assumed: worded as for secrets. */
export function keyNotFound(name: string): VaultError {
  return new VaultError(404, "KeyNotFound", `A key with (name/id) ${name} was not found in this key vault.`);
}

/** Seen: the name of a deleted secret is not free. */
export function secretIsDeleted(name: string): VaultError {
  return new VaultError(
    409,
    "Conflict",
    `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    "ObjectIsDeletedButRecoverable",
  );
}

/** Documented: purge protection keeps what was deleted for the whole retention time. */
export function purgeNotAllowed(vault: Vault): VaultError {
  return new VaultError(
    403,
    "Forbidden",
    `Operation "purge" is not allowed because purge protection is enabled for this vault. Key vault service will automatically purge it after the retention period has passed.\r\nVault: ${vault.name};location=${vault.location}`,
    "ForbiddenByPolicy",
  );
}

/** Documented: disabled secrets cannot be read. */
export function secretDisabled(): VaultError {
  return new VaultError(403, "Forbidden", "Operation get is not allowed on a disabled secret.", "SecretDisabled");
}

export function badParameter(message: string): VaultError {
  return new VaultError(400, "BadParameter", message);
}
