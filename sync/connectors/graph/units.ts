/**
 * What a call costs in Graph's resource units, by its documented table for identity objects. Pure.
 *
 * @packageDocumentation
 */

/** Path patterns with another cost than 1, the first that fits counts. Documented. */
const costs: readonly (readonly [RegExp, number])[] = [
  [/\/transitivemembers(\/|$)/, 5],
  [/^\/groups\/[^/]+\/members(\/|$)/, 3],
  [/\/(getbyids|getobjectsbyid)$/, 3],
  [/^\/(users|applications|oauth2permissiongrants)$/, 2],
  // Not in the table: taken for the list that it stands for.
  [/^\/users\/delta(\(\))?$/, 2],
  [/\/approleassignments(\/|$)/, 2],
];

/**
 * The units of one request: what its path costs, one less with `$select` or with `$top` below 20, one more with
 * `$expand`, and never less than 1.
 *
 * @param path under `/v1.0`, or a whole URL of Graph
 */
export function unitsOf(path: string): number {
  const { pathname, searchParams } = new URL(path.startsWith("/") ? `https://graph${path}` : path);
  const resource = pathname.toLowerCase().replace(/^\/(v1\.0|beta)(?=\/)/, "");
  const base = costs.find(([pattern]) => pattern.test(resource))?.[1] ?? 1;
  const options = new Set([...searchParams.keys()].map((name) => name.toLowerCase().replace(/^\$/, "")));
  const top = Number(searchParams.get("$top") ?? Number.NaN);
  const cost = base - (options.has("select") ? 1 : 0) - (top < 20 ? 1 : 0) + (options.has("expand") ? 1 : 0);
  return Math.max(1, cost);
}

/** How many users a page of users holds: what tells how large a tenant is at least. */
export function usersIn(path: string, answer: unknown): number {
  if (!/\/users(\/delta(\(\))?)?(\?|$)/i.test(path)) return 0;
  const { value } = (answer ?? {}) as { readonly value?: unknown };
  return Array.isArray(value) ? value.length : 0;
}

/** The units of a request, those of its parts where it is a `$batch`. */
export function unitsOfRequest(path: string, body?: object): number {
  const { requests } = (body ?? {}) as { readonly requests?: readonly { readonly url?: unknown }[] };
  if (requests === undefined) return unitsOf(path);
  let units = 0;
  for (const { url } of requests) units += typeof url === "string" ? unitsOf(url) : 1;
  return Math.max(1, units);
}
