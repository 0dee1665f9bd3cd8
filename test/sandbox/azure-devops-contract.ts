import { Ajv } from "ajv";
import { readFileSync } from "node:fs";
import { join } from "node:path";

type Schema = { [keyword: string]: unknown };

interface Description {
  readonly paths: Record<string, Record<string, { responses: Record<string, { schema?: Schema }> }>>;
  readonly definitions: Record<string, Schema>;
}

/** Says what is wrong with an answer; nothing: it is as published. */
export type CheckAnswer = (method: string, path: string, status: number, body: unknown) => string[];

/**
 * The published descriptions of work item tracking, work and core. Names that a type does not have are faults, except
 * where the description is known to be behind: what is listed here, and lists, which are wrapped.
 */
export function azureDevOpsContract(folder: string): CheckAnswer {
  const descriptions = ["workItemTracking", "work", "core"].map((area) => {
    const text = readFileSync(join(folder, `${area}-7.1.json`), "utf8").replace(/^\uFEFF/, "");
    return JSON.parse(text) as Description;
  });
  const checks = descriptions.map(({ paths, definitions }) => {
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
    const $defs = closed(definitions, definitions) as Record<string, Schema>;
    const operations = Object.entries(paths).map(([template, methods]) => ({
      pattern: patternOf(template),
      template,
      methods,
    }));
    return { ajv, $defs, operations };
  });

  return (method, path, status, body) => {
    for (const { ajv, $defs, operations } of checks) {
      const found = operations.filter(({ pattern, methods }) => pattern.test(path) && methods[method.toLowerCase()]);
      // The template with the fewest variables is meant.
      const [operation] = found.toSorted((one, other) => variables(one.template) - variables(other.template));
      if (!operation) continue;
      const responses = operation.methods[method.toLowerCase()]?.responses ?? {};
      // Only 200 is described, whatever it is really.
      const schema = responses[String(status)]?.schema ?? responses["200"]?.schema;
      if (!schema) return [];
      const id = `${method} ${operation.template}`;
      const validate = ajv.getSchema(id) ?? ajv.compile({ $id: id, ...(closed(schema, {}) as Schema), $defs });
      const isList =
        typeof body === "object" && body !== null && "count" in body && "value" in body && schema["type"] === "array";
      if (validate(isList ? body.value : body)) return [];
      // What a value may be instead, and that it is not, is said of every fault.
      const errors = (validate.errors ?? []).filter(
        ({ keyword, params }) => keyword !== "anyOf" && params["type"] !== "null",
      );
      return errors.map(
        ({ instancePath, message, params }) => `${id}${instancePath} ${message ?? ""} ${JSON.stringify(params)}`,
      );
    }
    return [`nothing is published of ${method} ${path}`];
  };
}

function variables(template: string): number {
  return template.split("{").length;
}

/** Project and team may be left out where the description has them (read: azure-devops-node-api). */
function patternOf(template: string): RegExp {
  const source = template
    .replace(/[.$]/g, "\\$&")
    .replace("/{project}", "(?:/[^/]+)?")
    .replace("/{team}", "(?:/[^/]+)?")
    .replace("/{path}", "(?:/.*)?")
    .replace(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${source}/?$`, "i");
}

/** Recorded after the description was made, or true of every version of it. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  WorkItem: ["multilineFieldsFormat"],
  ReportingWorkItemRevisionsBatch: ["values", "nextLink", "continuationToken", "isLastBatch"],
  // Items of the recycle bin that are asked for by id are told whole (published example).
  WorkItemDeleteShallowReference: ["code", "type", "name", "project", "deletedDate", "deletedBy"],
  ReportingWorkItemLinksBatch: ["values", "nextLink", "continuationToken", "isLastBatch"],
};

/** Swagger to JSON Schema: references, closed objects, values of dictionaries as they come. */
function closed(schema: unknown, definitions: Record<string, Schema>, name?: string): unknown {
  if (Array.isArray(schema)) return schema.map((each) => closed(each, definitions));
  if (typeof schema !== "object" || schema === null) return schema;
  if (schema === definitions) {
    return Object.fromEntries(
      Object.entries(definitions).map(([key, each]) => [key, closed(flat(each, definitions), {}, key)]),
    );
  }
  const {
    format: _format,
    example: _example,
    readOnly: _readOnly,
    description: _description,
    $ref,
    ...rest
  } = schema as Schema;
  const result: Schema = {};
  for (const [keyword, value] of Object.entries(rest)) {
    if (keyword.startsWith("x-")) continue;
    if (keyword === "properties") {
      const properties = Object.entries(value as Schema).map(
        ([key, each]) => [key, nullable(closed(each, {}))] as const,
      );
      const more = (MORE[name ?? ""] ?? []).map((key) => [key, {}] as const);
      result["properties"] = Object.fromEntries([...properties, ...more]);
    } else result[keyword] = closed(value, {});
  }
  // An object of nothing is anything: allowed values are objects of people, and texts of everything else.
  if (rest["type"] === "object" && !rest["properties"] && !rest["additionalProperties"]) delete result["type"];
  if (typeof $ref === "string") result["$ref"] = $ref.replace("#/definitions/", "#/$defs/");
  // A dictionary of objects has everything in it; links have any names.
  if (result["additionalProperties"] !== undefined || name === "ReferenceLinks") result["additionalProperties"] = true;
  else if (result["properties"]) result["additionalProperties"] = false;
  return result;
}

/** A type with what it inherits, in one. */
function flat(schema: Schema, definitions: Record<string, Schema>): Schema {
  const parents = ((schema["allOf"] as Schema[] | undefined) ?? []).map((parent) => {
    const reference = typeof parent["$ref"] === "string" ? parent["$ref"].replace("#/definitions/", "") : "";
    return flat(definitions[reference] ?? parent, definitions);
  });
  const { allOf: _, ...own } = schema;
  const properties = Object.assign(
    {},
    ...parents.map((each) => each["properties"] ?? {}),
    own["properties"] ?? {},
  ) as Schema;
  return { ...own, properties };
}

/** Nothing says in this description what may be null: everything. Enumerations are told by name, whatever their case. */
function nullable(schema: unknown): unknown {
  const { enum: _, ...open } = schema as Schema;
  return { anyOf: [open, { type: "null" }] };
}
