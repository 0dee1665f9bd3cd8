import * as keyvault from "@pulumi/azure-native/keyvault/index.js";
import * as pulumi from "@pulumi/pulumi";

export interface HeldSecret {
  readonly resourceGroup: string;
  readonly vaultName: string;
  readonly secretName: string;
}

/**
 * Which renewal of a secret its vault holds, whatever outputs say: an update that failed afterwards told nobody. The
 * value is not read.
 *
 * Least right, on the vault: Reader.
 *
 * @returns 0: there is no such secret; undefined: it is of a time before renewals were counted, or it could not be read,
 * which is a warning
 */
export async function heldGeneration({
  resourceGroup,
  vaultName,
  secretName,
}: HeldSecret): Promise<number | undefined> {
  try {
    const { tags } = await keyvault.getSecret({ resourceGroupName: resourceGroup, vaultName, secretName });
    return Number(tags?.["generation"]) || undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (/\b404\b|NotFound/.test(reason)) return 0;
    void pulumi.log.warn(
      `Which renewal of ${secretName} the vault ${vaultName} holds could not be read, so that the last outputs are ` +
        `believed: ${reason}`,
    );
    return undefined;
  }
}
