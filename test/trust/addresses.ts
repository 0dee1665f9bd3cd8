/** Where the bootstrap keeps what it made. */
import { armData, storageAccountId } from "../../sandbox/hosts/arm/data.ts";
import type { Trust } from "./types.ts";

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
