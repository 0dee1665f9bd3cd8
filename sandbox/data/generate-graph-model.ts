/**
 * Makes `graph-model.json` of Microsoft's published entity model (msgraph-metadata, v1.0), which is no part of this
 * project: `node sandbox/data/generate-graph-model.ts <v1.0-metadata.xml>`.
 *
 * @packageDocumentation
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { argv } from "node:process";
import { MODEL_FILE, refOf } from "./graph-model.ts";
import type { GraphModel, ModelType, Operation, TypeText } from "./graph-model.ts";

const require = createRequire(import.meta.url);
// CommonJS without types.
const { xml2json } = require("odata-csdl") as { xml2json: (xml: string) => Record<string, unknown> };

/** The entity types that the stand-in answers with, takes, or leads through. */
const SERVED = [
  ...["administrativeUnit", "appManagementPolicy", "appRoleAssignment", "application", "auditLogRoot", "calendar"],
  ...[
    "directory",
    "directoryAudit",
    "directoryObject",
    "directoryRole",
    "domain",
    "extensionProperty",
    "federatedIdentityCredential",
    "group",
    "message",
  ],
  ...["oAuth2PermissionGrant", "organization", "place", "policyRoot", "rbacApplication", "roleManagement"],
  ...["room", "roomList", "servicePrincipal", "unifiedRoleAssignment", "unifiedRoleDefinition"],
  ...["tenantAppManagementPolicy", "user", "workspace"],
];

/** A property, parameter or link in CSDL's JSON. */
interface Member {
  readonly $Kind?: string;
  readonly $Name?: string;
  readonly $Type?: string;
  readonly $Collection?: boolean;
  readonly $Nullable?: boolean;
}
interface Declared {
  readonly $Kind: string;
  readonly $BaseType?: string;
}
interface DeclaredOperation {
  readonly $Kind: "Action" | "Function";
  readonly $IsBound?: boolean;
  readonly $Parameter?: readonly Member[];
  readonly $ReturnType?: Member;
}

/** @param xml the published CSDL */
export function modelOf(xml: string): GraphModel {
  const declared = xml2json(xml)["microsoft.graph"] as Record<string, Declared & Record<string, Member>>;
  const enums: Record<string, string> = {};
  const types: Record<string, ModelType> = {};
  const waiting = [...SERVED];

  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const type = declared[name];
    if (!type || types[name] || enums[name] !== undefined) continue;
    if (type.$Kind === "EnumType") {
      enums[name] = plain(Object.keys(type)).join(" ");
      continue;
    }
    const members = plain(Object.keys(type)).map((each) => [each, type[each] as Member] as const);
    const isLink = ([, { $Kind }]: readonly [string, Member]) => $Kind === "NavigationProperty";
    const properties = Object.fromEntries(members.filter((each) => !isLink(each)).map(asText));
    const base = type.$BaseType === undefined ? undefined : localName(type.$BaseType);
    types[name] = {
      ...(base !== undefined && { base }),
      properties,
      links: Object.fromEntries(members.filter(isLink).map(asText)),
    };
    waiting.push(...Object.values(properties).map(nameIn), ...(base === undefined ? [] : [base]));
    waiting.push(...returned(declared, name).map(nameIn));
  }
  const operations = operationsOf(declared, types);
  const container = declared["GraphService"] as Record<string, Member>;
  const root = Object.fromEntries(
    plain(Object.keys(container)).map((name) => asText([name, container[name] as Member])),
  );
  return { enums: sorted(enums), types: sorted(types), root: sorted(root), operations: sorted(operations) };
}

function operationsOf(declared: object, types: Record<string, ModelType>): Record<string, Operation> {
  const operations: Record<string, Operation> = {};
  for (const [name, { $Kind, $Parameter = [] }] of boundOperations(declared)) {
    const [binding, ...parameters] = $Parameter;
    if (!binding || !types[nameIn(textOf(binding))]) continue;
    const bound = textOf(binding).replace("?", "");
    operations[`${bound}/${name}`] = {
      kind: $Kind,
      parameters: Object.fromEntries(parameters.map((each) => asText([each.$Name ?? "", each]))),
    };
  }
  return operations;
}

/** What operations on a type take and give is served too, where it is no entity. */
function returned(declared: object, type: string): TypeText[] {
  return boundOperations(declared).flatMap(([, { $Kind, $Parameter = [], $ReturnType }]) => {
    const [binding, ...parameters] = $Parameter;
    if ($Kind !== "Action" || !binding || nameIn(textOf(binding)) !== type) return [];
    const isEntity = (text: TypeText) => (declared as Record<string, Declared>)[nameIn(text)]?.$Kind === "EntityType";
    return [...parameters, ...($ReturnType ? [$ReturnType] : [])].map(textOf).filter((text) => !isEntity(text));
  });
}

function boundOperations(declared: object): (readonly [name: string, operation: DeclaredOperation])[] {
  return Object.entries(declared).flatMap(([name, value]: [string, unknown]) =>
    Array.isArray(value)
      ? (value as DeclaredOperation[]).filter(({ $IsBound }) => $IsBound).map((each) => [name, each] as const)
      : [],
  );
}

function asText([name, member]: readonly [string, Member]): [string, TypeText] {
  return [name, textOf(member)];
}

function textOf({ $Type = "Edm.String", $Collection, $Nullable }: Member): TypeText {
  // A collection is never null itself; whether its items are is told by the same word there.
  return `${localName($Type)}${$Collection ? "[]" : $Nullable ? "?" : ""}`;
}

function nameIn(text: TypeText): string {
  return refOf(text).name;
}

function localName(name: string): string {
  return name.replace(/^(microsoft\.)?graph\.|^Edm\./, "");
}

function plain(names: readonly string[]): string[] {
  return names.filter((name) => !/[$@]/.test(name));
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** As the file writes it. */
export function modelText(model: GraphModel): string {
  return `${JSON.stringify(model, null, 2)}\n`;
}

if (import.meta.filename === argv[1]) {
  const source = argv[2];
  if (source === undefined) throw new Error("usage: node sandbox/data/generate-graph-model.ts <v1.0-metadata.xml>");
  writeFileSync(MODEL_FILE, modelText(modelOf(readFileSync(source, "utf8"))));
}
