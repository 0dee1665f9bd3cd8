import type { TrackedKind } from "../../directory/model.ts";
import { graphFaults } from "../../directory/faults.ts";
import type { World } from "../../world.ts";
import { GraphError, malformed } from "./errors.ts";

/** Where a delta round stands; what its links carry, so that nothing about readers is kept. */
export interface DeltaState {
  readonly kind: TrackedKind;
  /** Fixed by the first call (documented); absent: the default properties. */
  readonly select?: readonly string[];
  /** Only these objects; fixed by the first call. */
  readonly ids?: readonly string[];
  /** A round reads all objects, or the changes from a position of the log on. */
  readonly from?: number;
  /** Position of the log when the round began: the next one starts there. */
  readonly to: number;
  /** Place of the next object (all objects), or number of the next slot (changes). */
  readonly next?: number;
  /** Position of the next member of the group at `next`: large groups are spread over pages (documented). */
  readonly member?: number;
  /** All data was given: so many empty pages with a next link still come before the delta link. */
  readonly tail?: number;
  /** When the link was given out, in milliseconds of the world's clock. */
  readonly issued: number;
}

/** Documented: life of a delta token of directory objects. */
const LIFETIME = 7 * 86_400_000;

export function encodeState(state: DeltaState): string {
  return Buffer.from(JSON.stringify(state)).toString("base64url");
}

/**
 * @param restart link that begins the same query again, for the `Location` of a 410
 * @throws GraphError 400 for what is no token of this query, 410 (or 400 by the faults) for an expired one
 */
export function decodeState(
  world: World,
  token: string,
  kind: TrackedKind,
  restart: (state: DeltaState) => string,
): DeltaState {
  const state = read(token);
  if (state?.kind !== kind) throw malformed("Badly formed token.");
  const faults = graphFaults(world);
  const expiredBefore = Math.max(
    world.now().getTime() - LIFETIME,
    faults.deltaTokensExpiredBefore === null ? 0 : Date.parse(faults.deltaTokensExpiredBefore),
  );
  if (state.issued > expiredBefore) return state;
  const message = "The sync state generation is not found; continuing the delta requires a full synchronization.";
  // Documented: both answers occur. 410 names the link to begin again with.
  throw faults.expiredDeltaToken === 410
    ? new GraphError(410, "syncStateNotFound", message, { location: restart(state) })
    : new GraphError(400, "syncStateNotFound", message);
}

function read(token: string): DeltaState | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    return typeof value === "object" && value !== null && "issued" in value ? (value as DeltaState) : undefined;
  } catch {
    // Not JSON: somebody else's token, or a cut one. The caller answers it.
    return undefined;
  }
}
