/**
 * Checks of what Entra knows: the tenant, who signs in, permissions, consents.
 *
 * @packageDocumentation
 */
import type { Registration, SecretCredential } from "../../contract/outputs.ts";
import { applicationCredential, keptProof } from "../../sync/connectors/credentials/application.ts";
import { createGraphClient } from "../../sync/connectors/graph/index.ts";
import { PermissionError } from "../../contract/errors.ts";
import { tenantPlace } from "../../sync/kinds/users/tenant.ts";
import type { Access } from "./access.ts";
import { type Check, failed, NotChecked, ok, type Verdict } from "./check.ts";
import { consentVerdict, publisherVerdict, unknownConsent } from "./consents.ts";
import { scopeVerdict } from "./permissions.ts";
import { liveChecks } from "../live/checks.ts";

/** Of every part. */
export function tenantCheck(access: Access): Check {
  return {
    id: "tenant",
    tried: "whether the sign-in is to the tenant of the outputs",
    run: (signal) => checkTenant(access, signal),
  };
}

export function signInCheck(access: Access): Check {
  return {
    id: "sign-in/sync",
    tried: "sign in as the sync identity",
    run: async () => {
      await access.syncIdentity().getToken(access.graphScope);
      return ok("It signs in.");
    },
  };
}

/**
 * Of what Entra knows.
 *
 * @param now what has expired by then
 */
export function directoryChecks(access: Access, now: Date): Check[] {
  const { registrations, consents } = access.outputs;
  return [
    ...liveChecks(access, now),
    ...registrations.flatMap((registration) => scopeChecks(access, registration)),
    ...consents.flatMap((consent): Check[] => {
      const { name, product, clientId } = consent;
      if (clientId === undefined) return [];
      return [
        {
          id: `publisher/${name}`,
          tried: `whether Microsoft verified who publishes the application of ${product}`,
          run: async (signal) =>
            publisherVerdict(consent, await access.readGrants((grants) => grants.principalOf(clientId, signal))),
        },
      ];
    }),
    ...consents.map((consent): Check => ({
      id: `consent/${consent.name}`,
      tried: `whether ${consent.product} was given its consent`,
      async run(signal) {
        const { clientId } = consent;
        if (clientId === undefined) return unknownConsent(consent);
        const granted = await access.readGrants(async (grants) => {
          const principal = await grants.principalOf(clientId, signal);
          return principal && grants.granted(principal.id, signal);
        });
        return consentVerdict(consent, granted);
      },
    })),
  ];
}

/** Whether what is in a vault signs in. */
export function secretChecks(access: Access, secrets: readonly SecretCredential[]): Check[] {
  const { registrations, tenant } = access.outputs;
  return secrets.map((credential) => {
    const { name, kind = "secret", clientId, vaultSecret } = credential;
    const who = registrations.find((each) => each.clientId === clientId)?.displayName ?? name;
    return {
      id: `${kind}/${name}`,
      tried: `sign in as ${who} with the ${kind} ${vaultSecret} of the vault`,
      async run() {
        const proof = keptProof(credential, await access.secret(vaultSecret));
        // Without any application permission Entra answers too, with a token that allows nothing.
        await applicationCredential(tenant, { clientId, who, proof }).getToken(access.graphScope);
        return ok("It signs in.");
      },
    };
  });
}

/** The token's tenant, the tenant that Graph answers for, and the one that Pulumi is told of: all of them one. */
async function checkTenant(access: Access, signal: AbortSignal): Promise<Verdict> {
  const { tenant } = access.outputs;
  const named = access.environment["ARM_TENANT_ID"];
  if (named && named.toLowerCase() !== tenant.id.toLowerCase()) {
    return failed(
      `ARM_TENANT_ID is ${named}, but the outputs are of ${tenant.domain} (${tenant.id}). Sign in to that tenant, or use the outputs of the other one's stack.`,
    );
  }
  const credential = await access.anybody();
  const claims = await access.claims(credential);
  if (claims && claims.tid.toLowerCase() !== tenant.id.toLowerCase()) {
    return failed(
      `Entra signed in to the tenant ${claims.tid}, but the outputs are of ${tenant.domain} (${tenant.id}). Use the outputs of the stack that deployed this tenant.`,
    );
  }
  const described = `${tenant.domain} (${tenant.id})`;
  try {
    await tenantPlace(createGraphClient({ credential, cloud: tenant.cloud }), tenant, signal);
    return ok(described);
  } catch (error) {
    // Who reads rooms only may not ask Graph which tenant it is, and need not: the token says it.
    if (error instanceof PermissionError && claims !== undefined) return ok(`${described}, by the access token.`);
    throw error;
  }
}

function scopeChecks(access: Access, registration: Registration): Check[] {
  const { name, displayName, principalId, exchangeScope } = registration;
  if (!exchangeScope) return [];
  return [
    {
      id: `calendars/${name}`,
      tried: `whether ${displayName} reaches the mailboxes of its scope only`,
      async run(signal) {
        const found = await access.readGrants((grants) => grants.granted(principalId, signal));
        if (found === undefined) throw new NotChecked("There is no service principal to look at.");
        return scopeVerdict(registration, found);
      },
    },
  ];
}
