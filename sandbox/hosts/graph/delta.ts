import type { DirectoryObject, Json, MemberKind, TrackedKind } from "../../directory/model.ts";
import { graphFaults } from "../../directory/faults.ts";
import { changesSince } from "./delta-changes.ts";
import type { ObjectChange } from "./delta-changes.ts";
import { decodeState, encodeState } from "./delta-token.ts";
import type { DeltaState } from "./delta-token.ts";
import type { Answer, Call, Route } from "./call.ts";
import { applicationType, type EntityType, grantType, groupType, servicePrincipalType, userType } from "./entities.ts";
import { malformed, unsupportedQuery } from "./errors.ts";
import type { Filter } from "./filter.ts";
import { MANAGER, managerDelta } from "./managers.ts";
import { kindAt, memberAt, memberPosition, memberPositions, memberTypes } from "./members.ts";
import { project, projection } from "./render.ts";
import type { Projection } from "./render.ts";

/** Size of a page without `Prefer: odata.maxpagesize` (assumed). */
const DEFAULT_PAGE = 200;
const MAX_PAGE = 999;
/** Members that one page carries at most, over all its groups (assumed; that groups are spread is documented). */
const MEMBERS_PER_PAGE = 1000;
/** Documented: a filter names at most this many objects. */
const MAX_IDS = 50;

const types: Readonly<Record<TrackedKind, EntityType>> = {
  users: userType,
  groups: groupType,
  applications: applicationType,
  servicePrincipals: servicePrincipalType,
  oauth2PermissionGrants: grantType,
};

export const deltaRoutes: readonly Route[] = (Object.keys(types) as TrackedKind[]).map((kind) => ({
  method: "GET",
  path: `/${kind}/delta`,
  // Documented: $expand, $top and $orderby are not supported.
  options: ["$select", "$filter", "$skiptoken", "$deltatoken"],
  handle: (call) => delta(call, kind),
}));

type Item = Record<string, Json>;

interface Round {
  readonly call: Call;
  readonly state: DeltaState;
  readonly shown: Projection;
  readonly withMembers: boolean;
  readonly size: number;
}

interface Page {
  readonly items: Item[];
  /** Where the next page begins; none after the last. */
  readonly next?: Pick<DeltaState, "next" | "member"> | undefined;
}

function delta(call: Call, kind: TrackedKind): Answer {
  const { query, directory, world } = call;
  const token = query.deltaToken || query.skipToken;
  const now = world.now().getTime();
  const end = directory.data.log.length;
  if (token !== undefined && token.toLowerCase() === "latest") {
    const state = firstState(call, kind, end);
    projection(call, types[kind], tracked(state));
    return answer(call, kind, state, { items: [] });
  }
  const state = token === undefined || token === "" ? firstState(call, kind, end) : continued(call, kind, token);
  if (state.tail !== undefined) return answer(call, kind, { ...state, issued: now }, { items: [] });
  const round: Round = {
    call,
    state: { ...state, issued: now },
    shown: projection(call, types[kind], tracked(state)),
    withMembers: kind === "groups" && (!state.select || state.select.includes("members")),
    size: pageSize(call),
  };
  return answer(call, kind, round.state, state.from === undefined ? allObjects(round) : changes(round, state.from));
}

/** `members` and `manager` are no properties: they are tracked on their own. */
function tracked({ select }: DeltaState): string[] | undefined {
  return select?.filter((name) => name !== "members" && name !== MANAGER);
}

function withManager({ kind, select }: DeltaState): boolean {
  return kind === "users" && select?.includes(MANAGER) === true;
}

function firstState(call: Call, kind: TrackedKind, end: number): DeltaState {
  const { select, filter } = call.query;
  if (select?.includes("members") && kind !== "groups") {
    throw malformed(`Could not find a property named 'members' on type 'microsoft.graph.${types[kind].name}'.`);
  }
  return {
    kind,
    ...(select && { select }),
    ...(filter && { ids: idsOf(filter) }),
    to: end,
    issued: call.world.now().getTime(),
  };
}

