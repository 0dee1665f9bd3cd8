import type { Outputs, Registration } from "./outputs.ts";

/** One thing that the form asks. */
export type Field =
  | { readonly label: string; readonly value: string }
  /** A secret: the credential of the outputs that it is, and what it is called in the vault. */
  | { readonly label: string; readonly secret: string; readonly vaultSecret: string };

/** A form, or a page of it. */
export interface Sheet {
  /** For the command line: `ones`, `oneplan-users`. */
  readonly name: string;
  readonly title: string;
  /** Where the form is found in the product. */
  readonly where: string;
  readonly parts: readonly { readonly title: string; readonly fields: readonly Field[] }[];
  /** What is to be done outside of the form, each a sentence or a command. */
  readonly further: readonly string[];
}

/** A registration that an integration of the outputs names. */
export function registrationNamed({ registrations, mark }: Outputs, name: string): Registration {
  const found = registrations.find((each) => each.name === name);
  if (found) return found;
  throw new Error(`The outputs of ${mark} name a registration "${name}" and do not have it.`);
}

/** A field for the secret of a registration. */
export function secretField(label: string, { credentials, mark }: Outputs, { clientId, name }: Registration): Field {
  const found = credentials.secrets.find((secret) => secret.clientId === clientId);
  if (found) return { label, secret: found.name, vaultSecret: found.vaultSecret };
  throw new Error(`The outputs of ${mark} have no secret of the registration "${name}".`);
}

/** A field for a key that somebody brought along. */
export function givenField(label: string, { credentials, mark }: Outputs, vaultSecret: string): Field {
  const found = credentials.given.find((each) => each.vaultSecret === vaultSecret);
  if (found) return { label, secret: found.name, vaultSecret };
  throw new Error(`The outputs of ${mark} do not tell whose secret "${vaultSecret}" is.`);
}

/** What consent a registration waits for, as a sentence. */
export function consentOf({ displayName, consent }: Registration): string[] {
  if (consent.link === undefined) return [];
  return [`An administrator consents to ${displayName}: ${consent.link}`];
}
