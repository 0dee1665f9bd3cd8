import type { Route } from "./call.ts";
import { notAllowed, notHere } from "./errors.ts";
import { parsePath, patternOf } from "./paths.ts";
import type { ServicePath, Target } from "./paths.ts";

export interface Found<T> {
  readonly path: ServicePath;
  readonly served: T;
  /** Values of the path's parameters, by the names that the route gives them. */
  readonly params: Readonly<Record<string, string>>;
}

/** OData's own rules: what can be done with what a path leads to. */
const methods: Readonly<Record<Target, readonly string[]>> = {
  collection: ["GET", "POST"],
  object: ["GET", "PATCH", "PUT", "DELETE"],
  property: ["GET", "PATCH", "PUT", "DELETE"],
  count: ["GET"],
  references: ["GET", "POST", "DELETE"],
  reference: ["GET", "PUT", "DELETE"],
  action: ["POST"],
  function: ["GET"],
};

/** Finds what answers a request; what Graph has and the stand-in has not is said to be so, and never a missing object. */
export function routerOf<T extends { readonly route: Pick<Route, "method" | "path"> }>(all: readonly T[]) {
  const table = new Map(all.map((each) => [`${each.route.method} ${patternOf(each.route.path).pattern}`, each]));

  return {
    /** @throws GraphError 400 or 501 */
    find(method: string, rawPath: string): Found<T> {
      const path = parsePath(rawPath);
      const served = table.get(`${method} ${path.pattern}`);
      if (!served && path.target && !methods[path.target].includes(method)) throw notAllowed();
      if (!served) throw notHere(`${method} ${path.pattern.replaceAll("/:", "/{id}")}`);
      const { names } = patternOf(served.route.path);
      return { path, served, params: Object.fromEntries(names.map((name, at) => [name, path.keys[at] ?? ""])) };
    },
  };
}
