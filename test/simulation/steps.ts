/** What may happen in a history, as data: a failing one can be printed, run again, and made shorter. */
import fc from "fast-check";
import { GROUPS, type GroupName, PLACES, ROOM_LISTS, ROOMS } from "./places.ts";

export type TenantStep =
  | {
      readonly does: "person";
      readonly who: number;
      readonly how:
        | "is hired"
        | "is renamed"
        | "has another title"
        | "has no mail"
        | "has mail"
        | "is disabled"
        | "is enabled"
        | "is deleted"
        | "is restored"
        | "is gone for good"
        /** Whoever is three places on. */
        | "has a manager"
        | "has no manager";
    }
  | { readonly does: "member"; readonly who: number; readonly group: GroupName; readonly joins: boolean }
  | { readonly does: "unit"; readonly who: number; readonly joins: boolean }
  | { readonly does: "nest"; readonly group: GroupName; readonly into: GroupName; readonly joins: boolean }
  | {
      readonly does: "group";
      readonly group: GroupName;
      readonly how: "is renamed" | "is made anew" | "is deleted";
      /** Who is in it when it is made anew: bit n is place n. */
      readonly members: number;
    }
  | { readonly does: "mail domain"; readonly to: string }
  | { readonly does: "expire links" };

/** What a person does in the target, past the sync. */
export interface HandStep {
  readonly does: "hand";
  readonly who: number;
  readonly how: "renames" | "readdresses" | "inactivates" | "activates" | "deletes" | "types in";
}

export interface SettingsStep {
  readonly does: "settings";
  readonly groups: readonly GroupName[];
  /** Nobody is in scope who is not in {@link UNIT}. */
  readonly unit: boolean;
  readonly titles: boolean;
  readonly managers: boolean;
  readonly disabledAccountsAreInactive: boolean;
  /** Members of {@link BARRED} are never in scope. */
  readonly excludes: boolean;
  /** Whoever has the address of {@link GUARDED} is never made inactive. */
  readonly protects: boolean;
  /** Nobody is in scope whose title ends with a 3. */
  readonly filters: boolean;
  /** How many may be made inactive in one run, and which share of those who are active. */
  readonly disables: number;
  readonly percent: number;
  /** How many may be created in one run, once a first one has come to its end. */
  readonly creates: number;
}

/** How a write of the target goes: done; refused; done, but the answer is lost; answered, but not done. */
export type Outcome = "done" | "refused" | "unheard" | "ignored";

export interface RunStep {
  readonly does: "run";
  readonly full: boolean;
  readonly dry: boolean;
  /** Allows what the last run was stopped with. */
  readonly allow: boolean;
  /** The process is killed at so many steps of its work. */
  readonly killedAt?: number | undefined;
  /** Another run is started at that step. */
  readonly secondAt?: number | undefined;
  /** At that step the run is taken for dead: another one takes the lock over, works to its end, and this one goes on. */
  readonly takenOverAt?: number | undefined;
  /** Graph fails for good from that request on. */
  readonly graphFailsAt?: number | undefined;
  /** The source ends early, and says so, after so many pages. */
  readonly cutAfter?: number | undefined;
  /** Graph's lists of members end early, and say nothing, after so many. */
  readonly membersListed?: number | undefined;
  /** The target fails for good from that read on. */
  readonly readsFailAt?: number | undefined;
  /** Outcomes of writes, over and over. */
  readonly writes: readonly Outcome[];
  /** Milliseconds until the target shows a new object. */
  readonly lag: number;
  /** The target answers creates without an id. */
  readonly anonymous: boolean;
  /** The key of another tenant's group was stored: the target is another place than the state belongs to. */
  readonly elsewhere: boolean;
  /** Milliseconds that listings of the target are behind. */
  readonly listLag: number;
}

/** Of the room that has the address of a place. */
export interface RoomStep {
  readonly does: "room";
  readonly who: number;
  readonly how:
    | "is opened"
    | "is closed"
    /** Its mailbox, under the same address. */
    | "is made anew"
    /** Its address is that of the next place from now on, if that is free. */
    | "moves on"
    /** And the room that has the address of the next place: each has the other one's from now on. */
    | "swaps"
    | "is renamed"
    | "is enlarged"
    | "is hidden"
    | "is shown"
    | "gets another id of Exchange";
}

