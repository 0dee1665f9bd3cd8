/**
 * The JSON schema of `stacks/Pulumi.<stack>.yaml`, for completion, hover texts and errors in an editor. Made from what
 * parses the file; what only a look at several settings finds is left to `tenantwire review`.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { SettingsSchema } from "../../stacks/settings.ts";

const NAMESPACE = "tenantwire:";

export function settingsSchema(): string {
  const { properties = {}, required = [] } = z.toJSONSchema(SettingsSchema, {
    io: "input",
    unrepresentable: "any",
    override({ zodSchema, jsonSchema }) {
      // Addresses are all of https, which the format alone does not say.
      if (jsonSchema.format === "uri" && zodSchema._zod.def.type === "string") jsonSchema.pattern = "^https://";
    },
  });
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
          [`^${NAMESPACE}(?!(${Object.keys(properties).join("|")})$)`]: {
            type: "object",
            required: ["secure"],
            properties: { secure: { type: "string" } },
            additionalProperties: false,
          },
        },
      },
    },
  };
  return JSON.stringify(schema);
}
