import { credentialSignIns } from "../../directory/credential-sign-ins.ts";
import type { Route } from "./call.ts";
import { appCredentialSignInActivityType } from "./entities.ts";
import { malformed } from "./errors.ts";
import { fixedSource, listBody, listOptions } from "./list.ts";

export const credentialSignInRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/reports/appCredentialSignInActivities",
    options: listOptions,
    handle(call) {
      // Documented: beta only.
      if (call.version !== "beta")
        throw malformed("Resource not found for the segment 'appCredentialSignInActivities'.");
      const activities = Object.values(credentialSignIns(call.world)).map((each) => ({
        id: each.keyId,
        appId: each.appId,
        keyId: each.keyId,
        keyType: each.kind,
        keyUsage: each.kind === "certificate" ? "verify" : "sign",
        credentialOrigin: "application",
        signInActivity: { lastSignInDateTime: each.lastSignInDateTime, lastSignInRequestId: null },
      }));
      return listBody(call, fixedSource(activities), appCredentialSignInActivityType);
    },
  },
];
