/**
 * Faults of settings that are right one by one and cannot be together, as several vendors have them. They are looked
 * for in what was written, so that they are told along with the faults of single settings.
 *
 * @packageDocumentation
 */
import { given, type SettingsFault, valueAt } from "../../contract/settings-faults.ts";
import { type Path } from "../../contract/path.ts";
import { defaultPolicy } from "../credentials/next.ts";
import { repeated } from "./repeated.ts";

/**
 * A part that another one needs.
 *
 * @param by what needs it
 * @param path what is needed
 * @param why what it is needed for
 */
export function needs(raw: unknown, by: Path, path: Path, why: string): SettingsFault[] {
  return given(raw, by) && !given(raw, path) ? [{ path, text: `missing; ${why}`, missing: true }] : [];
}

/** In the order in which they should be thought of. */
const SIGN_IN = ["federated", "certificate", "secret"] as const;

/** How something signs in: by exactly one of the three. @param who what it is called in messages */
export function signInFaults(raw: unknown, path: Path, who: string): SettingsFault[] {
  if (typeof valueAt(raw, path) !== "object") return [];
  const [first, ...others] = SIGN_IN.filter((name) => given(raw, [...path, name]));
  if (first === undefined) {
    const text = `missing; say how ${who} signs in: federated, certificate where no federation is possible, or secret where neither is`;
    return [{ path: [...path, "federated"], text, missing: true }];
  }
  return others.map((name) => ({
    path: [...path, name],
    text: `not together with ${first}; leave ${name} out unless ${first} is not possible`,
  }));
}

/** In the settings of a secret or a certificate that is renewed. */
export function rotationFaults(raw: unknown, path: Path): SettingsFault[] {
  if (!given(raw, path)) return [];
  if (valueAt(raw, [...path, "delivery"]) === "vault" && given(raw, [...path, "acknowledged"])) {
    return [{ path: [...path, "acknowledged"], text: "only with delivery: pasted; leave it out" }];
  }
  const period = valueAt(raw, [...path, "periodDays"]) ?? defaultPolicy.period;
  const overlap = valueAt(raw, [...path, "overlapDays"]) ?? defaultPolicy.overlap;
  if (typeof period !== "number" || typeof overlap !== "number" || period > overlap) return [];
  const text =
    `${period} days must be more than overlapDays (${overlap}): ` +
    "otherwise a secret is replaced while copies of it are in use";
  return [{ path: [...path, "periodDays"], text }];
}

/** Outside identities: names and identities that are there twice. */
export function trustFaults(raw: unknown, path: Path): SettingsFault[] {
  return [...repeated(raw, path, (each) => valueAt(each, ["name"])), ...repeated(raw, path, identityOf)];
}

export function lowerCase(value: unknown): unknown {
  return typeof value === "string" ? value.toLowerCase() : undefined;
}

/** An outside identity can be trusted once only, under whatever name. */
function identityOf(trust: unknown): unknown {
  const identity = [valueAt(trust, ["issuer"]), valueAt(trust, ["subject"])];
  return identity.every((part) => typeof part === "string") ? identity.join(" ") : undefined;
}

/** Whether settings of one's own were written at `path`. */
export function isSettings(raw: unknown, path: Path): boolean {
  const value = valueAt(raw, path);
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isEmpty(list: unknown): boolean {
  return list === undefined || (Array.isArray(list) && list.length === 0);
}
