export { Consent, type ConsentArgs } from "./consent.ts";
