/**
 * Load by identity in a sliding window of five minutes, and the headers that tell of it (documented). What a request
 * costs is assumed, and so is where delays begin and refusals do. Nothing is delayed here: what the service would have
 * held back is told in `X-RateLimit-Delay` and in `Retry-After`, which comes with 200 too.
 *
 * @packageDocumentation
 */
import type { FastifyReply } from "fastify";
import type { World } from "../../world.ts";
import { azureDevOpsBehaviour } from "./behaviour.ts";
import { AzureDevOpsError } from "./errors.ts";

const WINDOW = 5 * 60 * 1000;
/** Documented: the longest delay, in seconds. */
const LONGEST_DELAY = 30;
/** Assumed: the share of the limit at which requests are refused. */
const REJECTED_FROM = 1.5;

interface Load {
  /** What was caused when, oldest first. */
  readonly entries: { readonly at: number; cost: number }[];
  used: number;
}

const loads = new WeakMap<World, Map<string, Load>>();

function loadOf(world: World, id: string): Load {
  let known = loads.get(world);
  if (!known) loads.set(world, (known = new Map<string, Load>()));
  let load = known.get(id);
  if (!load) known.set(id, (load = { entries: [], used: 0 }));
  return load;
}

/** @throws AzureDevOpsError 429 when the caller has caused too much; its headers are on the reply already */
export function admit(world: World, callerId: string, reply: FastifyReply): void {
  const { loadLimit, loadOfRequest, loadToldFrom } = azureDevOpsBehaviour(world);
  const load = loadOf(world, callerId);
  const now = world.now().getTime();
  forget(load, now);
  const share = load.used / loadLimit;
  if (share >= loadToldFrom) {
    const delay = share <= 1 ? 0 : Math.min(LONGEST_DELAY, (share - 1) * LONGEST_DELAY * 2);
    const newest = load.entries.at(-1)?.at ?? now;
    void reply.headers({
      // The reset is told by the same clock.
      date: world.now().toUTCString(),
      "x-ratelimit-resource": "WorkItemTracking",
      "x-ratelimit-limit": String(loadLimit),
      "x-ratelimit-remaining": String(Math.max(0, Math.floor(loadLimit - load.used))),
      // Documented: when all of it would be gone, if nothing more was asked.
      "x-ratelimit-reset": String(Math.ceil((newest + WINDOW) / 1000)),
      ...(delay > 0 && { "x-ratelimit-delay": delay.toFixed(3), "retry-after": String(Math.ceil(delay)) }),
    });
  }
  if (share >= REJECTED_FROM) {
    const message =
      "TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource 'WorkItemTracking' in namespace 'User'.";
    throw new AzureDevOpsError(429, "RequestBlockedException", message);
  }
  charge(world, callerId, loadOfRequest);
}

/** Adds what a request turned out to cost, e.g. by the items that it read. */
export function chargeItems(world: World, callerId: string, items: number): void {
  charge(world, callerId, items * azureDevOpsBehaviour(world).loadOfItem);
}

function charge(world: World, callerId: string, cost: number): void {
  const load = loadOf(world, callerId);
  const at = Math.floor(world.now().getTime() / 1000) * 1000;
  const last = load.entries.at(-1);
  if (last?.at === at) last.cost += cost;
  else load.entries.push({ at, cost });
  load.used += cost;
}

function forget(load: Load, now: number): void {
  for (let oldest = load.entries[0]; oldest && oldest.at <= now - WINDOW; oldest = load.entries[0]) {
    load.used -= oldest.cost;
    load.entries.shift();
  }
  if (load.entries.length === 0) load.used = 0;
}