function continued(call: Call, kind: TrackedKind, token: string): DeltaState {
  const { query, root, path, world, directory } = call;
  if (query.select || query.filter) {
    throw malformed("The token of a delta query carries $select and $filter: they cannot be given with it.");
  }
  const state = decodeState(world, token, kind, ({ select, ids }) => {
    const options = [
      ...(select ? [`$select=${select.join(",")}`] : []),
      ...(ids ? [`$filter=${encodeURIComponent(ids.map((id) => `id eq '${id}'`).join(" or "))}`] : []),
      "$deltatoken=",
    ];
    return `${root}${path}?${options.join("&")}`;
  });
  if (query.skipToken !== undefined) return state;
  const { kind: _, to, next: _next, member: _member, tail: _tail, ...rest } = state;
  return { ...rest, kind, from: to, to: directory.data.log.length };
}

/** Documented: only `id eq '..' or id eq '..'`. */
function idsOf(filter: Filter): string[] {
  const ids = collect(filter);
  if (ids.length > MAX_IDS) throw unsupportedQuery(`A delta query can track at most ${MAX_IDS} objects by $filter.`);
  return ids;
}

function collect(filter: Filter): string[] {
  if (filter.kind === "or") return [...collect(filter.left), ...collect(filter.right)];
  if (
    filter.kind === "compare" &&
    filter.path === "id" &&
    filter.operator === "eq" &&
    typeof filter.value === "string"
  ) {
    return [filter.value.toLowerCase()];
  }
  throw unsupportedQuery("A delta query supports $filter only as id eq '..' or id eq '..'.");
}

function pageSize(call: Call): number {
  const wanted = Number(/odata\.maxpagesize=(\d+)/i.exec(call.prefer)?.[1] ?? DEFAULT_PAGE);
  return Math.min(Math.max(wanted, 1), MAX_PAGE);
}

function answer(call: Call, kind: TrackedKind, state: DeltaState, page: Page): Answer {
  const { root, path } = call;
  const { kind: _, select, ids, to, issued, from } = state;
  const kept = { kind, ...(select && { select }), ...(ids && { ids }), to, issued };
  const following = page.next ?? tailAfter(call, state, page);
  const link = following
    ? {
        "@odata.nextLink": `${root}${path}?$skiptoken=${encodeState({ ...kept, ...(from !== undefined && { from }), ...following })}`,
      }
    : { "@odata.deltaLink": `${root}${path}?$deltatoken=${encodeState(kept)}` };
  const selected = select ? `(${select.join(",")})` : "";
  return {
    status: 200,
    // Recorded: without `/$delta`, whatever the documentation shows.
    body: { "@odata.context": `${root}/$metadata#${kind}${selected}`, ...link, value: page.items },
    ...(/odata\.maxpagesize/i.test(call.prefer) && {
      headers: { "preference-applied": `odata.maxpagesize=${pageSize(call)}` },
    }),
  };
}

/**
 * Recorded: the last page with data has a next link, and the delta link comes with an empty page. In a first round of
 * groups there are empty pages with a next link before it. A round of changes was not recorded: it is assumed to end
 * like one of users, and to be one page when nothing changed.
 */
function tailAfter({ world }: Call, { kind, from, tail }: DeltaState, { items }: Page): { tail: number } | undefined {
  if (tail !== undefined) return tail > 0 ? { tail: tail - 1 } : undefined;
  if (items.length === 0) return undefined;
  return { tail: kind === "groups" && from === undefined ? graphFaults(world).emptyDeltaPages : 0 };
}

