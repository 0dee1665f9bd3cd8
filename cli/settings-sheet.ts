/**
 * `tenantwire settings-sheet`: what the vendors' forms ask. A secret is shown when it is asked for by name, and then
 * nowhere but there.
 *
 * @packageDocumentation
 */
import { printableJson } from "../contract/text/printable.ts";
import type { Field, Sheet } from "../contract/sheet.ts";
import { settingsSheets } from "../stacks/sheets.ts";
import { renderSheets } from "./terminal/settings-sheet.ts";
import { didYouMean } from "../contract/nearest.ts";
import { type Outputs, vaultOf } from "../contract/outputs.ts";
import { signedIn } from "../sync/connectors/credentials/signed-in.ts";
import { readSecret } from "../sync/connectors/vault/index.ts";
import { PermissionError, SettingsError } from "../contract/errors.ts";
import { wantsColor } from "./color.ts";
import { loadOutputs, type OutputsSource } from "./outputs.ts";
import { commandFor } from "../contract/this-stack.ts";

export interface SettingsSheetOptions extends OutputsSource {
  readonly json?: boolean;
  /** Credential whose value is shown. */
  readonly reveal?: string;
}

export async function settingsSheet(name: string | undefined, options: SettingsSheetOptions): Promise<void> {
  const outputs = await loadOutputs(options);
  const sheets = chosen(settingsSheets(outputs), name);
  const revealed = options.reveal === undefined ? new Map() : await reveal(outputs, sheets, options.reveal);
  if (options.json) {
    process.stdout.write(`${printableJson(withRevealed(sheets, revealed))}\n`);
  } else {
    process.stdout.write(
      renderSheets(sheets, { color: wantsColor(), vault: (outputs.vendorVault ?? outputs.vault)?.name, revealed }),
    );
  }
  if (options.reveal === undefined) return;
  process.stderr.write(afterwards(outputs, options.reveal));
}

function chosen(sheets: readonly Sheet[], name: string | undefined): readonly Sheet[] {
  if (name === undefined) return sheets;
  const found = sheets.filter((sheet) => sheet.name === name);
  if (found.length > 0) return found;
  const names = sheets.map((sheet) => sheet.name);
  const mend = didYouMean(name, names) ?? `there is ${names.join(", ") || "none"}.`;
  throw new SettingsError(`The stack has no form "${name}": ${mend}`);
}

async function reveal(outputs: Outputs, sheets: readonly Sheet[], secret: string): Promise<Map<string, string>> {
  const asked = secretsIn(sheets);
  const vaultSecret = asked.get(secret);
  if (vaultSecret === undefined) {
    const names = [...asked.keys()];
    const mend = didYouMean(secret, names) ?? `there is ${names.join(", ") || "none"}.`;
    throw new SettingsError(`No form asks for a secret "${secret}": ${mend}`);
  }
  const { secrets, given } = outputs.credentials;
  const vault = vaultOf(
    outputs,
    [...secrets, ...given].find(({ name }) => name === secret),
  );
  if (vault === undefined) {
    throw new SettingsError(`The outputs of ${outputs.mark} have no vault: deploy the stack again (pulumi up).`);
  }
  const reader = signedIn(outputs.tenant, `read vault ${vault.name}`, process.env);
  try {
    return new Map([[secret, await readSecret(vault.uri, vaultSecret, reader)]]);
  } catch (error) {
    if (!(error instanceof PermissionError) || vault.name !== outputs.vendorVault?.name) throw error;
    throw new PermissionError(
      `${error.message} People who read this vault are named by object id under tenantwire:vault.vendorReaders; after a change deploy (pulumi up).`,
      { cause: error },
    );
  }
}

/** Credential -> its name in the vault. */
function secretsIn(sheets: readonly Sheet[]): Map<string, string> {
  const fields = sheets.flatMap(({ parts }) => parts.flatMap((part) => part.fields));
  return new Map(fields.flatMap((field) => ("secret" in field ? [[field.secret, field.vaultSecret] as const] : [])));
}

function withRevealed(sheets: readonly Sheet[], revealed: ReadonlyMap<string, string>): readonly Sheet[] {
  const shown = (field: Field): Field => {
    const value = "secret" in field ? revealed.get(field.secret) : undefined;
    return value === undefined ? field : { label: field.label, value };
  };
  return sheets.map((sheet) => ({
    ...sheet,
    parts: sheet.parts.map((part) => ({ ...part, fields: part.fields.map(shown) })),
  }));
}

/** What is left to do with a secret that somebody has just seen. */
function afterwards({ credentials, mark }: Outputs, secret: string): string {
  const renewed = credentials.secrets.find(({ name }) => name === secret);
  const kept = `The secret ${secret} was shown once and is kept nowhere but in the vault.`;
  if (renewed?.delivery !== "pasted") return `${kept}\n`;
  return `${kept} When it is in the vendor's form: ${commandFor({ stack: mark.split("/").at(-1) }, "credentials ack", renewed.name)}\n`;
}
