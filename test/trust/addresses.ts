/** Where the bootstrap and the stack keep what they made, and whose mailboxes there are. */
import type { Outputs } from "../../contract/outputs.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { armData, storageAccountId } from "../../sandbox/hosts/arm/data.ts";
import type { Registered, Trust } from "./types.ts";

/** Address of a key with its version. */
export function keyUrl(trust: Pick<Trust, "bootstrap">, key: "stacks" | "grants"): string {
  const { secretsProvider, grants } = trust.bootstrap;
  return (key === "stacks" ? secretsProvider : (grants?.secretsProvider ?? "")).replace("azurekeyvault:", "https:");
}

/** A storage account of the bootstrap: its resource id, and the address of its container. */
export function account(trust: Pick<Trust, "made">, use: "stack" | "grant" | "sync") {
  const { world } = trust.made.sandbox;
  const found = Object.values(armData(world).storageAccounts).find(({ name }) =>
    new RegExp(`${use}[0-9a-f]{8}$`).test(name),
  );
  if (!found) throw new Error(`The bootstrap made no account for ${use}.`);
  return { id: storageAccountId(world, found), url: `https://${found.name}.blob.core.windows.net` };
}

export function container(trust: Pick<Trust, "made">, use: "stack" | "grant" | "sync"): string {
  return `${account(trust, use).url}/${use === "sync" ? "sync" : "pulumi"}`;
}

/** What a registration signs in with: its client id, and where the secret is. */
export function secretOf(outputs: Outputs, of: Registered) {
  const name = `${of === "vendor" ? "ones" : of}-client-secret`;
  const found = outputs.credentials.secrets.find((each) => each.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  const { clientId, vaultSecret, vault } = found;
  return { clientId, vaultSecret, vault: vault === "vendors" ? outputs.vendorVault : outputs.vault };
}

/** That of the alerts, and another one. */
export function mailboxes(world: Trust["made"]["sandbox"]["world"]): [string, string] {
  const [alerts, other] = [...directory(world).users.values()].filter(
    (user) => user["userType"] !== "Guest" && text(user, "mail") !== "",
  );
  if (!alerts || !other) throw new Error("The stand-in has nobody.");
  return [text(alerts, "mail"), text(other, "mail")];
}
