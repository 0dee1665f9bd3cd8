/**
 * How every resource of the azuread plugin behaves, since a bridge makes it from a Terraform provider: what is wanted
 * is compared with the **state**, as Graph gave it back, and nothing and empty are the same.
 *
 * @packageDocumentation
 */
import { compare, withoutIgnored } from "../diff.ts";
import { isEqual, isRecord, type Properties, record } from "../json.ts";
import { PartlyCreated, type Resource } from "../resource.ts";
import { complete, type Failure, type Field, type InputSchema } from "../schema.ts";
import { UNKNOWN } from "../wire.ts";
import type { Graph } from "./graph.ts";

export interface AzureadResource {
  readonly token: string;
  readonly inputs: InputSchema;
  /** Outputs that are no inputs. */
  readonly computed: readonly string[];
  readonly secretOutputs?: readonly string[];
  /** Faults that no single property shows, as sentences. */
  readonly rules?: (inputs: Properties) => readonly string[];
  create(graph: Graph, inputs: Properties): Promise<Created>;
  /** What is still to do after the creation. When it fails the object stays in the state, to be repaired. */
  finish?(graph: Graph, id: string, inputs: Properties): Promise<void>;
  /** What Graph has now, normalised as the plugin's state is; nothing when it is gone. @param known last outputs */
  read(graph: Graph, id: string, known: Properties): Promise<Properties | undefined>;
  /** @param changed names of the properties that differ from the state. Without it every change replaces. */
  update?(graph: Graph, id: string, inputs: Properties, changed: readonly string[]): Promise<void>;
  delete(graph: Graph, id: string, known: Properties): Promise<void>;
}

export interface Created {
  readonly id: string;
  /** Outputs that are told once and can never be read again. */
  readonly once?: Properties;
}

/** What the bridge keeps for itself. Its contents mean nothing here (assumed). */
const BRIDGE_META = JSON.stringify({ schema_version: "0" });
const RAW_STATE_DELTA = { obj: {} };

const EMPTY_IS_NOTHING = { emptyIsNothing: true };

export function bridged(type: AzureadResource): Resource {
  const changesOf = (state: Properties, news: Properties) => compare(type.inputs, state, news, EMPTY_IS_NOTHING);

  return {
    token: type.token,
    secretOutputs: type.secretOutputs ?? [],

    async check(_session, { name, news }) {
      const { inputs, defaulted, failures } = complete(type.inputs, news);
      const broken = failures.length > 0 ? failures.map((each) => examined(name, each)) : (type.rules?.(inputs) ?? []);
      // The bridge keeps the names of defaults among the inputs, where a review of the state meets them.
      return { inputs: { ...inputs, __defaults: defaulted.toSorted() }, failures: broken };
    },

    diff: ({ state }, news, ignored) => ({
      changes: withoutIgnored(changesOf(state, news), ignored),
      // Nothing of azuread is deleted first: none of its types is named by a property `name`.
      deleteBeforeReplace: false,
      ofInputs: false,
    }),

    preview(news, old) {
      const unknown = old ? [] : [...type.computed, ...namesOf(type.inputs, (field) => field.chosen === true)];
      return { ...Object.fromEntries(unknown.map((name) => [name, UNKNOWN])), ...known(type, news, old?.state) };
    },

    async create({ graph }, inputs) {
      const wanted = known(type, inputs);
      const { id, once } = await type.create(graph, wanted);
      try {
        await type.finish?.(graph, id, wanted);
      } catch (error) {
        throw new PartlyCreated(id, error);
      }
      const state = await type.read(graph, id, { ...wanted, ...once });
      // Seen: azuread provider 6.9.1 says just this when the new object cannot be read, and leaves an orphan.
      if (!state) throw new Error("expected non-nil error with nil state during Create");
      return { id, state: written(type, id, wanted, { ...wanted, ...once, ...state }) };
    },

    async read({ graph }, { id, inputs, state }) {
      const now = await type.read(graph, id, state);
      if (!now) return undefined;
      const merged = complemented(type, id, { ...state, ...now });
      return { id, state: merged, inputs: refreshed(type.inputs, inputs, merged) };
    },

    async update({ graph }, { id, state }, news, ignored) {
      const wanted = { ...known(type, news, state), ...pick(state, ignored) };
      const changed = [...new Set(changesOf(state, wanted).map((change) => change.property))];
      if (!type.update) throw new Error(`${type.token} cannot be changed in place: ${changed.join(", ")}`);
      await type.update(graph, id, wanted, changed);
      const now = await type.read(graph, id, wanted);
      if (!now) throw new Error(`${id} was not found after its update`);
      return written(type, id, wanted, { ...wanted, ...now });
    },

    delete: ({ graph }, { id, state }) => type.delete(graph, id, state),
  };
}

