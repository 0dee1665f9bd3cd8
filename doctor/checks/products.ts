/**
 * Checks of the products that keys and tokens are for.
 *
 * @packageDocumentation
 */
import type { GivenCredential, Outputs } from "../../contract/outputs.ts";
import { AZURE_DEVOPS_SCOPE, type AzureDevOpsProof, connectedAs } from "../../sync/connectors/azure-devops/index.ts";
import { applicationCredential, keptProof } from "../../sync/connectors/credentials/application.ts";
import { findAssertion, hasAssertion, isTrusted } from "../../sync/connectors/credentials/federated.ts";
import { type OnesConnection, parseRoutes, readInformation } from "../../sync/connectors/ones/index.ts";
import { CredentialError } from "../../contract/errors.ts";
import type { Place, Reach, Target } from "../../sync/model/types.ts";
import { declaredTarget } from "../../sync/kinds/users/targets.ts";
import type { Access } from "./access.ts";
import { type Check, failed, NotChecked, ok, unknowable, type Verdict } from "./check.ts";
import { judgeExpiry } from "./expiry.ts";
import { plansChecks } from "./plans.ts";
import { fill, storing } from "../../contract/this-stack.ts";

export interface Remembered {
  /** The OnePlan group that was synced to before, if anything was. */
  readonly oneplan?: Pick<Place, "id" | "label"> | undefined;
  /** Asked before a product's key is read. */
  readonly reach: Reach;
}

/** Of the products that are synced to. */
export function productChecks(access: Access, { oneplan, reach }: Remembered): Check[] {
  const { integrations } = access.outputs;
  return [
    ...(integrations.oneplan ? oneplanChecks(access, oneplan, reach) : []),
    ...(integrations.ones ? onesChecks(access, integrations.ones, reach) : []),
    ...plansChecks(access, reach),
  ];
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
    return [{ id: `expiry/${given.name}`, tried, run: async () => judgeExpiry(given, today) }];
  });
}

function oneplanChecks(access: Access, remembered: Remembered["oneplan"], reach: Reach): Check[] {
  let opened: Promise<Target> | undefined;
  const open = () => (opened ??= openTarget(access, "oneplan", reach));
  const fields = Object.keys(access.outputs.integrations.oneplan?.users.fields ?? {});
  return [
    {
      id: "key/oneplan",
      tried: "ask OnePlan which group the key is of",
      async run(signal) {
        const place = await (await open()).place?.(signal);
        if (place === undefined) throw new NotChecked("OnePlan's connector does not tell.");
        if (remembered && remembered.id !== place.id) {
          return failed(
            `The key is of ${place.label} (${place.id}), but the syncs wrote to ${remembered.label} (${remembered.id}) before: ${place.mend}.`,
          );
        }
        return ok(`It is of ${place.label} (${place.id})${remembered ? ", as before" : ""}.`);
      },
    },
    {
      id: "fields/oneplan",
      tried: "whether OnePlan has the mapped fields",
      async run(signal) {
        await (await open()).check(fields, signal);
        return ok(`It has ${fields.join(", ")}.`);
      },
    },
    {
      id: "list/oneplan",
      tried: "list OnePlan's resources",
      async run(signal) {
        // The first of them are enough; the groups that administer OnePlan are asked for before.
        for await (const _ of (await open()).list(signal)) break;
        return ok("It answers.");
      },
    },
  ];
}

type Ones = NonNullable<Outputs["integrations"]["ones"]>;

function onesChecks(access: Access, ones: Ones, reach: Reach): Check[] {
  const { users } = ones;
  const routes = parseRoutes(ones.routes);
  const connection = async (): Promise<OnesConnection> => {
    await reach({ target: "ones", product: "ONES", baseUrl: ones.baseUrl });
    const key = await access.secret(ones.keyVaultSecret);
    return { baseUrl: ones.baseUrl, keyName: ones.keyName, key: async () => key, routes };
  };
  return [
    {
      id: "key/ones",
      tried: "ask ONES about the server",
      run: async (signal) => tryForms(await connection(), signal),
    },
    ...(users ? [onesUsersCheck(access, Object.keys(users.fields), reach)] : []),
  ];
}

function onesUsersCheck(access: Access, fields: readonly string[], reach: Reach): Check {
  return {
    id: "routes/ones",
    tried: "list the users of ONES",
    async run(signal) {
      await (await openTarget(access, "ones", reach)).check(fields, signal);
      return ok("It answers as the routes say.");
    },
  };
}

/** Both forms of authentication stand in the vendor's text: where one is refused, is it the other? */
async function tryForms(connection: OnesConnection, signal: AbortSignal): Promise<Verdict> {
  const { authentication } = connection.routes;
  try {
    await readInformation(connection, signal);
    return ok(`It takes the key in the form "${authentication}".`);
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    const other = authentication === "raw" ? "basic" : "raw";
    const worked = await readInformation(
      { ...connection, routes: { ...connection.routes, authentication: other } },
      signal,
    ).then(
      () => true,
      () => false,
    );
    if (!worked) throw error;
    return failed(
      `The key is right, but the server takes it in the other form: write authentication: ${other} under tenantwire:ones.routes and deploy (pulumi up).`,
    );
  }
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
  if (!kept && !(shown && isTrusted(await shown.get(), trusted))) {
    return {
      elsewhere: `${who} signs in with a token of an outside identity, and there is none here: run this command where it works.`,
    };
  }
  const proof = kept
    ? keptProof(kept, await access.secret(kept.vaultSecret))
    : { assertion: () => findAssertion(environment, trusted).get() };
  const token = await applicationCredential(outputs.tenant, { clientId, who, proof }).getToken(AZURE_DEVOPS_SCOPE);
  return { entraToken: token?.token ?? "" };
}

async function openTarget(access: Access, name: "oneplan" | "ones", reach: Reach): Promise<Target> {
  const declared = declaredTarget(access.outputs, name);
  const fields = Object.keys(declared.users.fields);
  return declared.open({ fields, credential: await access.vaultReader(), reach, onRequest: () => {} });
}
