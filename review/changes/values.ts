/** What changes of a resource, with its values where none of them can be a secret. Pure. @packageDocumentation */
import { UNKNOWN, type Step, typeOf } from "../preview.ts";
import { types } from "./resources.ts";
import type { PropertyChange } from "./types.ts";

/** Characters of one value. The rest is in the settings. */
const MOST = 300;

/** Providers whose properties are known: what is not one of theirs could hold anything. */
const KNOWN = /^(azuread|azure-native):/;

/** Resources that are there to hold a secret: nothing of them is told. */
const HOLDERS: readonly string[] = [types.password, types.certificate, types.vaultSecret];

const SECRET_NAMES = /secret|password|token(?!Version)|credential|connectionString|(^|[a-z])keys?$|^value$/i;

/** The engine's marks of a secret: in what it prints, and in a state. */
const SECRET = "[secret]";
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/**
 * The provider says which properties change; where it does not, inputs are compared. Names with two underscores in front
 * are the provider's own book-keeping.
 */
export function propertiesOf(step: Step): PropertyChange[] {
  const { diffReasons, replaceReasons, detailedDiff, oldState, newState, urn } = step;
  if (!oldState || !newState) return [];
  const said = [...(diffReasons ?? []), ...(replaceReasons ?? []), ...Object.keys(detailedDiff ?? {})];
  const [before, after] = [leaves(oldState.inputs), leaves(newState.inputs)];
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  const differing = paths.filter((path) => !same(before.get(path), after.get(path)));
  const names = said.length > 0 ? said.map(topOf) : differing.map(topOf);
  return [...new Set(names)]
    .filter((name) => name !== "" && !name.startsWith("__"))
    .sort()
    .flatMap((name): PropertyChange[] => {
      const own = differing.filter((path) => topOf(path) === name);
      if (own.length === 0) return [{ name }];
      return own.sort().map((path) => ({ name: path, ...shown(typeOf(urn), path, before.get(path), after.get(path)) }));
    });
}

/** `properties`, of `properties.sku.name` and of `properties[0]`. */
export function topOf(path: string): string {
  return path.split(/[.[]/)[0] ?? path;
}

function shown(type: string, path: string, before: unknown, after: unknown): Omit<PropertyChange, "name"> {
  if (!KNOWN.test(type) || HOLDERS.includes(type) || SECRET_NAMES.test(path.split(".").at(-1) ?? "")) return {};
  const [old, now] = [textOf(before), textOf(after)];
  if (old === undefined || now === undefined) return {};
  return { before: old, after: now };
}

/** Undefined of a secret, or of what has one in it. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return "nothing";
  if (value === UNKNOWN) return "known after the deployment";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (text.includes(SECRET) || text.includes(SIGNATURE)) return undefined;
  const known = text.replaceAll(UNKNOWN, "...");
  return known.length > MOST ? `${known.slice(0, MOST)}...` : known;
}

/** Objects are taken apart; a list is one value, since its order may mean nothing. */
function leaves(value: Readonly<Record<string, unknown>>, at = ""): Map<string, unknown> {
  return new Map(
    Object.entries(value).flatMap(([name, each]): [string, unknown][] => {
      const path = at === "" ? name : `${at}.${name}`;
      const isObject = typeof each === "object" && each !== null && !Array.isArray(each) && !(SIGNATURE in each);
      return isObject ? [...leaves(each as Record<string, unknown>, path)] : [[path, each]];
    }),
  );
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
