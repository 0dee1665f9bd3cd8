import type { InvokableFunction } from "../resource.ts";

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

export const azureNativeFunctions: readonly InvokableFunction[] = [getClientConfig];
