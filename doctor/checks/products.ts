/**
 * Checks of the products that keys and tokens are for.
 *
 * @packageDocumentation
 */
import type { GivenCredential, Outputs } from "../../contract/outputs.ts";
import { AZURE_DEVOPS_SCOPE, type AzureDevOpsProof, connectedAs } from "../../sync/connectors/azure-devops/index.ts";
import { applicationCredential, keptProof } from "../../sync/connectors/credentials/application.ts";
import { findAssertion, hasAssertion, isTrusted } from "../../sync/connectors/credentials/federated.ts";
import type { Access } from "./access.ts";
import { type Check, NotChecked, ok, unknowable } from "./check.ts";
import { expiryVerdict } from "./expiry.ts";
import { plansChecks } from "./plans.ts";
import { type Remembered, targetChecks } from "./targets.ts";
import { fill, storing } from "../../contract/this-stack.ts";

/** Of the products that are synced to. */
export function productChecks(access: Access, remembered: Remembered): Check[] {
  return [...targetChecks(access, remembered), ...plansChecks(access, remembered.reach)];
}

/** Of what a vendor's form was given for Azure DevOps. */
export function azureDevOpsChecks(access: Access): Check[] {
  const { azureDevOps } = access.outputs.integrations;
  return (azureDevOps?.organizations ?? []).map((organization) => azureDevOpsCheck(access, organization));
}

/** @param today the UTC day */
export function expiryChecks(brought: readonly GivenCredential[], today: string): Check[] {
  return brought.flatMap((given): Check[] => {
    if (given.expires === undefined) return [];
    const tried = `how long the key "${given.keyName}" of ${given.product} lives`;
    return [{ id: `expiry/${given.name}`, tried, run: async () => expiryVerdict(given, today) }];
  });
}

type Organization = NonNullable<Outputs["integrations"]["azureDevOps"]>["organizations"][number];

function azureDevOpsCheck(access: Access, { name, tokenVaultSecret }: Organization): Check {
  const mend =
    tokenVaultSecret === undefined
      ? `add the service principal in the organization (Organization settings > Users), and give it a licence and rights.`
      : `make a new personal access token for this organization, store it (${storing(fill("name under its token.secret"))}), and deploy (pulumi up).`;
  return {
    id: `azure-devops/${name}`,
    tried: `ask the organization ${name} of Azure DevOps who is connected`,
    async run(signal) {
      const proof = await (tokenVaultSecret === undefined
        ? entraProof(access)
        : personalProof(access, tokenVaultSecret));
      if ("elsewhere" in proof) return unknowable(proof.elsewhere);
      const who = await connectedAs({ organization: name, mend, proof: async () => proof }, signal);
      return ok(`It knows ${who}.`);
    },
  };
}

async function personalProof(access: Access, secret: string): Promise<AzureDevOpsProof> {
  return { personalToken: await access.secret(secret) };
}

/** `elsewhere`: nothing here proves it, as a sentence. */
async function entraProof(access: Access): Promise<AzureDevOpsProof | { readonly elsewhere: string }> {
  const { outputs, environment } = access;
  const registration = outputs.registrations.find(
    ({ name }) => name === outputs.integrations.azureDevOps?.registration,
  );
  if (registration === undefined) throw new NotChecked("The stack has neither a token nor a service principal for it.");
  const { clientId, displayName: who } = registration;
  const kept = outputs.credentials.secrets.find((secret) => secret.clientId === clientId);
  const trusted = outputs.credentials.federated.filter((credential) => credential.clientId === clientId);
  const shown = kept || !hasAssertion(environment) ? undefined : findAssertion(environment, trusted);
  // A pipeline has a token too, and is somebody else.
  if (!kept && !(shown && isTrusted(await shown(), trusted))) {
    return {
      elsewhere: `${who} signs in with a token of an outside identity, and there is none here: run this command where it works.`,
    };
  }
  const proof = kept
    ? keptProof(kept, await access.secret(kept.vaultSecret))
    : { assertion: () => findAssertion(environment, trusted)() };
  const token = await applicationCredential(outputs.tenant, { clientId, who, proof }).getToken(AZURE_DEVOPS_SCOPE);
  return { entraToken: token?.token ?? "" };
}
