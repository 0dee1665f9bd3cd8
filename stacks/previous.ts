import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { Fault } from "../contract/fault.ts";
import { type CredentialState, SecretCredential } from "../contract/outputs.ts";

const Credentials = z.object({ secrets: z.array(SecretCredential) });

/**
 * Where this stack's secrets stood after its last deployment: it reads its own outputs. An update that fails leaves
 * them as they were.
 *
 * @param stack `<organization>/<project>/<stack>`
 * @returns name of the credential -> state; nothing before the first deployment
 * @throws Fault when they are not understood: to take them for nothing would renew a secret that is in use
 */
export async function previousCredentials(stack: string): Promise<ReadonlyMap<string, CredentialState>> {
  const reference = new pulumi.StackReference("previous", { name: stack });
  const value: unknown = (await reference.getOutputDetails("credentials")).value;
  if (value === undefined) return new Map();
  const parsed = Credentials.safeParse(value);
  if (parsed.success) return new Map(parsed.data.secrets.map(({ name, state }) => [name, state]));
  throw new Fault(
    `The last outputs of ${stack} hold credentials that this version does not understand ` +
      `(${parsed.error.issues[0]?.path.join(".")}): deploy with the version that made them.`,
  );
}
