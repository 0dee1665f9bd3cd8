/**
 * How every resource of the azure-native plugin behaves: what is wanted is compared with the **last inputs**, names are
 * made up when none is given, and one PUT creates or updates.
 *
 * @packageDocumentation
 */
import { compare, type PropertyChange, withoutIgnored } from "../diff.ts";
import { idFormat } from "../ids.ts";
import { isEqual, isRecord, type Properties, record, text } from "../json.ts";
import type { Recorded, Resource } from "../resource.ts";
import { complete, type Field, type InputSchema } from "../schema.ts";
import type { Session } from "../session.ts";
import { containsUnknown, UNKNOWN } from "../wire.ts";
import { uniqueName, uniqueUuid } from "./autonaming.ts";
import { type Arm } from "./arm.ts";
import { patchInputs } from "./refresh.ts";
import { RESOURCES_API_VERSION } from "./versions.ts";

export interface AzureNativeResource {
  readonly token: string;
  readonly apiVersion: string;
  /** Resource id, with the inputs that it is made of in braces. A change of one of them makes another object. */
  readonly path: string;
  /** The name that is made up when the program gives none: from the resource's name, or a UUID. */
  readonly autoName: { readonly property: string; readonly kind: "random" | "uuid" };
  readonly inputs: InputSchema;
  /** Inputs and outputs that are at the top in Pulumi and below `properties` in Azure. */
  readonly flattened?: readonly string[];
  /** What is at the top in Pulumi's outputs alone: inputs and Azure have it below `properties`. */
  readonly answersFlat?: InputSchema;
  /** Outputs that no input gives, by dotted path. */
  readonly computed: readonly string[];
  /** It comes with another object: it is changed when it is created, and left behind when it is deleted. */
  readonly alwaysThere?: true;
  /** How it is deleted, when not by a DELETE of its id. */
  readonly delete?: (arm: Arm, inputs: Properties) => Promise<void>;
}

/** In the inputs of whatever got a made-up name: its replacement can be created before it is deleted. */
const CREATE_FIRST = "__createBeforeDelete";

export function native(type: AzureNativeResource): Resource {
  const ids = idFormat(type.path);
  const inPath = new Set(ids.parts);
  const schema: InputSchema = Object.fromEntries(
    Object.entries(type.inputs).map(([name, field]) => [name, inPath.has(name) ? { ...field, replaces: true } : field]),
  );

  function idOf({ arm }: Session, inputs: Properties): string {
    const parts: Record<string, string> = { subscriptionId: arm.subscriptionId };
    for (const name of inPath) parts[name] ??= text(inputs[name]).replace(/^\/|\/$/g, "");
    return ids.make(parts);
  }

  function bodyOf(inputs: Properties): Properties {
    const names = Object.keys(schema).filter((name) => !inPath.has(name) && inputs[name] !== undefined);
    const body = renamed(schema, Object.fromEntries(names.map((name) => [name, inputs[name]])), TO_API);
    if (!type.flattened) return body;
    const isInner = ([name]: readonly [string, unknown]) => type.flattened?.includes(name) === true;
    const entries = Object.entries(body);
    const outer = entries.filter((entry) => !isInner(entry));
    return { ...Object.fromEntries(outer), properties: Object.fromEntries(entries.filter(isInner)) };
  }

  function stateOf({ id: _, ...answer }: Properties): Properties {
    const { properties, ...outer } = answer;
    if (type.answersFlat) {
      const state = { ...outer, ...renamed(type.answersFlat, record(properties), FROM_API) };
      return { ...state, azureApiVersion: type.apiVersion };
    }
    const state = type.flattened ? { ...outer, ...record(properties) } : answer;
    return { ...renamed(schema, state, FROM_API), azureApiVersion: type.apiVersion };
  }

  async function write(session: Session, id: string, inputs: Properties): Promise<{ id: string; state: Properties }> {
    const answer = await session.arm.put(id, type.apiVersion, bodyOf(inputs));
    const canonical = text(answer["id"]) || id;
    const now = await session.arm.find(canonical, type.apiVersion);
    return { id: canonical, state: stateOf(now ?? answer) };
  }

  return {
    token: type.token,
    secretOutputs: [],

    async check(session, { name, olds, news, randomSeed }) {
      const inputs: Record<string, unknown> = { ...news };
      const { property, kind } = type.autoName;
      if (inputs[property] === undefined) {
        inputs[property] = olds[property] ?? (kind === "uuid" ? uniqueUuid(randomSeed) : uniqueName(name, randomSeed));
        if (olds[property] === undefined || olds[CREATE_FIRST] === true) inputs[CREATE_FIRST] = true;
      }
      if ("location" in schema) inputs["location"] ??= await defaultLocation(session, olds, news);
      const { azureApiVersion = type.apiVersion, ...rest } = inputs;
      const { inputs: completed, failures } = complete(schema, rest);
      return { inputs: { ...completed, azureApiVersion }, failures: failures.map(({ words }) => words) };
    },

    diff({ inputs, state }, news, ignored) {
      const changes = withoutIgnored(compare(schema, inputs, news, { emptyIsNothing: false }), ignored).map((change) =>
        saysOnlyWhatIs(change, news, state) ? { ...change, replaces: false } : change,
      );
      const replaced = changes.some((change) => change.replaces);
      // Read: pulumi-azure-native. Two objects of one given name cannot be there at once.
      return { changes, deleteBeforeReplace: replaced && inputs[CREATE_FIRST] !== true, ofInputs: true };
    },

    preview(news, old) {
      const outputs: Record<string, unknown> = {};
      const names = Object.keys(schema).filter(
        (name) => !inPath.has(name) && !(type.answersFlat && name === "properties"),
      );
      for (const name of names) outputs[name] = news[name];
      for (const path of type.computed) addUnknown(outputs, path.split("."));
      outputs["azureApiVersion"] = type.apiVersion;
      // The only outputs that no update changes.
      for (const name of ["name", "location"]) if (old?.state[name] !== undefined) outputs[name] = old.state[name];
      return outputs;
    },

    async create(session, inputs) {
      const id = idOf(session, inputs);
      if (!type.alwaysThere && (await session.arm.find(id, type.apiVersion))) {
        throw new Error(`cannot create already existing resource '${id}'`);
      }
      return write(session, id, inputs);
    },

    async read({ arm }, old) {
      const answer = await arm.find(old.id, type.apiVersion);
      if (!answer) return undefined;
      const state = stateOf(answer);
      return { id: old.id, state, inputs: inputsNow(old, state) };
    },

    update: async (session, { id }, news) => (await write(session, id, news)).state,

    async delete({ arm }, { id, inputs }) {
      if (type.delete) await type.delete(arm, inputs);
      // Read: pulumi-azure-native puts the defaults back, which nothing here depends on.
      else if (!type.alwaysThere) await arm.remove(id, type.apiVersion);
    },
  };

  /** After a refresh the last inputs with what has changed; in an import what the id and the object say. */
  function inputsNow(old: Recorded, state: Properties): Properties {
    if (Object.keys(old.inputs).length > 0) {
      return patchInputs(old.inputs, projected(old.state), projected(state));
    }
    const parts = Object.entries(ids.parse(old.id)).filter(([name]) => name in schema);
    return { ...projected(state), ...Object.fromEntries(parts), azureApiVersion: type.apiVersion };
  }

  /** The outputs that are inputs too. */
  function projected(state: Properties): Properties {
    return project(Object.fromEntries(Object.entries(schema).filter(([name]) => !inPath.has(name))), state);
  }
}

