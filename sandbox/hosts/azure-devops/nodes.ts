/**
 * Areas and iterations of a project: two trees, each below a root that has the project's name.
 *
 * @packageDocumentation
 */
import type { World } from "../../world.ts";

export type StructureType = "area" | "iteration";

export interface TreeNode {
  readonly id: number;
  readonly identifier: string;
  /** Empty for the root, whose name is the project's. */
  name: string;
  /** `null` for the root. */
  parent: number | null;
  /** Dates of an iteration, ISO 8601. */
  attributes: Readonly<Record<string, string>>;
}

export interface Tree {
  readonly type: StructureType;
  readonly root: number;
  /** By id. */
  readonly nodes: Record<string, TreeNode>;
}

export interface NodeTrees {
  readonly areas: Tree;
  readonly iterations: Tree;
}

export function emptyTree(world: World, projectId: string, type: StructureType, id: number): Tree {
  const identifier = world.guid("classification node", projectId, type);
  return { type, root: id, nodes: { [id]: { id, identifier, name: "", parent: null, attributes: {} } } };
}

export function childrenOf(tree: Tree, id: number): TreeNode[] {
  return Object.values(tree.nodes).filter(({ parent }) => parent === id);
}

/** Names from the root down, without the root's. */
export function namesOf(tree: Tree, id: number): string[] {
  const names: string[] = [];
  for (let node = tree.nodes[id]; node && node.parent !== null; node = tree.nodes[node.parent]) {
    names.unshift(node.name);
  }
  return names;
}

/** As work items have it: `Project\Release 1\Sprint 2` (published examples). */
export function fieldPath(tree: Tree, id: number, projectName: string): string {
  return [projectName, ...namesOf(tree, id)].join("\\");
}

/** A node by its names below the root, whatever their letter case. */
export function nodeAt(tree: Tree, names: readonly string[]): TreeNode | undefined {
  let node = tree.nodes[tree.root];
  for (const name of names) {
    const parent: TreeNode | undefined = node;
    if (!parent) return undefined;
    node = childrenOf(tree, parent.id).find((each) => each.name.toLowerCase() === name.toLowerCase());
  }
  return node;
}

/** A node by a path that begins with the project's name; slashes lead nowhere (reported). */
export function nodeByFieldPath(tree: Tree, path: string, projectName: string): TreeNode | undefined {
  const [first = "", ...names] = path.replace(/^\\/, "").split("\\");
  return first.toLowerCase() === projectName.toLowerCase() ? nodeAt(tree, names) : undefined;
}

/** Is the one below the other, or the same? */
export function isUnder(tree: Tree, id: number, ancestor: number): boolean {
  for (let node = tree.nodes[id]; node; node = node.parent === null ? undefined : tree.nodes[node.parent]) {
    if (node.id === ancestor) return true;
  }
  return false;
}
