import type { State } from "../../state/session.ts";
import { USERS_SYNC } from "../../model/user-target.ts";

const PREFIX = `${USERS_SYNC}-`;

/**
 * The state as the source of one sync of users sees it: its partitions, `users-members` for example, begin with the
 * name of that sync.
 */
export function ownPartitions(state: State, sync: string): State {
  const own = (partition: string) => {
    if (!partition.startsWith(PREFIX)) throw new TypeError(`The partition ${partition} is of no sync of users.`);
    return `${sync}-${partition.slice(PREFIX.length)}`;
  };
  return {
    get: (partition, key) => state.get(own(partition), key),
    list: (partition) => state.list(own(partition)),
    count: (partition) => state.count(own(partition)),
    commit: (edits) => state.commit(edits.map((edit) => ({ ...edit, partition: own(edit.partition) }))),
    clear: (partition) => state.clear(own(partition)),
  };
}
