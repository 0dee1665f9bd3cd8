/**
 * Secret settings: each is a configuration key of its own, encrypted, and named by the setting that uses it. (An
 * encrypted value inside of a structured setting would lose its secrecy on the way to the program.)
 *
 * @packageDocumentation
 */
import { mayShow } from "../contract/may-show.ts";
import { nearest } from "../contract/nearest.ts";
import type { DeclaredKey } from "../contract/registrations.ts";
import { secretSettings } from "./vendors.ts";
import { SECRET_NAME } from "../contract/values.ts";
import { place, type SettingsFault, valueAt } from "../contract/settings-faults.ts";
import { type Path } from "../contract/path.ts";
import { fill, storing } from "../contract/this-stack.ts";

export interface ConfigurationValue {
  /** As the engine hands it over; structured values are JSON. Secrets are in the clear here. */
  readonly text: string;
  /** Encrypted in the stack's file. */
  readonly secret: boolean;
  /** The text stands for a secret that is not told here: it is like no other. */
  readonly masked?: true;
}

/** A configuration key that a setting names as a secret. */
export interface NamedSecret {
  readonly name: string;
  /** The setting. */
  readonly by: Path;
}

export function secretsNamedBy(raw: unknown): NamedSecret[] {
  return secretSettings(raw).flatMap((by) => {
    const name = valueAt(raw, by);
    return typeof name === "string" && SECRET_NAME.test(name) ? [{ name, by }] : [];
  });
}

/** Secrets that are missing, in the clear, or that nothing uses. No message holds a value. */
export function secretFaults(
  configuration: ReadonlyMap<string, ConfigurationValue>,
  namesOfSettings: readonly string[],
  named: readonly NamedSecret[],
  stack: string,
): SettingsFault[] {
  const faults = named.flatMap((each) => namedFault(configuration, namesOfSettings, each, stack));
  const names = named.map(({ name }) => name);
  for (const [key, { secret }] of configuration) {
    if (secret && !names.includes(key)) faults.push({ path: [key], text: unnamed(key, names, stack) });
  }
  return faults;
}

/** Settings that are encrypted, or have something encrypted in them: whoever cannot open a secret can copy it there. */
export function encryptedFaults(
  configuration: ReadonlyMap<string, ConfigurationValue>,
  namesOfSettings: readonly string[],
): SettingsFault[] {
  return namesOfSettings.flatMap((name) =>
    configuration.get(name)?.secret === true ? [{ path: [name], text: ENCRYPTED }] : [],
  );
}

/**
 * A secret that two products would be shown: whoever runs the one would be sent what opens the other. By its name, or by
 * its value: who cannot open what is encrypted can copy it under another key. So would be what the syncs read and what
 * people enter into a vendor's form, which are kept in a vault each. Several channels or organizations of one product may
 * share theirs. No message holds a value.
 */
export function sharedSecretFaults(
  keys: readonly Pick<DeclaredKey, "product" | "configuration" | "setting" | "forSyncs">[],
  configuration: ReadonlyMap<string, ConfigurationValue>,
  stack: string,
): SettingsFault[] {
  return keys.flatMap(({ product, configuration: name, setting, forSyncs }, index) => {
    const others = keys.slice(0, index).filter((each) => each.product !== product || each.forSyncs !== forSyncs);
    const path = [...setting, "secret"];
    const named = others.find((other) => other.configuration === name);
    if (named) {
      const text = `is the secret of ${named.product} too (${place([...named.setting, "secret"])}): store one for ${product} under a key of its own`;
      return [{ path, text }];
    }
    const copied = others.find((other) => isSame(configuration.get(name), configuration.get(other.configuration)));
    if (!copied) return [];
    const text = `${name} holds the same as ${copied.configuration}, the secret of ${copied.product} (${place([...copied.setting, "secret"])}): store one for ${product} alone: ${storing(name, { stack })}`;
    return [{ path, text }];
  });
}

function isSame(one: ConfigurationValue | undefined, other: ConfigurationValue | undefined): boolean {
  if (!one?.text || one.masked || other?.masked) return false;
  return one.text.trim() === other?.text.trim();
}

function namedFault(
  configuration: ReadonlyMap<string, ConfigurationValue>,
  namesOfSettings: readonly string[],
  { name, by }: NamedSecret,
  stack: string,
): SettingsFault[] {
  const command = storing(name, { stack });
  if (namesOfSettings.includes(name)) return [{ path: by, text: `${name} is a setting; name another key` }];
  const value = configuration.get(name);
  if (!value?.text && !mayShow(name)) {
    const text =
      "names a configuration key that is not there (not repeated here: it may be a secret). Name one of letters only, and set it: ";
    return [{ path: by, text: `${text}${storing(fill("name"), { stack })}` }];
  }
  if (!value?.text) return [{ path: [name], text: `missing; ${place(by)} names it. Set it: ${command}` }];
  if (value.secret) return [];
  return [{ path: [name], text: `a secret that is not encrypted; replace it, and set the new one: ${command}` }];
}

const ENCRYPTED = "holds an encrypted value; a secret is a configuration key of its own, which the setting names";

function unnamed(key: string, named: readonly string[], stack: string): string {
  const [near] = nearest(key, named);
  const meant = near === undefined ? "" : `did you mean "${near}"? Otherwise `;
  return `a secret that no setting names; ${meant}remove it: pulumi config rm ${key} --stack ${stack}`;
}
