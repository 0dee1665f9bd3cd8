import { vendorRegistrationNames } from "./vendors.ts";

/** The registration that the syncs sign in as. */
export const SYNC = "sync";

/** In the order in which they are made. */
export const registrationNames: readonly string[] = [SYNC, ...vendorRegistrationNames];
