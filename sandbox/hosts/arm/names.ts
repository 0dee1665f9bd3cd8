import { findDeletedVault, VAULT_NAME } from "./vaults.ts";
import { badRequest } from "./errors.ts";
import type { ArmRequest, ArmType } from "./request.ts";
import { invalidStorageName, STORAGE_NAME } from "./storage.ts";

interface Availability {
  readonly nameAvailable: boolean;
  readonly reason?: "AccountNameInvalid" | "AlreadyExists";
  readonly message?: string;
}

/** Documented: asks before a PUT is refused; a deleted vault holds its name until it is purged. */
export const vaultNames: ArmType = {
  name: "Microsoft.KeyVault/checkNameAvailability",
  postAction: "read",
  handlers: {
    POST(request) {
      const name = nameIn(request, "Microsoft.KeyVault/vaults");
      return { status: 200, body: vaultName(request, name) };
    },
  },
};

export const storageNames: ArmType = {
  name: "Microsoft.Storage/checkNameAvailability",
  postAction: "read",
  handlers: {
    POST(request) {
      const name = nameIn(request, "Microsoft.Storage/storageAccounts");
      return { status: 200, body: storageName(request, name) };
    },
  },
};

function vaultName({ world, data }: ArmRequest, name: string): Availability {
  if (!VAULT_NAME.test(name)) {
    const message =
      "The vault name is invalid. A vault name must be between 3 and 24 alphanumeric characters and hyphens, begin with a letter, end with a letter or digit, and not contain consecutive hyphens.";
    return { nameAvailable: false, reason: "AccountNameInvalid", message };
  }
  if (!data.vaults[name.toLowerCase()] && !findDeletedVault(world, data, name)) return { nameAvailable: true };
  const message = `The vault name '${name}' is already in use. Vault names are globally unique so it is possible that the name is already taken.`;
  return { nameAvailable: false, reason: "AlreadyExists", message };
}

function storageName({ data }: ArmRequest, name: string): Availability {
  if (!STORAGE_NAME.test(name)) {
    return { nameAvailable: false, reason: "AccountNameInvalid", message: invalidStorageName(name) };
  }
  if (!data.storageAccounts[name]) return { nameAvailable: true };
  const message = `The storage account named ${name} is already taken.`;
  return { nameAvailable: false, reason: "AlreadyExists", message };
}

function nameIn({ body }: ArmRequest, type: string): string {
  const { name, type: given } = body;
  if (given !== type) throw badRequest(`The property type must be '${type}'.`);
  if (typeof name !== "string" || name === "") throw badRequest("The property name is required.");
  return name;
}
