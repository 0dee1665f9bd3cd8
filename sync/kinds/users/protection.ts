/**
 * Who is never disabled: accounts that the settings name, and members of the groups that they name.
 *
 * @packageDocumentation
 */
import type { Call, GraphClient } from "../../connectors/graph/index.ts";
import type { State } from "../../state/session.ts";
import { type Protected, resolveProtected } from "./protected.ts";
import { forgetProtectedMembers, protectedMembers } from "./protected-groups.ts";

export type { Protected } from "./protected.ts";

export interface ProtectionRequest {
  readonly client: GraphClient;
  /** Ids, user principal names and mail addresses. */
  readonly names: readonly string[];
  /** Where the names are in the settings. */
  readonly setting: string;
  /** The protected groups, and who is a member; absent where there are none. */
  readonly groups?: { readonly ids: readonly string[]; readonly members: ReadonlySet<string> };
  readonly state: State;
  /** Nothing may be stored. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

/** @returns `undefined` where the settings protect nobody */
export async function readProtected(request: ProtectionRequest): Promise<Protected | undefined> {
  const { names, groups, state, dryRun, signal } = request;
  const call: Call = { doing: "look up the protected accounts", needs: ["User.Read.All"], signal };
  const named = names.length > 0 ? await resolveProtected({ ...request, call }) : undefined;
  if (groups === undefined) {
    if (!dryRun) await forgetProtectedMembers(state);
    return named;
  }
  const kept = await protectedMembers({ ...request, call, groups: groups.ids, members: groups.members });
  return { ids: new Set([...(named?.ids ?? []), ...kept]), notes: named?.notes ?? [] };
}