/** How Graph answers for rooms from now on. */
export interface ServiceStep {
  readonly does: "rooms service";
  readonly how:
    "well" | "lists nothing" | "has no place ids" | "forgets the next link" | "does not count" | "counts its page";
}

export interface RoomListStep {
  readonly does: "room list";
  readonly list: number;
  /** Whom it takes up or lets go. */
  readonly who: number;
  readonly how:
    | "takes up"
    | "lets go"
    | "is renamed"
    /** Under the same address, with whom it held. */
    | "is made anew"
    | "is deleted"
    /** Nobody may read its members. */
    | "is closed to the sync"
    | "is opened to the sync";
}

/** Which rooms are in scope: all, or those of these lists and at the addresses of these places. */
export interface RoomsSettingsStep {
  readonly does: "rooms settings";
  readonly all: boolean;
  readonly lists: readonly number[];
  readonly places: readonly number[];
}

/** What a person does to a room in the target. */
export interface RoomHandStep {
  readonly does: "hand at a room";
  readonly who: number;
  readonly how: HandStep["how"];
}

/** A run of the rooms' sync; there is no delta of places. */
export type RoomsRunStep = Omit<RunStep, "does" | "cutAfter" | "membersListed"> & { readonly does: "rooms run" };

export type Step =
  | TenantStep
  | RoomStep
  | ServiceStep
  | RoomListStep
  | RoomsSettingsStep
  | RoomHandStep
  | RoomsRunStep
  | HandStep
  | SettingsStep
  | RunStep
  | { readonly does: "wait"; readonly minutes: number }
  | { readonly does: "lose state" }
  /** Another stack, with a scope and a state of its own, syncs to the same target. */
  | { readonly does: "another stack"; readonly full: boolean }
  /** Its rooms, those of one list, to the same target as those of this one. */
  | { readonly does: "rooms of another stack" };

const who = fc.nat(PLACES - 1);
const group = fc.constantFrom(...GROUPS);
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 4 });

const person = fc.record({
  does: fc.constant("person" as const),
  who,
  how: fc.constantFrom(
    "is hired",
    "is hired",
    "is renamed",
    "has another title",
    "has no mail",
    "has mail",
    "is disabled",
    "is enabled",
    "is deleted",
    "is restored",
    "is gone for good",
    "has a manager",
    "has a manager",
    "has no manager",
  ),
});

const faults = {
  full: fc.boolean(),
  dry: fc.nat(9).map((n) => n === 9),
  allow: fc.nat(4).map((n) => n === 4),
  killedAt: sometimes(fc.nat(70)),
  graphFailsAt: sometimes(fc.nat(12)),
  readsFailAt: sometimes(fc.nat(12)),
  writes: fc.oneof(
    { weight: 2, arbitrary: fc.constant<Outcome[]>([]) },
    {
      weight: 1,
      arbitrary: fc.array(fc.constantFrom<Outcome>("done", "refused", "unheard", "ignored"), { maxLength: 5 }),
    },
  ),
  anonymous: fc.nat(4).map((n) => n === 4),
  elsewhere: fc.nat(14).map((n) => n === 14),
  lag: fc.constantFrom(0, 0, 2_000, 120_000),
  listLag: fc.constantFrom(0, 0, 2_000, 60_000),
  secondAt: sometimes(fc.nat(40)),
  takenOverAt: sometimes(fc.nat(70)),
};

const hands = ["renames", "readdresses", "inactivates", "activates", "deletes", "types in"] as const;

const run: fc.Arbitrary<RunStep> = fc.record({
  does: fc.constant("run" as const),
  ...faults,
  cutAfter: sometimes(fc.integer({ min: 1, max: 3 })),
  membersListed: sometimes(fc.nat(3)),
});

const roomsRun: fc.Arbitrary<RoomsRunStep> = fc.record({ does: fc.constant("rooms run" as const), ...faults });

