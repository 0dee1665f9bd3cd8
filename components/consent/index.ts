export { Consent, type ConsentArgs } from "./consent.ts";
export { adminConsentLink } from "./link.ts";
