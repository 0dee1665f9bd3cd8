import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { SettingsError } from "../contract/errors.ts";
import { type KeyHost, keyHosts, NewHosts } from "../contract/hosts.ts";
import { type CredentialState, FederatedCredential, SecretCredential, vaultOf } from "../contract/outputs.ts";
import { type DeclaredRegistration, type DeclaredTrust, rotationOf } from "../contract/registrations.ts";

const Credentials = z.object({
  secrets: z.array(SecretCredential),
  federated: z.array(FederatedCredential).default([]),
});
const Vault = z.object({ name: z.string(), uri: z.string() });

/** What the last outputs say of the credentials. */
export interface PreviousCredentials {
  /** By name of the credential; nothing before the first deployment. */
  readonly secrets: ReadonlyMap<string, PreviousCredential>;
  readonly federated: readonly FederatedCredential[];
}

/** Hosts that keys were for, and those of them that waited for a word; undefined: there was no deployment before. */
export type PreviousHosts = { readonly hosts: readonly KeyHost[]; readonly waiting: NewHosts } | undefined;

const NONE: PreviousCredentials = { secrets: new Map(), federated: [] };

/** What the last outputs say of a secret. */
export interface PreviousCredential {
  readonly state: CredentialState;
  /** By which they tell that it is renewed. */
  readonly policy: SecretCredential["policy"];
  /** The vault secret that holds it; undefined: they do not say where. */
  readonly kept: { readonly vaultName: string; readonly secretName: string } | undefined;
}

/**
 * The outputs of this stack as they were left by its last deployment.
 *
 * @param stack `<organization>/<project>/<stack>`
 * @returns undefined: nothing of what is declared depends on them
 */
export function lastDeployment(
  registrations: readonly DeclaredRegistration[],
  keys: readonly unknown[],
  stack: string,
): pulumi.StackReference | undefined {
  if (!hasCredentials(registrations) && keys.length === 0) return undefined;
  return new pulumi.StackReference("previous", { name: stack });
}

function hasCredentials(registrations: readonly DeclaredRegistration[]): boolean {
  return registrations.some((each) => rotationOf(each) ?? each.federated?.length);
}

/**
 * Where the keys of products were sent by the last deployment, whatever version it was of.
 *
 * @param stack `<organization>/<project>/<stack>`, for messages
 * @throws SettingsError when that is hidden, lost or not understood: to take it for a first deployment, or for nothing that
 * waits, would send keys to hosts that nobody has allowed
 */
export async function previousHosts(
  stack: string,
  reference: pulumi.StackReference | undefined,
): Promise<PreviousHosts> {
  if (!reference) return undefined;
  const integrations = await lastOutput("integrations", stack, reference);
  if (integrations === undefined) return undefined;
  const waiting = await outputNamed("newHosts", stack, reference);
  return {
    hosts: keyHosts(integrations),
    waiting: waiting === undefined ? [] : understood("newHosts", NewHosts, waiting, stack),
  };
}

/**
 * Where this stack's secrets stood after its last deployment: it reads its own outputs. An update that fails leaves
 * them as they were.
 *
 * @param registrations nothing is read where they have no credentials
 * @param stack `<organization>/<project>/<stack>`, for messages
 * @throws SettingsError when they are not understood, or hidden: to take them for nothing would renew a secret that is in use
 */
export async function previousCredentials(
  registrations: readonly DeclaredRegistration[],
  stack: string,
  reference: pulumi.StackReference | undefined,
): Promise<PreviousCredentials> {
  if (!reference || !hasCredentials(registrations)) return NONE;
  const deployed = await lastOutput("credentials", stack, reference);
  if (deployed === undefined) return NONE;
  const { secrets, federated } = understood("credentials", Credentials, deployed, stack);
  const [vault, vendorVault] = await Promise.all(
    ["vault", "vendorVault"].map(async (name) => Vault.safeParse((await reference.getOutputDetails(name)).value).data),
  );
  const states = secrets.map((credential): [string, PreviousCredential] => {
    const vaultName = vaultOf({ vault, vendorVault }, credential)?.name;
    const kept = vaultName === undefined ? undefined : { vaultName, secretName: credential.vaultSecret };
    return [credential.name, { state: credential.state, policy: credential.policy, kept }];
  });
  return { secrets: new Map(states), federated };
}

/** Outputs that decide what a deployment does, with what nobody can tell where one is hidden. */
const TELLS = {
  credentials: "which secret is in use",
  integrations: "which hosts keys are sent to",
  newHosts: "which hosts no key may be sent to yet",
} as const;

/**
 * An output that every deployment leaves.
 *
 * @returns undefined: there was no deployment before
 * @throws SettingsError when it is hidden, or is not there and others are
 */
async function lastOutput(name: keyof typeof TELLS, stack: string, reference: pulumi.StackReference): Promise<unknown> {
  const value = await outputNamed(name, stack, reference);
  if (value !== undefined) return value;
  const others = await namesOfOutputs(reference);
  if (others.length === 0) return undefined;
  throw new SettingsError(
    `The last outputs of ${stack} hold no ${name}, but ${others.join(", ")}: another program deployed it, or they ` +
      "were taken away. Bring back the state before that (pulumi stack history, pulumi stack import).",
  );
}

/** @throws SettingsError when it is hidden */
async function outputNamed(
  name: keyof typeof TELLS,
  stack: string,
  reference: pulumi.StackReference,
): Promise<unknown> {
  const { value, secretValue } = (await reference.getOutputDetails(name)) as Record<string, unknown>;
  if (secretValue === undefined) return value;
  throw new SettingsError(
    `The last outputs of ${stack} hold ${name} that are marked as secret, so that nobody can tell ${TELLS[name]}. ` +
      "They are no secrets: take the mark away in the program that added it, and deploy with that once.",
  );
}

/** @throws SettingsError when it is not as a deployment leaves it */
function understood<T>(name: keyof typeof TELLS, schema: z.ZodType<T>, value: unknown, stack: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SettingsError(
    `The last outputs of ${stack} hold ${name} that this version does not understand ` +
      `(${parsed.error.issues[0]?.path.join(".")}): deploy with the version that made them.`,
  );
}

/**
 * What a trust was called at the last deployment, where that was something else and nothing is called so any more: Entra
 * takes its issuer and subject once, so that it has to be known for the same.
 */
export function formerNameOf(
  { name, issuer, subject }: DeclaredTrust,
  all: readonly DeclaredTrust[],
  { federated }: PreviousCredentials,
): string | undefined {
  const former = federated.find((trust) => trust.issuer === issuer && trust.subject === subject)?.name;
  if (former === undefined || former === name || all.some((trust) => trust.name === former)) return undefined;
  return former;
}

function namesOfOutputs({ outputs }: pulumi.StackReference): Promise<readonly string[]> {
  return new Promise((resolve) => void outputs.apply((all) => resolve(Object.keys(all as object))));
}
