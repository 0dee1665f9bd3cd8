/**
 * What a fault is and which requests it meets; nothing here touches a connection.
 *
 * @packageDocumentation
 */
import { z } from "zod";

/** What happens to a request that a rule meets. */
export const FaultAction = z.union([
  /** Answered without asking the host; the body is the system's own for that status unless given. */
  z.strictObject({
    /** An error; or 203, with which Azure DevOps shows its page for signing in (reported). */
    status: z.int().min(400).max(599).or(z.literal(203)),
    /** Seconds, for the header `Retry-After`; without it the header is absent. */
    retryAfter: z.number().nonnegative().optional(),
    /** JSON, or a string that is sent as it is. */
    body: z.unknown().optional(),
  }),
  /** The connection is reset before the host hears of the request. */
  z.strictObject({ reset: z.literal(true) }),
  /** The host does what was asked, and the connection ends after so many bytes of its answer; shorter ones pass. */
  z.strictObject({ cut: z.int().nonnegative() }),
  /** Milliseconds that the request waits before it goes on; the only action that others may follow. */
  z.strictObject({ delayMs: z.number().nonnegative() }),
]);
export type FaultAction = z.infer<typeof FaultAction>;

/** A fault: the requests that it is about, how often, and what happens. Whatever is left out matches everything. */
export const FaultRule = z.strictObject({
  /** Host name; `*` stands for any characters. */
  host: z.string().min(1).optional(),
  method: z.string().min(1).optional(),
  /** Path, `*` for any characters. With a `?` in it, path and query as they were sent. Letter case never matters. */
  path: z.string().startsWith("/").or(z.string().startsWith("*")).optional(),
  /** Matching requests that pass before the first one is met. Default 0. */
  after: z.int().nonnegative().optional(),
  /** Requests that are met before the rule is spent. Default: all. */
  times: z.int().positive().optional(),
  then: FaultAction,
});
export type FaultRule = z.infer<typeof FaultRule>;

export interface FaultRequest {
  readonly host: string;
  readonly method: string;
  /** Path and query. */
  readonly url: string;
}

/** Whether a request is one that the rule is about; `after` and `times` are not looked at. */
export function matches(rule: FaultRule, request: FaultRequest): boolean {
  const [path = ""] = request.url.split("?");
  return (
    (rule.host === undefined || glob(rule.host).test(request.host)) &&
    (rule.method === undefined || rule.method.toUpperCase() === request.method.toUpperCase()) &&
    (rule.path === undefined || glob(rule.path).test(rule.path.includes("?") ? request.url : path))
  );
}

/** Whether a rule meets the next matching request, `seen` of which came before. */
export function isDue(rule: FaultRule, seen: number): boolean {
  const first = rule.after ?? 0;
  return seen >= first && (rule.times === undefined || seen < first + rule.times);
}

const patterns = new Map<string, RegExp>();

function glob(pattern: string): RegExp {
  let compiled = patterns.get(pattern);
  if (!compiled) {
    const source = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
    compiled = new RegExp(`^${source.join(".*")}$`, "is");
    patterns.set(pattern, compiled);
  }
  return compiled;
}