const place = fc.nat(ROOMS - 1);
const list = fc.nat(ROOM_LISTS - 1);
const roomSteps: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 7,
    arbitrary: fc.record({
      does: fc.constant("room" as const),
      who: place,
      how: fc.constantFrom(
        "is opened",
        "is closed",
        "is made anew",
        "is made anew",
        "moves on",
        "moves on",
        "swaps",
        "is renamed",
        "is enlarged",
        "is hidden",
        "is shown",
        "gets another id of Exchange",
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("rooms service" as const),
      how: fc.constantFrom(
        "well",
        "well",
        "lists nothing",
        "has no place ids",
        "has no place ids",
        "forgets the next link",
        "does not count",
        "counts its page",
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("hand at a room" as const),
      who: place,
      how: fc.constantFrom(...hands),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("room list" as const),
      list,
      who: place,
      how: fc.constantFrom(
        "takes up",
        "takes up",
        "takes up",
        "lets go",
        "is renamed",
        "is made anew",
        "is deleted",
        "is closed to the sync",
        "is opened to the sync",
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("rooms settings" as const),
      all: fc.nat(2).map((n) => n === 2),
      lists: fc.subarray([...Array(ROOM_LISTS).keys()]),
      places: fc.subarray([...Array(ROOMS).keys()]),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ does: "rooms of another stack" } as const) },
  { weight: 12, arbitrary: roomsRun },
];

const userSteps: fc.WeightedArbitrary<Step>[] = [
  { weight: 10, arbitrary: person },
  { weight: 4, arbitrary: fc.record({ does: fc.constant("member" as const), who, group, joins: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("unit" as const), who, joins: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("nest" as const), group, into: group, joins: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("group" as const),
      group,
      how: fc.constantFrom("is renamed", "is made anew", "is deleted"),
      members: fc.nat(2 ** PLACES - 1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant("mail domain" as const),
      to: fc.constantFrom("example.com", "new.example"),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ does: "expire links" } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("hand" as const),
      who,
      how: fc.constantFrom(...hands),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant("another stack" as const), full: fc.boolean() }) },
  { weight: 14, arbitrary: run },
];

/** To both. */
const sharedSteps: fc.WeightedArbitrary<Step>[] = [
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("settings" as const),
      groups: fc.constantFrom<GroupName[]>([], ["Staff"], ["Team"], ["Staff", "Guests"]),
      unit: fc.nat(3).map((n) => n === 3),
      titles: fc.boolean(),
      managers: fc.boolean(),
      disabledAccountsAreInactive: fc.boolean(),
      excludes: fc.boolean(),
      protects: fc.boolean(),
      filters: fc.boolean(),
      disables: fc.constantFrom(1000, 1000, 2, 0),
      percent: fc.constantFrom(100, 100, 40, 15),
      creates: fc.constantFrom(1000, 1000, 1, 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("wait" as const), minutes: fc.constantFrom(1, 15, 26 * 60, 8 * 24 * 60) }),
  },
  { weight: 1, arbitrary: fc.constant({ does: "lose state" } as const) },
];

/** What needs many steps of the one half comes about where the other one leaves room for them. */
const mixtures: readonly fc.Arbitrary<Step>[] = [[...userSteps, ...roomSteps], userSteps, roomSteps].map((steps) =>
  fc.oneof(...steps, ...sharedSteps),
);

/** @param steps the longest history, in steps */
export function history(steps: number): fc.Arbitrary<Step[]> {
  return fc.oneof(...mixtures.map((step) => fc.array(step, { minLength: 1, maxLength: steps, size: "max" })));
}

/** A step in one line. */
export function wordsFor(one: Step): string {
  const { does, ...more } = one;
  const listed = Object.entries(more as Record<string, unknown>).filter(([name, value]) => {
    if (Array.isArray(value)) return value.length > 0 || name === "groups";
    return value !== undefined && value !== false && !(/lag/i.test(name) && value === 0);
  });
  const words = listed.map(
    ([name, value]) => `${name} ${Array.isArray(value) ? `[${value.join(", ")}]` : String(value)}`,
  );
  return [does, ...words].join(", ");
}
