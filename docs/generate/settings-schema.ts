/**
 * The JSON schema of `stacks/Pulumi.<stack>.yaml`, for completion, hover texts and errors in an editor. Made from what
 * parses the file. What it cannot say, such as that a secret is missing, is listed where tests hold it against the parser.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { ruleIds } from "../../contract/rules/registry.ts";
import { SECRET_NAME } from "../../contract/values.ts";
import { registrationNames } from "../../stacks/registration-names.ts";
import { SettingsSchema } from "../../stacks/settings.ts";

const NAMESPACE = "tenantwire:";

/** A part of the schema as it is made; `needs` are names of other settings, which become conditions of the whole. */
interface Part {
  readonly properties?: Readonly<Record<string, Part>>;
  readonly items?: Part;
  readonly allOf?: readonly Part[];
  readonly if?: object;
  readonly then?: Part;
  readonly needs?: readonly string[];
}

export function settingsSchema(): string {
  const names = Object.keys(SettingsSchema.shape);
  const { properties = {}, required = [] } = z.toJSONSchema(SettingsSchema, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema, path }) {
      // Addresses are all of https, which the format alone does not say.
      if (jsonSchema.format === "uri" && zodSchema._zod.def.type === "string") jsonSchema.pattern ??= "^https://";
      if (jsonSchema.pattern === SECRET_NAME.source) jsonSchema.not = { enum: names };
      if (path.at(-1) === "rules") jsonSchema.propertyNames = { enum: [...ruleIds] };
      if (path.at(-1) === "registration") jsonSchema.enum = [...registrationNames];
    },
  });
  const needs = Object.entries(properties as Record<string, Part>).flatMap(([name, part]) => [
    ...needsOf(part, (inner) => having(NAMESPACE + name, inner)),
  ]);
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Settings of a tenantwire stack",
    type: "object",
    required: ["config"],
    properties: {
      config: {
        type: "object",
        required: required.map((name) => NAMESPACE + name),
        properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [NAMESPACE + name, value])),
        // Another key of tenantwire's is a secret that a setting names: encrypted by `pulumi config set --secret`.
        patternProperties: {
          [`^${NAMESPACE}(?!(${names.join("|")})$)`]: {
            type: "object",
            required: ["secure"],
            properties: { secure: { type: "string" } },
            additionalProperties: false,
          },
        },
        allOf: needs,
      },
    },
  };
  return JSON.stringify(schema, (key, value: unknown) => (key === "needs" ? undefined : value));
}

/** Where a part is written, what it needs has to be there. @param at says of the whole that something is at this place */
function* needsOf(part: Part, at: (inner: object) => object): Generator<object> {
  if (part.needs) yield { if: at({}), then: { required: part.needs.map((name) => NAMESPACE + name) } };
  for (const [name, each] of Object.entries(part.properties ?? {})) {
    yield* needsOf(each, (inner) => at(having(name, inner)));
  }
  if (part.items) yield* needsOf(part.items, (inner) => at({ contains: inner }));
  for (const { if: condition = {}, then } of part.allOf ?? []) {
    if (then?.needs) yield* needsOf({ needs: then.needs }, () => at(condition));
  }
}

function having(name: string, inner: object): object {
  return { required: [name], properties: { [name]: inner } };
}
