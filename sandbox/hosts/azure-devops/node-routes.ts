/**
 * Areas and iterations: read, made, renamed, dated, deleted.
 *
 * @packageDocumentation
 */
import { listed, needed, wholeNumber } from "./call.ts";
import type { Call, Route } from "./call.ts";
import { AzureDevOpsError, invalidArgument } from "./errors.ts";
import { identityOf } from "./identities.ts";
import { childrenOf, fieldPath, isUnder, namesOf, nodeAt } from "./nodes.ts";
import type { NodeTrees, Tree, TreeNode } from "./nodes.ts";
import { ORGANIZATION } from "./organization.ts";
import type { Project } from "./organization.ts";
import { updateItem } from "./saves.ts";
import { newest, stateOf, tracking } from "./tracking.ts";
import type { Tracking } from "./tracking.ts";
import type { World } from "../../world.ts";

function treesOf(call: Call): NodeTrees {
  return stateOf(call.store, needed(call)).trees;
}

/** By name or by the client's number. */
function treeOf(call: Call): Tree {
  const { areas, iterations } = treesOf(call);
  const group = call.params["group"]?.toLowerCase();
  if (group === "areas" || group === "0") return areas;
  if (group === "iterations" || group === "1") return iterations;
  throw invalidArgument(`The value '${group}' of 'structureGroup' is not valid.`);
}

/** Reported: code and status of a path that leads nowhere. */
function notFound(path: string): AzureDevOpsError {
  const message = `VS402485: The specified node path ${path} does not exist, or you do not have permission to access it.`;
  return new AzureDevOpsError(404, "WorkItemTrackingTreeNodeNotFoundException", message);
}

function nodeOf(call: Call, tree: Tree): TreeNode {
  const path = call.params["*"] ?? "";
  const names = path.split("/").filter((name) => name !== "");
  const node = nodeAt(tree, names);
  if (!node) throw notFound(path);
  return node;
}

function answer(call: Call, tree: Tree, node: TreeNode, depth: number): object {
  const children = childrenOf(tree, node.id);
  const names = namesOf(tree, node.id);
  const group = tree.type === "area" ? "Area" : "Iteration";
  const root = `https://dev.azure.com/${ORGANIZATION}/${needed(call).id}/_apis/wit/classificationNodes/${group}s`;
  const address = [root, ...names.map(encodeURIComponent)].join("/");
  return {
    id: node.id,
    identifier: node.identifier,
    name: node.parent === null ? needed(call).name : node.name,
    structureType: tree.type,
    hasChildren: children.length > 0,
    ...(children.length > 0 && depth > 0 && { children: children.map((each) => answer(call, tree, each, depth - 1)) }),
    ...(Object.keys(node.attributes).length > 0 && { attributes: node.attributes }),
    // Documented: with the kind of tree behind the project, unlike the paths in fields.
    path: `\\${[needed(call).name, group, ...names].join("\\")}`,
    _links: {
      self: { href: address },
      ...(node.parent !== null && {
        parent: { href: [root, ...names.slice(0, -1).map(encodeURIComponent)].join("/") },
      }),
    },
    url: address,
  };
}

function depthOf(call: Call): number {
  return wholeNumber(call.query, "$depth") ?? 0;
}

function roots(call: Call): object {
  const { areas, iterations } = treesOf(call);
  const ids = call.query.get("ids")?.split(",").map(Number);
  const depth = depthOf(call);
  if (!ids) return listed([areas, iterations].map((tree) => answer(call, tree, rootOf(tree), depth)));
  const omit = ["omit", "2"].includes((call.query.get("errorpolicy") ?? "").toLowerCase());
  return listed(
    ids.map((id) => {
      const tree = [areas, iterations].find((each) => each.nodes[id]);
      const node = tree?.nodes[id];
      if (tree && node) return answer(call, tree, node, depth);
      if (omit) return null;
      throw notFound(String(id));
    }),
  );
}

function rootOf(tree: Tree): TreeNode {
  const root = tree.nodes[tree.root];
  if (!root) throw new Error(`The tree of ${tree.type}s has no root.`);
  return root;
}

