/**
 * What the stand-in was asked: how often since the last mark, and the newest requests one by one.
 *
 * @packageDocumentation
 */

export interface LoggedRequest {
  readonly host: string;
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  /** The query with its `?`, cut after {@link MAX_QUERY} characters; empty when there is none. */
  readonly query: string;
  /** What was answered; 0 when the connection was dropped before an answer. */
  readonly status: number;
}

export interface RequestCounts {
  readonly total: number;
  /** By host name. */
  readonly hosts: Readonly<Record<string, number>>;
  /** Hosts outside of the stand-in that something tried to reach, `name:port`. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface RequestLog {
  /** Counts since the last mark. */
  counts(): RequestCounts;
  /** The newest requests since the last mark, oldest first; at most {@link MAX_ENTRIES}. */
  entries(): readonly LoggedRequest[];
  /** Begins to count anew. */
  mark(): void;
  record(request: LoggedRequest): void;
  recordRefused(authority: string): void;
}

export const MAX_ENTRIES = 5000;
export const MAX_QUERY = 500;

export function createRequestLog(): RequestLog {
  // A ring: `next` is where the oldest entry is once the ring is full.
  let ring: LoggedRequest[] = [];
  let next = 0;
  let total = 0;
  const hosts = new Map<string, number>();
  const refused = new Map<string, number>();

  return {
    counts: () => ({ total, hosts: Object.fromEntries(hosts), refused: Object.fromEntries(refused) }),
    entries: () => [...ring.slice(next), ...ring.slice(0, next)],
    mark() {
      ring = [];
      next = 0;
      total = 0;
      hosts.clear();
      refused.clear();
    },
    record(request) {
      total += 1;
      hosts.set(request.host, (hosts.get(request.host) ?? 0) + 1);
      const entry = { ...request, query: request.query.slice(0, MAX_QUERY) };
      if (ring.length < MAX_ENTRIES) {
        ring.push(entry);
        return;
      }
      ring[next] = entry;
      next = (next + 1) % MAX_ENTRIES;
    },
    recordRefused(authority) {
      refused.set(authority, (refused.get(authority) ?? 0) + 1);
    },
  };
}