/** A field's name on one side and on the other. */
type Naming = (name: string, field: Field) => readonly [from: string, to: string];
const TO_API: Naming = (name, field) => [name, field.apiName ?? name];
const FROM_API: Naming = (name, field) => [field.apiName ?? name, name];

/** The values by the names of the other side. What the schema does not know keeps its name. */
function renamed(schema: InputSchema, values: Properties, naming: Naming): Properties {
  const result: Record<string, unknown> = { ...values };
  for (const [name, field] of Object.entries(schema)) {
    const [from, to] = naming(name, field);
    const value = values[from];
    if (value === undefined) continue;
    delete result[from];
    result[to] = field.fields && isRecord(value) ? renamed(field.fields, value, naming) : value;
  }
  return result;
}

function project(schema: InputSchema, values: Properties): Properties {
  const entries = Object.entries(schema).flatMap(([name, field]) => {
    const value = values[name];
    if (value === undefined || value === null) return [];
    return [[name, field.fields && isRecord(value) ? project(field.fields, value) : value] as const];
  });
  return Object.fromEntries(entries);
}

/** An input that was not given and now says what the service had chosen replaces nothing (read: pulumi-azure-native). */
function saysOnlyWhatIs({ kind, path }: PropertyChange, news: Properties, state: Properties): boolean {
  return kind === "add" && path in state && isEqual(news[path], state[path]);
}

function addUnknown(target: Record<string, unknown>, [name = "", ...rest]: readonly string[]): void {
  if (rest.length === 0) {
    target[name] ??= UNKNOWN;
    return;
  }
  const inner = target[name];
  // What is unknown as a whole stays so.
  if (inner !== undefined && !isRecord(inner)) return;
  const copy = { ...inner };
  addUnknown(copy, rest);
  target[name] = copy;
}

/** The configured location, else that of the resource group. */
async function defaultLocation(session: Session, olds: Properties, news: Properties): Promise<string | undefined> {
  const known = text(olds["location"]) || session.location;
  if (known) return known;
  const group = news["resourceGroupName"];
  if (containsUnknown(group)) return UNKNOWN;
  if (typeof group !== "string") return undefined;
  const id = `/subscriptions/${session.arm.subscriptionId}/resourceGroups/${group}`;
  return text((await session.arm.find(id, RESOURCES_API_VERSION))?.["location"]) || undefined;
}
