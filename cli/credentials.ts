/**
 * `tenantwire credentials`: how each credential of a stack stands, and what a person has to do about it. Reads the
 * outputs only; `ack` writes into the stack's settings.
 *
 * @packageDocumentation
 */
import { printable, printableJson } from "../contract/text/printable.ts";
import { createColors } from "picocolors";
import { BY_HAND, credentialsOf, type ListedCredential } from "../components/credentials/listed.ts";
import { needsAttention, NOTICE_DAYS } from "../components/credentials/status.ts";
import { didYouMean } from "../contract/nearest.ts";
import { today } from "../components/today.ts";
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import { table } from "./terminal/table.ts";
import { ExitCode } from "../contract/exit-code.ts";
import { wantsColor } from "./color.ts";
import { loadOutputs, type OutputsSource } from "./outputs.ts";
import { setSettings } from "./pulumi.ts";

export interface CredentialsOptions extends OutputsSource {
  readonly json?: boolean;
  /** What falls due or ends in so many days is told. */
  readonly within?: number;
}

export async function listCredentials(options: CredentialsOptions): Promise<void> {
  const { within = NOTICE_DAYS } = options;
  if (!Number.isInteger(within) || within < 0) {
    throw new SettingsError(`--within takes a whole number of days, not ${String(within)}.`);
  }
  const listed = credentialsOf(await loadOutputs(options), await today(), within);
  process.stdout.write(options.json ? `${printableJson(listed)}\n` : render(listed, wantsColor()));
  if (listed.some(needsAttention)) process.exitCode = ExitCode.successWithExceptions;
}

/**
 * Says that a person has pasted the newest secret into the vendor's form: the next deployment may renew again.
 *
 * @throws SettingsError when there is no such secret, or nothing to acknowledge
 */
export async function acknowledge(name: string, { stack }: { readonly stack?: string }): Promise<void> {
  if (stack === undefined) throw new SettingsError("Whose settings? Name the stack (-s <stack>).");
  const outputs = await loadOutputs({ stack });
  const pasted = outputs.credentials.secrets.filter(({ delivery }) => delivery === "pasted");
  const credential = pasted.find((each) => each.name === name);
  if (!credential) {
    const names = pasted.map((each) => each.name);
    const mend = didYouMean(name, names) ?? (names.length > 0 ? `there is ${names.join(", ")}.` : "there is none.");
    throw new SettingsError(`${outputs.mark} has no secret "${name}" that is pasted into a form: ${mend}`);
  }
  const key = credential.state[credential.state.current]?.key;
  const registration = outputs.registrations.find(({ clientId }) => clientId === credential.clientId);
  if (key === undefined || !registration) {
    throw new TenantwireError(
      `The outputs of ${outputs.mark} do not say whose secret "${name}" is: deploy again (pulumi up).`,
    );
  }
  const setting = `tenantwire:${registration.setting}.secret.acknowledged`;
  await setSettings(new Map([[setting, key]]), stack);
  process.stdout.write(
    `${setting} is ${key} now, in the settings of the stack: commit them, and deploy (pulumi up) so that it counts.\n`,
  );
}

const COLUMNS = [
  { title: "credential" },
  { title: "kind" },
  { title: "used by" },
  { title: "age", right: true },
  { title: "left", right: true },
  { title: "due" },
  { title: "state" },
] as const;
const STATE = COLUMNS.length - 1;

function render(listed: readonly ListedCredential[], color: boolean): string {
  if (listed.length === 0) return "This stack has no credentials.\n";
  const colors = createColors(color);
  const rows = listed.map(({ name, kind, usedBy, ageDays, daysLeft, due, state }) => [
    name,
    kind,
    usedBy,
    daysOf(ageDays),
    daysOf(daysLeft),
    due ?? "",
    state,
  ]);
  const lines = table(COLUMNS, rows, (cell, row, column) => {
    const credential = listed[row];
    if (!credential) return colors.dim(cell);
    return column === STATE && needsAttention(credential) ? colors.red(cell) : cell;
  });
  // Nobody renews what was made by hand: what to do instead is told from the beginning.
  const advised = listed.filter(({ state, kind }) => state !== "fine" || kind.endsWith(BY_HAND));
  const advice = advised.map(({ name, advice: text }) => `${colors.bold(printable(name))}: ${printable(text)}`);
  return `${[...lines, ...(advice.length > 0 ? ["", ...advice] : [])].join("\n")}\n`;
}

function daysOf(days: number | undefined): string {
  return days === undefined ? "" : `${days} d`;
}
