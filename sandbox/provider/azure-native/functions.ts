import type { InvokableFunction } from "../resource.ts";
import { ArmError } from "./arm.ts";
import { KEY_VAULT_API_VERSION } from "./keyVault.ts";

/** Whom the connection works as. */
const getClientConfig: InvokableFunction = {
  token: "azure-native:authorization:getClientConfig",
  invoke: async ({ arm }) => ({
    clientId: arm.identity.clientId,
    objectId: await arm.callerId(),
    subscriptionId: arm.subscriptionId,
    tenantId: arm.identity.tenantId,
  }),
};

/** A secret of a vault as Resource Manager tells it: without its value. */
const getSecret: InvokableFunction = {
  token: "azure-native:keyvault:getSecret",
  async invoke({ arm }, { resourceGroupName, vaultName, secretName }) {
    const group = `/subscriptions/${arm.subscriptionId}/resourceGroups/${String(resourceGroupName)}`;
    const id = `${group}/providers/Microsoft.KeyVault/vaults/${String(vaultName)}/secrets/${String(secretName)}`;
    const found = await arm.find(id, KEY_VAULT_API_VERSION);
    if (!found) throw new ArmError(404, { error: { code: "ResourceNotFound", message: `${id} was not found.` } });
    return found;
  },
};

/** A vault that is there. */
const getVault: InvokableFunction = {
  token: "azure-native:keyvault:getVault",
  async invoke({ arm }, { resourceGroupName, vaultName }) {
    const group = `/subscriptions/${arm.subscriptionId}/resourceGroups/${String(resourceGroupName)}`;
    const id = `${group}/providers/Microsoft.KeyVault/vaults/${String(vaultName)}`;
    const found = await arm.find(id, KEY_VAULT_API_VERSION);
    if (!found) throw new ArmError(404, { error: { code: "ResourceNotFound", message: `${id} was not found.` } });
    return found;
  },
};

export const azureNativeFunctions: readonly InvokableFunction[] = [getClientConfig, getSecret, getVault];
