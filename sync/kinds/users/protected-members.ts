/**
 * Members of protected groups, who are never disabled. Graph takes whoever is deleted out of all groups, at the very
 * moment at which protection is needed: so whoever is no longer a member is looked up, and stays protected when gone.
 *
 * @packageDocumentation
 */
import { type Call, type GraphClient, usersById } from "../../connectors/graph/index.ts";
import { commitAll, entitiesIn, type State } from "../../state/session.ts";

interface ProtectedGroups {
  /** What was remembered of other groups does not count. */
  readonly ids: readonly string[];
  /** Who is a member now, of those who are known. */
  readonly members: ReadonlySet<string>;
  readonly know: (ids: readonly string[]) => Promise<void>;
}

interface MembersRequest {
  readonly client: GraphClient;
  readonly state: State;
  /** Nothing may be stored. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

const MEMBERS = "users-protected-members";

/**
 * Members, and those of earlier runs who have been deleted since.
 *
 * @param of absent where no group is protected
 */
export async function readProtectedMembers(
  { client, state, dryRun, signal }: MembersRequest,
  of: ProtectedGroups | undefined,
): Promise<ReadonlySet<string> | undefined> {
  if (!of) {
    // What was remembered goes with the setting.
    if (!dryRun && (await state.count(MEMBERS)) > 0) await state.clear(MEMBERS);
    return undefined;
  }
  const { members, know } = of;
  const groups = [...of.ids].sort().join(" ");
  const before = new Map((await entitiesIn(state, MEMBERS)).map(({ key, value }) => [key, value === groups]));
  await know([...before.keys()]);
  const gone = [...before].flatMap(([id, isOurs]) => (isOurs && !members.has(id) ? [id] : []));
  const call: Call = { doing: "look up the protected accounts", needs: ["User.Read.All"], signal };
  const found = await usersById(client, gone, ["id"], call);
  const kept = new Set([...members, ...gone.filter((_, index) => found[index] === undefined)]);
  if (!dryRun) {
    await commitAll(state, [
      ...[...members]
        .filter((id) => before.get(id) !== true)
        .map((key) => ({ partition: MEMBERS, key, value: groups })),
      ...[...before.keys()].filter((id) => !kept.has(id)).map((key) => ({ partition: MEMBERS, key })),
    ]);
  }
  return kept;
}
