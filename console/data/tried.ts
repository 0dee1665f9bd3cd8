/**
 * Settings that are tried: those that decide what is synced, and none that decides where a key goes, which file is
 * written, or who anybody is. Pure.
 *
 * @packageDocumentation
 */
import { parse, stringify } from "yaml";
import { SettingsError } from "../../contract/errors.ts";
import { Outputs } from "../../contract/outputs.ts";
import { conditionFault } from "../../contract/wiql.ts";
import { messageOf } from "../../contract/words.ts";
import type { KnownSync } from "../work/work.ts";

/** By the kind of sync, of what the outputs tell of a target. */
const TRIED: Readonly<Record<string, readonly string[]>> = {
  users: ["groups", "fields", "administrativeUnits", "excludedGroups", "protectedGroups", "cardNumber"],
  rooms: ["scope", "addresses", "lists", "buildings", "tags", "fields"],
  plans: [
    "area",
    "query",
    "planTypes",
    "taskTypes",
    "projectPlanType",
    "outsideIterations",
    "createWorkItems",
    "nestedInItself",
    "skippedLevel",
    "parentOutOfScope",
    "planFields",
    "taskFields",
  ],
};

/** By kind and target, where the outputs' `integrations` call it otherwise than the command line. */
const INTEGRATIONS: Readonly<Record<string, string>> = { "rooms file": "roomsFile" };

type Written = Record<string, unknown>;

/** As a person edits it, in YAML. */
export function triedText(outputs: Outputs, sync: KnownSync): string {
  const target = targetOf(outputs, sync);
  const own = Object.fromEntries(
    (TRIED[sync.kind] ?? []).flatMap((name) => (name in target ? [[name, target[name]]] : [])),
  );
  return stringify({ [sync.kind]: own, sync: outputs.sync ?? {} });
}

/** @throws SettingsError where it is no YAML, or has something in it that is not tried here, or cannot be */
export function withTried(outputs: Outputs, sync: KnownSync, text: string): Outputs {
  const written = parsed(text);
  const names = TRIED[sync.kind] ?? [];
  const foreign = Object.keys(written).filter((name) => name !== sync.kind && name !== "sync");
  if (foreign[0] !== undefined) throw new SettingsError(`${foreign[0]}: only ${sync.kind} and sync are tried here.`);
  const own = record(written[sync.kind] ?? {}, sync.kind);
  for (const name of Object.keys(own)) {
    if (!names.includes(name))
      throw new SettingsError(`${sync.kind}.${name}: is not tried here; there is ${names.join(", ")}.`);
  }
  // Out of its brackets it would ask for items of projects that are not synced.
  const wrong = typeof own["query"] === "string" ? conditionFault(own["query"]) : undefined;
  if (wrong !== undefined) throw new SettingsError(`${sync.kind}.query: ${wrong}.`);
  const copy = structuredClone(outputs);
  const target = targetOf(copy, sync);
  for (const name of names) delete target[name];
  Object.assign(target, own);
  const result = Outputs.safeParse({ ...copy, sync: written["sync"] });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue?.path.slice(-2).join(".") ?? "";
  throw new SettingsError(`${place}: ${issue?.message ?? "not understood"}.`);
}

function targetOf({ integrations }: Outputs, { kind, target }: KnownSync): Written {
  if (kind === "plans") {
    const found = integrations.plans?.organizations.find(({ name }) => name === target);
    if (found) return found;
  }
  const vendor = (integrations as Readonly<Record<string, unknown>>)[INTEGRATIONS[`${kind} ${target}`] ?? target];
  return record(record(vendor ?? {}, target)[kind] ?? {}, kind);
}

function parsed(text: string): Written {
  try {
    return record(parse(text, { maxAliasCount: 0, schema: "core" }) ?? {}, "it");
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    throw new SettingsError(`This is no YAML: ${messageOf(error).split("\n", 1)[0] ?? ""}`, { cause: error });
  }
}

function record(value: unknown, what: string): Written {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Written;
  throw new SettingsError(`${what}: has to be settings, a name and a value each.`);
}
