/**
 * docs/reference/settings.md: every setting of a stack with its values and its default, from the JSON schema.
 *
 * @packageDocumentation
 */
import { settingsSchema } from "./settings-schema.ts";
import { table } from "./table.ts";

interface Schema {
  readonly type?: string;
  /** For people; `description` is for messages. */
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema | false>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | false;
}

/** More values than a person reads in a table: the description says what they are. */
const MANY = 16;

export function settingsPage(): string {
  const { properties } = JSON.parse(settingsSchema()) as { properties: { config: Schema } };
  const { config } = properties;
  return [
    "# Settings\n\n",
    "Made from what parses `stacks/Pulumi.<stack>.yaml` by `npm run docs`. An editor knows the same from [settings.schema.json](settings.schema.json), which the first line of the file names, and says what cannot be together as well. `[]` is an entry of a list, `<name>` a name of your own. What else goes under `tenantwire:sync` is told with the syncs: [users](../sync-users.md), [rooms](../sync-rooms.md), [plans](../sync-plans.md).\n\n",
    ...Object.entries(config.properties ?? {}).map(([name, schema]) =>
      schema === false ? "" : section(name, schema, config.required?.includes(name) ?? false),
    ),
  ].join("");
}

function section(name: string, schema: Schema, isRequired: boolean): string {
  const rows = [...rowsOf(schema, "")];
  const head = `## ${name}${isRequired ? " (required)" : ""}\n\n`;
  if (rows.length > 0) return `${head}${table(["setting", "values", "default", "meaning"], rows)}\n`;
  const kind = values(schema) === "a text" ? "" : values(schema);
  const known = [meaning(schema), kind, defaultOf(schema) && `default: ${defaultOf(schema)}`].filter(Boolean);
  const sentence = known.join("; ") || "what only the syncs read, and check when they start";
  return `${head}${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.\n\n`;
}

function* rowsOf(schema: Schema, path: string): Generator<string[]> {
  for (const [name, each] of Object.entries(schema.properties ?? {})) {
    if (each === false) continue;
    const place = path === "" ? name : `${path}.${name}`;
    const isRequired = schema.required?.includes(name) && each.default === undefined;
    yield [`\`${place}\`${isRequired ? " (required)" : ""}`, values(each), defaultOf(each), meaning(each)];
    yield* within(each, place);
  }
  if (path === "") yield* within(schema, "");
}

/** What stands below a setting: its parts, the parts of an entry, or of what has a name of one's own. */
function* within(schema: Schema, place: string): Generator<string[]> {
  if (place !== "") yield* rowsOf(schema, place);
  if (schema.items?.properties) yield* rowsOf(schema.items, `${place}[]`);
  if (schema.additionalProperties && schema.additionalProperties.properties) {
    yield* rowsOf(schema.additionalProperties, `${place === "" ? "" : `${place}.`}<name>`);
  }
}

function values({ type, enum: names, items, additionalProperties }: Schema): string {
  if (names !== undefined && names.length <= MANY) return names.map((name) => `\`${name}\``).join(", ");
  if (type === "array") {
    const entry = items && !items.properties ? values(items) : "";
    return entry === "" || entry === "a text" ? "a list" : `a list of ${entry}`;
  }
  if (type === "object") return additionalProperties ? "names with values" : "";
  return { boolean: "`true`, `false`", integer: "a whole number", string: "a text" }[type ?? ""] ?? "";
}

function defaultOf({ default: value }: Schema): string {
  return value === undefined || JSON.stringify(value) === "{}" ? "" : `\`${JSON.stringify(value)}\``;
}

/** Descriptions that list the settings below are for messages: here they follow. */
function meaning({ title, description = "", additionalProperties, type }: Schema): string {
  if (title !== undefined) return title;
  const own = /^(settings: |true or false$)/.test(description) ? "" : description;
  if (own !== "" || type !== "object" || !additionalProperties) return own;
  return additionalProperties.description ?? "";
}
