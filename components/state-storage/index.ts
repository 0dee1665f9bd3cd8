export { backendUrl, secretsProviderUrl, stateAddress } from "./addresses.ts";
export { KEY_ACTIONS } from "./key-decrypter.ts";
export { StateAccount, type StateAccountArgs } from "./state-account.ts";
export { StateStorage, type StateStorageArgs } from "./state-storage.ts";