/** Documented: names may not have these. */
const FORBIDDEN = /[\\/:*?"<>|;#$&%+\p{Cc}]/u;

function create(call: Call): object {
  const tree = treeOf(call);
  const parent = nodeOf(call, tree);
  const { name, attributes } = (call.body ?? {}) as { name?: unknown; attributes?: Record<string, string> };
  if (typeof name !== "string" || name.trim() === "" || FORBIDDEN.test(name)) {
    throw invalidArgument(`VS402371: The name '${String(name)}' of the classification node is not valid.`);
  }
  if (childrenOf(tree, parent.id).some((each) => each.name.toLowerCase() === name.toLowerCase())) {
    const message = `VS402371: Classification node name ${name} is already in use by a different node under the same parent.`;
    throw new AzureDevOpsError(409, "ClassificationNodeDuplicateNameException", message);
  }
  const node = addNode(call.store, tree, parent.id, name, attributes ?? {});
  return call.reply.status(201).send(answer(call, tree, node, 0));
}

export function addNode(
  store: Tracking,
  tree: Tree,
  parent: number,
  name: string,
  attributes: Readonly<Record<string, string>> = {},
): TreeNode {
  const id = (store.data.lastNodeId += 1);
  const identifier = store.world.guid("classification node", String(id));
  const node = { id, identifier, name, parent, attributes };
  tree.nodes[id] = node;
  return node;
}

function update(call: Call): object {
  const tree = treeOf(call);
  const node = nodeOf(call, tree);
  const { name, attributes } = (call.body ?? {}) as { name?: unknown; attributes?: Record<string, string> | null };
  if (typeof name === "string" && name !== "") {
    if (node.parent === null || FORBIDDEN.test(name))
      throw invalidArgument(`VS402371: The name '${name}' is not valid.`);
    node.name = name;
  }
  if (attributes) node.attributes = { ...node.attributes, ...attributes };
  return answer(call, tree, node, 0);
}

/** Documented: items below it go to the node `$reclassifyId`, which has to be named when there are any (assumed). */
function remove(call: Call): object {
  const tree = treeOf(call);
  const node = nodeOf(call, tree);
  if (node.parent === null) throw invalidArgument("The root cannot be deleted.");
  const reclassifyId = wholeNumber(call.query, "$reclassifyid");
  const below = Object.values(tree.nodes).filter(({ id }) => isUnder(tree, id, node.id));
  const ids = new Set(below.map(({ id }) => id));
  const items = Object.values(call.store.data.items).filter((item) => {
    const { areaId, iterationId } = newest(item);
    return !item.deleted && ids.has(tree.type === "area" ? areaId : iterationId);
  });
  const target = reclassifyId === undefined ? undefined : tree.nodes[reclassifyId];
  if (items.length > 0 && (!target || ids.has(target.id))) {
    throw invalidArgument("VS402370: The node has work items: name another node in $reclassifyId.");
  }
  if (target) {
    const value = fieldPath(tree, target.id, needed(call).name);
    const path = tree.type === "area" ? "/fields/System.AreaPath" : "/fields/System.IterationPath";
    for (const { id } of items)
      updateItem(call.store, id, [{ op: "add", path, value }], { by: identityOf(call.caller) });
  }
  for (const id of ids) delete tree.nodes[id];
  return call.reply.status(204).send();
}

/**
 * The node of a path below the root, with whatever of it is missing made on the way: for projects that are made by hand.
 *
 * @returns its id
 */
export function ensureNode(world: World, project: Project, type: Tree["type"], names: readonly string[]): number {
  const store = tracking(world);
  const { areas, iterations } = stateOf(store, project).trees;
  const tree = type === "area" ? areas : iterations;
  let at = tree.root;
  for (const name of names) {
    const parent = at;
    const known = childrenOf(tree, parent).find((each) => each.name.toLowerCase() === name.toLowerCase());
    at = (known ?? addNode(store, tree, parent, name)).id;
  }
  return at;
}

const read = { scope: "vso.work", project: "needed" } as const;
const write = { scope: "vso.work_write", project: "needed" } as const;
const one = "/wit/classificationnodes/:group";

export const nodeRoutes: readonly Route[] = [
  { method: "GET", path: "/wit/classificationnodes", ...read, handler: roots },
  ...[one, `${one}/*`].flatMap((path): Route[] => [
    {
      method: "GET",
      path,
      ...read,
      handler: (call) => answer(call, treeOf(call), nodeOf(call, treeOf(call)), depthOf(call)),
    },
    { method: "POST", path, ...write, handler: create },
    { method: "PATCH", path, ...write, handler: update },
    { method: "DELETE", path, ...write, handler: remove },
  ]),
];
