/**
 * JSON Patch as work item tracking takes it: applied by rfc6902 to a document of the item, and read back as writes of
 * fields, formats and relations.
 *
 * @packageDocumentation
 */
import { applyPatch, Pointer } from "rfc6902";
import type { Operation } from "rfc6902";
import { z } from "zod";
import type { FieldWrite } from "./content.ts";
import { AzureDevOpsError } from "./errors.ts";
import { fieldNamed } from "./fields.ts";
import { badPatch, changedMeanwhile } from "./work-item-errors.ts";

/** Published: the operations; `from` is null where it is not needed. */
const Step = z.looseObject({
  op: z.enum(["add", "remove", "replace", "move", "copy", "test"]),
  path: z.string(),
  from: z.string().nullish(),
  value: z.unknown().optional(),
});
const Document = z.array(Step).min(1);
export type PatchDocument = z.infer<typeof Document>;

export interface PatchRelation {
  readonly rel: string;
  readonly url: string;
  readonly attributes?: Readonly<Record<string, unknown>> | null;
}

/** What a patch is applied to: an item as a client sees it. */
export interface PatchTarget {
  readonly id: number;
  readonly rev: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly relations: readonly PatchRelation[];
}

export interface Patched {
  readonly writes: readonly FieldWrite[];
  readonly formats: ReadonlyMap<string, string>;
  /** All relations as they are to be; the same objects as before where nothing was done to them. */
  readonly relations: readonly PatchRelation[];
}

/** @throws AzureDevOpsError for a body that is no patch */
export function parsePatch(body: unknown): PatchDocument {
  const parsed = Document.safeParse(body);
  // Assumed: the words; documented: the body is a list.
  if (!parsed.success) throw badPatch("You must pass a valid patch document in the body of the request.");
  return parsed.data;
}

/** @throws AzureDevOpsError when a test fails (412), or a path leads nowhere */
export function applied(target: PatchTarget, document: PatchDocument): Patched {
  const state = {
    id: target.id,
    rev: target.rev,
    fields: { ...target.fields },
    relations: [...target.relations],
    multilineFieldsFormat: {} as Record<string, unknown>,
  };
  const writes = new Map<string, FieldWrite>();
  for (const step of document) {
    const { operation, field } = normalized(step, state.fields);
    const [error] = applyPatch(state, [operation]);
    if (error?.name === "TestError") throw changedMeanwhile(step.path, valueAt(state, operation.path), step.value);
    if (error) throw badPatch(`The path ${step.path} of the operation ${step.op} leads nowhere: ${error.message}.`);
    if (field === undefined || operation.op === "test") continue;
    const value = operation.op === "remove" ? undefined : state.fields[field];
    writes.set(field, { name: field, value, op: step.op === "add" ? "add" : "replace" });
  }
  const formats = Object.entries(state.multilineFieldsFormat).map(([name, format]) => [name, String(format)] as const);
  return { writes: [...writes.values()], formats: new Map(formats), relations: state.relations };
}

/**
 * Field names are the same in any letter case, and by their display name (assumed); a field that has no value can be
 * replaced, and removed (assumed); nothing but fields, formats and relations can be written.
 */
function normalized(
  step: PatchDocument[number],
  values: Record<string, unknown>,
): { operation: Operation; field?: string } {
  const { op, path, from, value } = step;
  const [root = "", name = "", ...rest] = segmentsOf(path);
  const area = root.toLowerCase();
  if (op === "test" && ["rev", "id"].includes(area)) return { operation: { op, path: `/${area}`, value } };
  if (area === "fields" && name !== "" && rest.length === 0) {
    const field = fieldNamed(name)?.referenceName ?? name;
    const pointer = `/fields/${escaped(field)}`;
    if (op === "move" || op === "copy") {
      const [, source = ""] = segmentsOf(from ?? "");
      const origin = `/fields/${escaped(fieldNamed(source)?.referenceName ?? source)}`;
      return { operation: { op, from: origin, path: pointer }, field };
    }
    if (op === "remove" && values[field] === undefined) values[field] = null;
    if (op === "remove") return { operation: { op, path: pointer }, field };
    return { operation: { op: op === "test" ? op : "add", path: pointer, value }, field };
  }
  if (area === "relations" && name !== "" && op !== "move" && op !== "copy") {
    const pointer = ["", area, name, ...rest.map(escaped)].join("/");
    if (op === "remove") return { operation: { op, path: pointer } };
    return { operation: { op: rest.length > 0 && op === "replace" ? "add" : op, path: pointer, value } };
  }
  if (area === "multilinefieldsformat" && name !== "" && (op === "add" || op === "replace")) {
    return { operation: { op: "add", path: `/multilineFieldsFormat/${escaped(name)}`, value } };
  }
  throw badPatch(`The operation ${op} is not possible for the path ${path}.`);
}

function segmentsOf(path: string): string[] {
  try {
    return Pointer.fromJSON(path).tokens.slice(1);
  } catch {
    throw badPatch(`The path ${path} is no JSON pointer.`);
  }
}

function valueAt(state: object, path: string): unknown {
  return Pointer.fromJSON(path).get(state);
}

function escaped(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** Reported: a patch is believed only under its own content type. */
export function checkPatchType(method: string, contentType: string | undefined): void {
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json-patch+json") return;
  const message = `The request indicated a Content-Type of "${type}" for method type "${method}" which is not supported. Valid content types for this method are: application/json-patch+json.`;
  throw new AzureDevOpsError(415, "VssRequestContentTypeNotSupportedException", message);
}
