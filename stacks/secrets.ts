/**
 * Secret settings: each is a configuration key of its own, encrypted, and named by the setting that uses it. (An
 * encrypted value inside of a structured setting would lose its secrecy on the way to the program.)
 *
 * @packageDocumentation
 */
import { nearest } from "./nearest.ts";
import { place, type SettingsFault, valueAt } from "./settings-faults.ts";

export interface ConfigurationValue {
  /** As the engine hands it over; structured values are JSON. Secrets are in the clear here. */
  readonly text: string;
  /** Encrypted in the stack's file. */
  readonly secret: boolean;
}

/** Names of such keys. Short, so that a secret that was pasted in the place of its name is refused and shown nowhere. */
export const SECRET_NAME = /^[a-zA-Z][\w-]{0,29}$/;

/** The settings that name a secret. */
const NAMED_BY = ["oneplan", "key", "secret"];

/** The configuration key that the settings name as a secret, if they do. */
export function secretNamedBy(raw: unknown): string | undefined {
  const name = valueAt(raw, NAMED_BY);
  return typeof name === "string" && SECRET_NAME.test(name) ? name : undefined;
}

/** Secrets that are missing, in the clear, or that nothing uses. No message holds a value. */
export function secretFaults(
  configuration: ReadonlyMap<string, ConfigurationValue>,
  namesOfSettings: readonly string[],
  named: string | undefined,
  stack: string,
): SettingsFault[] {
  const faults: SettingsFault[] = [];
  const command = `pulumi config set --secret ${named} --stack ${stack}`;
  if (named !== undefined && namesOfSettings.includes(named)) {
    faults.push({ path: NAMED_BY, text: `${named} is a setting; name another key` });
  } else if (named !== undefined && !configuration.get(named)?.text) {
    faults.push({ path: [named], text: `missing; ${place(NAMED_BY)} names it. Set it: ${command}` });
  } else if (named !== undefined && !configuration.get(named)?.secret) {
    faults.push({ path: [named], text: `a secret that is not encrypted; replace it, and set the new one: ${command}` });
  }
  for (const [key, { secret }] of configuration) {
    if (!secret || key === named) continue;
    faults.push({ path: [key], text: namesOfSettings.includes(key) ? ENCRYPTED : unnamed(key, named, stack) });
  }
  return faults;
}

const ENCRYPTED = "holds an encrypted value; a secret is a configuration key of its own, which the setting names";

function unnamed(key: string, named: string | undefined, stack: string): string {
  const meant = named !== undefined && nearest(key, [named]).length > 0 ? `did you mean "${named}"? Otherwise ` : "";
  return `a secret that no setting names; ${meant}remove it: pulumi config rm ${key} --stack ${stack}`;
}
