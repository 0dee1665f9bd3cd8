export { isAddress, parseBlobAddress } from "./address.ts";
export { openBlobState } from "./store.ts";
