/**
 * What the stand-in answers, as a table made from the routes of its hosts: `node sandbox/routes-table.ts` writes it into
 * the README.
 *
 * @packageDocumentation
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { armTypes } from "./hosts/arm/index.ts";
import { personRoutes } from "./hosts/graph/me.ts";
import { routes } from "./hosts/graph/routes.ts";
import { SERVER_HOST } from "./hosts/azure-devops/collection.ts";
import { startHosts } from "./hosts/index.ts";
import { createWorld } from "./world.ts";

export const README = join(import.meta.dirname, "README.md");
const BEGIN = "<!-- made by routes-table.ts -->";
const END = "<!-- end -->";

interface Answered {
  readonly path: string;
  readonly methods: readonly string[];
}

/** The README with the table as it has to be now. */
export async function withTable(readme: string): Promise<string> {
  const [before = "", rest = ""] = readme.split(BEGIN);
  const [, after = ""] = rest.split(END);
  return `${before}${BEGIN}\n\n${await table()}\n\n${END}${after}`;
}

async function table(): Promise<string> {
  const running = await startHosts(createWorld({ users: 1, rooms: 1, roomLists: 1 }));
  // What the server's collection answers is what the cloud's organization does.
  const listed = running.filter(({ names }) => !names.includes(SERVER_HOST));
  const sections = listed.map(({ names: [name = ""], app }) => {
    if (name === "graph.microsoft.com") return [name, graphPaths()] as const;
    if (name === "management.azure.com") return [name, armPaths()] as const;
    return [name, treePaths(app.printRoutes({ commonPrefix: false }))] as const;
  });
  for (const { app } of running) await app.close();
  const rows = sections.flatMap(([host, paths]) =>
    paths.map(({ path, methods }) => `| ${host} | \`${path}\` | ${methods.join(" ")} |`),
  );
  return aligned(["| host | path | methods |", "| - | - | - |", ...rows]);
}

/** What counts, references and casts of a collection are is told in its own row. */
function graphPaths(): Answered[] {
  const found = new Map<string, Set<string>>([["/$batch", new Set(["POST"])]]);
  const add = (path: string, word: string) => found.set(path, (found.get(path) ?? new Set()).add(word));
  for (const { method, path } of [...routes, ...personRoutes]) {
    const [, base = "", cast, extra] = /^(.*?)(\/microsoft\.graph\.\w+)?(\/\$count|\/\$ref)?$/.exec(path) ?? [];
    // The casts of places and of what was deleted are collections of their own.
    const isOwn = base === "/places" || base.endsWith("/deletedItems") || method !== "GET";
    const view = cast ?? extra;
    if (isOwn || view === undefined) add(path, method);
    else add(base, `\`${view.slice(1)}\``);
  }
  return [...found].map(([path, methods]) => ({ path, methods: [...methods] }));
}

function armPaths(): Answered[] {
  return armTypes.map(({ name, handlers }) => ({ path: name, methods: Object.keys(handlers) }));
}

/** The routes of the web framework, from the tree that it draws. */
function treePaths(tree: string): Answered[] {
  const parents: string[] = [];
  return tree.split("\n").flatMap((line) => {
    const [, indent = "", path = "", methods = ""] = /^((?:│ {3}| {4})*)[├└]── (\S+)(?: \(([^)]*)\))?/.exec(line) ?? [];
    if (path === "") return [];
    const depth = indent.length / 4;
    parents.splice(depth, Infinity, path);
    const shown = methods.split(", ").filter((method) => method !== "" && method !== "HEAD");
    return shown.length === 0 ? [] : [{ path: parents.join(""), methods: shown }];
  });
}

/** As the formatter of the project has it. */
function aligned(rows: readonly string[]): string {
  const cells = rows.map((row) => row.slice(2, -2).split(" | "));
  const widths = [0, 1, 2].map((at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells
    .map((row, index) => {
      const padded = row.map((cell, at) => (index === 1 ? "-".repeat(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)));
      return `| ${padded.join(" | ")} |`;
    })
    .join("\n");
}

async function write(): Promise<void> {
  writeFileSync(README, await withTable(readFileSync(README, "utf8")));
}

if (import.meta.filename === argv[1]) void write();