/** The first round: every object, then those that are deleted and can be restored (documented: both occur in it). */
function allObjects(round: Round): Page {
  const { call, state, shown, withMembers, size } = round;
  const { rows } = call.directory[state.kind];
  const wanted = state.ids && new Set(state.ids);
  const items: Item[] = [];
  let budget = MEMBERS_PER_PAGE;
  for (let place = state.next ?? 0; place < rows.length; place++) {
    const object = rows[place];
    if (!object || (wanted && !wanted.has(object.id))) continue;
    if (items.length === size || budget <= 0) return { items, next: { next: place } };
    if (!withMembers) {
      const manager = withManager(state) ? present(managerDelta(call, object)) : {};
      items.push({ ...present(project(object, shown)), id: object.id, ...manager });
      continue;
    }
    const from = place === state.next ? state.member : undefined;
    const { membersListed } = graphFaults(call.world);
    const positions = memberPositions(call.directory, call.directory.people.membersOf(object.id))
      .slice(0, membersListed ?? undefined)
      .filter((position) => position >= (from ?? 0));
    const taken = positions.slice(0, budget);
    budget -= taken.length;
    items.push({
      ...(from === undefined && present(project(object, shown))),
      id: object.id,
      ...(taken.length > 0 && { "members@delta": taken.map((position) => memberItem(call, position)) }),
    });
    const following = positions[taken.length];
    if (following !== undefined) return { items, next: { next: place, member: following } };
  }
  const gone = call.directory.data.deleted
    .filter(({ kind, object }) => kind === state.kind && (!wanted || wanted.has(object.id)))
    .map(({ object }) => removed(object.id, "changed"));
  if (items.length > 0 && items.length + gone.length > size) return { items, next: { next: rows.length } };
  return { items: [...items, ...gone] };
}

/** Recorded: properties without a value, and empty lists, are absent. What a change emptied is null (assumed). */
function present(properties: Item): Item {
  const isSet = (value: Json) => value !== null && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => isSet(value)));
}

function memberItem(call: Call, position: number): Item {
  const member = memberAt(call.directory, position) as DirectoryObject;
  return { "@odata.type": `#microsoft.graph.${memberTypes[kindAt(position)].name}`, id: member.id };
}

function changes(round: Round, from: number): Page {
  const { state, size, call } = round;
  const slots = changesSince(call.directory.data.log, state.kind, from, state.to, MEMBERS_PER_PAGE);
  const wanted = state.ids && new Set(state.ids);
  const items: Item[] = [];
  let members = 0;
  for (let slot = state.next ?? 0; slot < slots.length; slot++) {
    const change = slots[slot] as ObjectChange;
    if (wanted && !wanted.has(change.id)) continue;
    const item = changeItem(round, change);
    if (!item) continue;
    if (items.length === size || (members > 0 && members + change.members.size > MEMBERS_PER_PAGE)) {
      return { items, next: { next: slot } };
    }
    items.push(item);
    members += round.withMembers ? change.members.size : 0;
  }
  return { items };
}

/**
 * What of a change shows: the properties that changed, all of them for a new or restored object, nothing when nothing
 * tracked changed. Values are those of now: what changed since then comes once more in the next round.
 */
function changeItem({ call, state, shown, withMembers }: Round, change: ObjectChange): Item | undefined {
  const object = call.directory[state.kind].get(change.id);
  if (!object) {
    if (!change.first) return undefined;
    const restorable = call.directory.data.deleted.some((each) => each.object.id === change.id);
    return removed(change.id, restorable ? "changed" : "deleted");
  }
  const changed = change.whole ? shown : shown.filter(([name]) => change.properties.has(name));
  const members = withMembers ? [...change.members].map(([id, present]) => memberChange(call, id, present)) : [];
  const managerChanged = withManager(state) && (change.whole || change.properties.has(MANAGER));
  if (changed.length === 0 && members.length === 0 && !managerChanged) return undefined;
  return {
    ...(change.first && (change.whole ? present(project(object, changed)) : project(object, changed))),
    id: object.id,
    ...(members.length > 0 && { "members@delta": members }),
    ...(managerChanged && managerDelta(call, object)),
  };
}

/** A member that left is marked on its item; one that was deleted has left too. */
function memberChange(call: Call, id: string, { present, kind }: { present: boolean; kind: MemberKind }): Item {
  const type = `#microsoft.graph.${memberTypes[kind].name}`;
  const gone = !present || memberPosition(call.directory, id) === undefined;
  return { "@odata.type": type, id, ...(gone && { "@removed": { reason: "deleted" } }) };
}

function removed(id: string, reason: "changed" | "deleted"): Item {
  return { id, "@removed": { reason } };
}
