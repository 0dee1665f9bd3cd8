export { Consent, type ConsentArgs } from "./consent.ts";
export { adminConsentLink, consentLink } from "./link.ts";