/** Seen: azuread provider 6.9.1, which names the place in Pulumi's way after Terraform's words. */
function examined(resource: string, { path, words, format }: Failure): string {
  const terraformPath = path
    .replaceAll(/\[(\d+)\]/g, ".$1")
    .replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  // An item of a set has no place of its own.
  return `${format?.terraform?.(terraformPath) ?? words}. Examine values at '${resource}.${path.replace(/\[\d+\]$/, "")}'.`;
}

/** The wanted inputs, with what the state knows beyond them: computed outputs, and what the service once chose. */
function known(type: AzureadResource, inputs: Properties, state: Properties = {}): Properties {
  const kept = Object.entries(state).filter(([name]) => type.inputs[name]?.chosen ?? !(name in type.inputs));
  const given = Object.entries(inputs).filter(([name, value]) => name in type.inputs && value !== undefined);
  return Object.fromEntries([...kept, ...given]);
}

/** Seen: azuread provider 6.9.1 has every property in its outputs, and three of the bridge's own. */
function complemented(type: AzureadResource, id: string, state: Properties): Properties {
  const nothing = Object.fromEntries(Object.keys(type.inputs).map((name) => [name, null]));
  return { ...nothing, ...state, id, __meta: BRIDGE_META, __pulumi_raw_state_delta: RAW_STATE_DELTA };
}

/** Seen: sets that the program never set are null in the outputs of a write, until the first refresh. */
function written(type: AzureadResource, id: string, wanted: Properties, state: Properties): Properties {
  const unset = namesOf(type.inputs, ({ type: kind, chosen }) => kind === "set" && chosen !== true).filter(
    (name) => (wanted[name] ?? null) === null && isEqual(state[name], []),
  );
  return complemented(type, id, { ...state, ...Object.fromEntries(unset.map((name) => [name, null])) });
}

function pick(values: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

/**
 * The inputs after a refresh: what the program had given, with the values of today, and without the names of defaults;
 * in an import everything that is there.
 */
function refreshed(schema: InputSchema, olds: Properties, state: Properties): Properties {
  if (Object.keys(olds).length === 0) {
    const differing = compare(schema, {}, state, EMPTY_IS_NOTHING).map((change) => change.property);
    const names = differing.filter((name) => !isEqual(state[name], schema[name]?.default));
    return { ...Object.fromEntries(names.map((name) => [name, state[name]])), __defaults: [] };
  }
  const { __defaults: _, ...given } = olds;
  return record(byPosition(given, state));
}

/**
 * Seen: azuread provider 6.9.1 takes what the state has in the places of what was given, so that of two values where
 * one was declared the second is missing.
 */
function byPosition(given: unknown, now: unknown): unknown {
  if (Array.isArray(given) && Array.isArray(now)) {
    return given.slice(0, now.length).map((item, index) => byPosition(item, now[index]));
  }
  if (!isRecord(given) || !isRecord(now)) return now;
  const kept = Object.entries(given).filter(([name]) => now[name] !== undefined && now[name] !== null);
  return Object.fromEntries(kept.map(([name, value]) => [name, byPosition(value, now[name])]));
}

function namesOf(schema: InputSchema, matches: (field: Field) => boolean): readonly string[] {
  return Object.keys(schema).filter((name) => schema[name] && matches(schema[name]));
}
