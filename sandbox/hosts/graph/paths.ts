import { KEY_PREFIX } from "./lookup.ts";

/**
 * Brings the ways of writing a path to one: the alias `/v1.0/myorganization` (documented: CLI for Microsoft 365 uses
 * it), and objects by key or in parentheses: `applications(appId='x')`, `users('x')`, functions as
 * `delta()`.
 */
export function rewrite(url: string): string {
  const [path = "", ...query] = url.split("?");
  const plain = path
    .replace(/^\/(v1\.0|beta)\/myorganization(?=\/|$)/i, "/$1")
    .replace(/\/(?:microsoft\.graph\.)?delta(?:\(\))?$/i, "/delta")
    .replace(/\/(\w+)\((?:(\w+)=)?(?:'|%27)([^/]*?)(?:'|%27)\)/gi, (_all, set: string, key: string, value: string) => {
      return `/${set}/${key === undefined ? "" : KEY_PREFIX}${value}`;
    });
  return [plain, ...query].join("?");
}
