/**
 * How every resource of the azuread plugin behaves, since a bridge makes it from a Terraform provider: what is wanted
 * is compared with the **state**, as Graph gave it back, and nothing and empty are the same.
 *
 * @packageDocumentation
 */
import { compare, withoutIgnored } from "../diff.ts";
import { isEqual, type Properties } from "../json.ts";
import { PartlyCreated, type Resource } from "../resource.ts";
import { complete, type Field, type InputSchema } from "../schema.ts";
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

const EMPTY_IS_NOTHING = { emptyIsNothing: true };

export function bridged(type: AzureadResource): Resource {
  const changesOf = (state: Properties, news: Properties) => compare(type.inputs, state, news, EMPTY_IS_NOTHING);

  return {
    token: type.token,
    secretOutputs: type.secretOutputs ?? [],

    async check(_session, { news }) {
      const { inputs, defaulted, failures } = complete(type.inputs, news);
      const broken = failures.length > 0 ? failures : (type.rules?.(inputs) ?? []);
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
      return { id, state: { ...wanted, ...once, ...state } };
    },

    async read({ graph }, { id, inputs, state }) {
      const now = await type.read(graph, id, state);
      if (!now) return undefined;
      const merged = { ...state, ...now };
      return { id, state: merged, inputs: refreshed(type.inputs, inputs, merged) };
    },

    async update({ graph }, { id, state }, news, ignored) {
      const wanted = { ...known(type, news, state), ...pick(state, ignored) };
      const changed = [...new Set(changesOf(state, wanted).map((change) => change.property))];
      if (!type.update) throw new Error(`${type.token} cannot be changed in place: ${changed.join(", ")}`);
      await type.update(graph, id, wanted, changed);
      const now = await type.read(graph, id, wanted);
      if (!now) throw new Error(`${id} was not found after its update`);
      return { ...wanted, ...now };
    },

    delete: ({ graph }, { id, state }) => type.delete(graph, id, state),
  };
}

/** The wanted inputs, with what the state knows beyond them: computed outputs, and what the service once chose. */
function known(type: AzureadResource, inputs: Properties, state: Properties = {}): Properties {
  const kept = Object.entries(state).filter(([name]) => type.inputs[name]?.chosen ?? !(name in type.inputs));
  const given = Object.entries(inputs).filter(([name, value]) => name in type.inputs && value !== undefined);
  return Object.fromEntries([...kept, ...given]);
}

function pick(values: Properties, names: readonly string[]): Properties {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)));
}

/**
 * The inputs after a refresh: what the program had given, with the values of today; in an import everything that is
 * there. Sets that only came in another order stay as they were.
 */
function refreshed(schema: InputSchema, olds: Properties, state: Properties): Properties {
  if (Object.keys(olds).length === 0) {
    const differing = compare(schema, {}, state, EMPTY_IS_NOTHING).map((change) => change.property);
    const names = differing.filter((name) => !isEqual(state[name], schema[name]?.default));
    return { ...Object.fromEntries(names.map((name) => [name, state[name]])), __defaults: [] };
  }
  const drifted = new Set(compare(schema, state, olds, EMPTY_IS_NOTHING).map((change) => change.property));
  return Object.fromEntries(
    Object.entries(olds).map(([name, value]) => [name, drifted.has(name) ? state[name] : value]),
  );
}

function namesOf(schema: InputSchema, matches: (field: Field) => boolean): readonly string[] {
  return Object.keys(schema).filter((name) => schema[name] && matches(schema[name]));
}
