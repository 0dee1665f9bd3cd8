import { Ajv } from "ajv";
import { readFileSync } from "node:fs";
import { join } from "node:path";

type Schema = { [keyword: string]: unknown };

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly schema?: Schema }[];
  readonly responses: Record<string, { schema?: Schema }>;
}

interface Description {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly definitions: Record<string, Schema>;
}

/** Says what is wrong with an answer; nothing: it is as published. */
export type CheckAnswer = (method: string, path: string, status: number, body: unknown) => string[];
/** Says what is wrong with what was sent; undefined: nothing is published of the operation. */
export type CheckSent = (method: string, path: string, body: unknown) => string[] | undefined;

/**
 * The published descriptions of work item tracking, work and core. Names that a type does not have are faults, except
 * where the description is known to be behind: what is listed here, and lists, which are wrapped.
 */
export function azureDevOpsContract(folder: string): { readonly answer: CheckAnswer; readonly sent: CheckSent } {
  const descriptions = ["workItemTracking", "work", "core"].map((area) => {
    const text = readFileSync(join(folder, `${area}-7.1.json`), "utf8").replace(/^\uFEFF/, "");
    return JSON.parse(text) as Description;
  });
  const checks = descriptions.map(({ paths, definitions }) => {
    const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
    const $defs = {
      ...(closed(definitions, definitions) as Record<string, Schema>),
      JsonPatchDocument: PATCH_DOCUMENT,
    };
    const operations = Object.entries(paths).map(([template, methods]) => ({
      pattern: patternOf(template),
      template,
      methods,
    }));
    return { ajv, $defs, operations };
  });

  /** The operation that is meant: of several the one with the fewest variables. */
  function operationOf(method: string, path: string) {
    for (const { ajv, $defs, operations } of checks) {
      const found = operations.filter(({ pattern, methods }) => pattern.test(path) && methods[method.toLowerCase()]);
      const [operation] = found.toSorted((one, other) => variables(one.template) - variables(other.template));
      const described = operation?.methods[method.toLowerCase()];
      if (operation && described) return { ajv, $defs, id: `${method} ${operation.template}`, described };
    }
    return undefined;
  }

  function faultsOf(
    { ajv, $defs }: Pick<(typeof checks)[number], "ajv" | "$defs">,
    id: string,
    schema: Schema,
    value: unknown,
  ) {
    const validate = ajv.getSchema(id) ?? ajv.compile({ $id: id, ...(closed(schema, {}) as Schema), $defs });
    if (validate(value)) return [];
    // What a value may be instead, and that it is not, is said of every fault.
    const errors = (validate.errors ?? []).filter(
      ({ keyword, params }) => keyword !== "anyOf" && params["type"] !== "null",
    );
    return errors.map(
      ({ instancePath, message, params }) => `${id}${instancePath} ${message ?? ""} ${JSON.stringify(params)}`,
    );
  }

  return {
    answer(method, path, status, body) {
      const operation = operationOf(method, path);
      if (!operation) return [`nothing is published of ${method} ${path}`];
      const { responses } = operation.described;
      // Only 200 is described, whatever it is really.
      const schema = responses[String(status)]?.schema ?? responses["200"]?.schema;
      if (!schema) return [];
      const isList =
        typeof body === "object" && body !== null && "count" in body && "value" in body && schema["type"] === "array";
      const value = isList ? body.value : body;
      // What is asked for by id and not there is null in such a list (documented: errorPolicy).
      const there = Array.isArray(value) ? value.filter((each) => each !== null) : value;
      return faultsOf(operation, operation.id, schema, there);
    },
    sent(method, path, body) {
      const operation = operationOf(method, path);
      if (!operation) return undefined;
      const schema = operation.described.parameters?.find((each) => each.in === "body")?.schema;
      return schema ? faultsOf(operation, `body of ${operation.id}`, schema, body) : [];
    },
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

/** Described as an object, and a list of operations on the wire (published examples, RFC 6902). */
const PATCH_DOCUMENT: Schema = {
  type: "array",
  items: {
    type: "object",
    required: ["op", "path"],
    properties: {
      op: { enum: ["add", "remove", "replace", "move", "copy", "test"] },
      path: { type: "string" },
      from: {},
      value: {},
    },
    additionalProperties: false,
  },
};

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
