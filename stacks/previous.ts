import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { SettingsError } from "../contract/errors.ts";
import { type CredentialState, SecretCredential } from "../contract/outputs.ts";

const Credentials = z.object({ secrets: z.array(SecretCredential) });
const Vault = z.object({ name: z.string() });

/** What the last outputs say of a secret. */
export interface PreviousCredential {
  readonly state: CredentialState;
  /** The vault secret that holds it; undefined: they do not say where. */
  readonly kept: { readonly vaultName: string; readonly secretName: string } | undefined;
}

/**
 * Where this stack's secrets stood after its last deployment: it reads its own outputs. An update that fails leaves
 * them as they were.
 *
 * @param stack `<organization>/<project>/<stack>`
 * @returns name of the credential -> how it stood; nothing before the first deployment
 * @throws SettingsError when they are not understood, or hidden: to take them for nothing would renew a secret that is in use
 */
export async function previousCredentials(stack: string): Promise<ReadonlyMap<string, PreviousCredential>> {
  const reference = new pulumi.StackReference("previous", { name: stack });
  const { value, secretValue } = (await reference.getOutputDetails("credentials")) as Record<string, unknown>;
  if (secretValue !== undefined) {
    throw new SettingsError(
      `The last outputs of ${stack} hold credentials that are marked as secret, so that nobody can tell which secret is ` +
        "in use. They are no secrets: take the mark away in the program that added it, and deploy with that once.",
    );
  }
  if (value === undefined) {
    const others = await namesOfOutputs(reference);
    if (others.length === 0) return new Map();
    throw new SettingsError(
      `The last outputs of ${stack} hold no credentials, but ${others.join(", ")}: another program deployed it, or they ` +
        "were taken away. Bring back the state before that (pulumi stack history, pulumi stack import).",
    );
  }
  const parsed = Credentials.safeParse(value);
  if (parsed.success) {
    const vaultName = Vault.safeParse((await reference.getOutputDetails("vault")).value).data?.name;
    return new Map(
      parsed.data.secrets.map(({ name, state, vaultSecret: secretName }) => [
        name,
        { state, kept: vaultName === undefined ? undefined : { vaultName, secretName } },
      ]),
    );
  }
  throw new SettingsError(
    `The last outputs of ${stack} hold credentials that this version does not understand ` +
      `(${parsed.error.issues[0]?.path.join(".")}): deploy with the version that made them.`,
  );
}

function namesOfOutputs({ outputs }: pulumi.StackReference): Promise<readonly string[]> {
  return new Promise((resolve) => void outputs.apply((all) => resolve(Object.keys(all as object))));
}
