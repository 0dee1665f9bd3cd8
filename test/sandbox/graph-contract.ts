import { Ajv } from "ajv";
import formats from "ajv-formats";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
// The two converters are CommonJS without types.
const { xml2json } = require("odata-csdl") as { xml2json: (xml: string) => object };
const { csdl2openapi } = require("odata-openapi") as {
  csdl2openapi: (csdl: object, options: object) => { components: { schemas: Record<string, Schema> } };
};

type Schema = { [keyword: string]: unknown };

/** Says what is wrong with an object that should be of this type of the published v1.0 model; nothing: it is valid. */
export type Validate = (type: string, value: unknown) => string[];

/**
 * Reads the published entity model. Names that a type does not have are faults: the published schemas are open, and
 * without that little would be caught. Annotations (`@odata.type`, `members@delta`) are allowed everywhere.
 */
export function graphContract(folder: string): Validate {
  const csdl = xml2json(readFileSync(join(folder, "v1.0-metadata.xml"), "utf8"));
  const options = { scheme: "https", host: "graph.microsoft.com", basePath: "/v1.0", maxLevels: 2 };
  const { schemas } = csdl2openapi(csdl, options).components;
  const ajv = new Ajv({ strict: false, allErrors: true });
  (formats as unknown as (ajv: Ajv) => void)(ajv);
  const wanted = new Map<string, Schema>();

  /** Only what a type reaches by its own properties is compiled: the whole model has thousands of types. */
  function collect(name: string): void {
    const schema = schemas[name];
    if (!schema || wanted.has(name)) return;
    const closed = close(schema) as Schema;
    wanted.set(name, closed);
    for (const match of JSON.stringify(closed).matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)) collect(match[1] as string);
  }

  return (type, value) => {
    const name = `microsoft.graph.${type}`;
    if (!schemas[name]) return [`the published model has no type ${type}`];
    if (!ajv.getSchema(name)) {
      wanted.clear();
      collect(name);
      ajv.addSchema({ $id: name, $ref: `#/$defs/${name}`, $defs: Object.fromEntries(wanted) });
    }
    const validate = ajv.getSchema(name);
    if (!validate) throw new Error(`${name} was not compiled`);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${type}${instancePath} ${message ?? ""} ${JSON.stringify(params)}`,
    );
  };
}

/** Formats that say something about text; those of numbers and of binary data are ignored. */
const FORMATS = new Set(["uuid", "date-time", "date"]);

/** OpenAPI's dialect to JSON Schema: references, `nullable`; closed objects; no derived types. */
function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== "object" || schema === null) return schema;
  const { nullable, example: _example, anyOf: _derived, $ref, format, ...rest } = schema as Schema;
  const result: Schema = typeof format === "string" && FORMATS.has(format) ? { format } : {};
  for (const [keyword, value] of Object.entries(rest)) {
    result[keyword] =
      keyword === "properties"
        ? Object.fromEntries(Object.entries(value as Schema).map(([name, property]) => [name, close(property)]))
        : close(value);
  }
  if (typeof $ref === "string") result["$ref"] = $ref.replace("#/components/schemas/", "#/$defs/");
  if (result["properties"]) {
    result["additionalProperties"] = false;
    result["patternProperties"] = { "@": {} };
  }
  return nullable === true ? { anyOf: [result, { type: "null" }] } : result;
}
