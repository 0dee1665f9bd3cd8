import type { Call, GraphClient } from "../../connectors/graph/index.ts";
import { usersById } from "./graph-users.ts";
import type { Judge } from "./judge.ts";
import type { GraphUser } from "./mapping.ts";

export interface Completing {
  readonly client: GraphClient;
  readonly select: readonly string[];
  readonly call: Call;
  readonly judge: Judge;
  readonly isLinked: (id: string) => Promise<boolean>;
}

/**
 * The users of a delta as they are now. A change carries at least what changed (documented), so that members of whom
 * something is missing are read; of others not everything needs to be there.
 *
 * @returns `gone`: ids of those that were deleted
 */
export async function completed(
  changes: readonly GraphUser[],
  { client, select, call, judge, isLinked }: Completing,
): Promise<{ readonly whole: readonly GraphUser[]; readonly gone: readonly string[] }> {
  const gone: string[] = [];
  const partial: GraphUser[] = [];
  const whole: GraphUser[] = [];
  for (const user of changes) {
    // Documented: reason "changed" is a deletion that can be taken back, "deleted" one that cannot.
    if (user["@removed"] !== undefined) gone.push(user.id);
    else if (judge.isMember(user.id) && select.some((property) => !(property in user))) partial.push(user);
    else whole.push(user);
  }
  const found = await usersById(
    client,
    partial.map(({ id }) => id),
    select,
    call,
  );
  for (const [index, user] of partial.entries()) {
    const now = found[index];
    if (now !== undefined) whole.push(now);
    else if (await isLinked(user.id)) gone.push(user.id);
    // Documented: a new object can be missing for a while where it is read by id; its first change holds all it has.
    else whole.push(user);
  }
  return { whole, gone };
}
