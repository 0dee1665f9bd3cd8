/**
 * Members of protected groups who were deleted in Entra. Graph takes whoever is deleted out of all groups, at the very
 * moment at which protection is needed: so whoever is no longer a member is looked up, and stays protected when gone.
 *
 * @packageDocumentation
 */
import { type Call, type GraphClient, batchGet } from "../../connectors/graph/index.ts";
import { commitAll, type State } from "../../state/session.ts";

const PARTITION = "users-protected-members";

export interface ProtectedMembersRequest {
  readonly client: GraphClient;
  readonly call: Call;
  /** Ids of the groups: what was remembered of others does not count. */
  readonly groups: readonly string[];
  /** Who is a member now. */
  readonly members: ReadonlySet<string>;
  readonly state: State;
  /** Nothing may be stored. */
  readonly dryRun: boolean;
}

/** Members, and those of earlier runs who have been deleted since. */
export async function protectedMembers(request: ProtectedMembersRequest): Promise<ReadonlySet<string>> {
  const { client, call, members, state, dryRun } = request;
  const groups = [...request.groups].sort().join(" ");
  const before = new Map<string, boolean>();
  for await (const page of state.list(PARTITION)) {
    for (const { key, value } of page) before.set(key, value === groups);
  }
  const gone = [...before].flatMap(([id, isOurs]) => (isOurs && !members.has(id) ? [id] : []));
  const paths = gone.map((id) => `/users/${id}?$select=id`);
  const found = await batchGet(client, paths, call);
  const kept = new Set([...members, ...gone.filter((_, index) => found[index] === undefined)]);
  if (!dryRun) {
    await commitAll(state, [
      ...[...members]
        .filter((id) => before.get(id) !== true)
        .map((key) => ({ partition: PARTITION, key, value: groups })),
      ...[...before.keys()].filter((id) => !kept.has(id)).map((key) => ({ partition: PARTITION, key })),
    ]);
  }
  return kept;
}

/** Nobody is protected by a group any more: what was remembered goes with the setting. */
export async function forgetProtectedMembers(state: State): Promise<void> {
  if ((await state.count(PARTITION)) > 0) await state.clear(PARTITION);
}
