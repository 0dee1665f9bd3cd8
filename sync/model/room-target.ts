/** What a connector says of itself so that meeting rooms can be synced to it. @packageDocumentation */
import type { TokenCredential } from "@azure/identity";
import type { Outputs } from "../../contract/outputs.ts";
import type { RoomsOutputs } from "../../contract/outputs/rooms.ts";
import type { RoomList } from "./room-list.ts";
import type { Trial, Trying } from "./trial.ts";
import type { Reach, Target } from "./types.ts";

/** What names of syncs of rooms begin with: `rooms-ones`. */
export const ROOMS_SYNC = "rooms";

/** What a target is opened with. */
interface RoomsOpening {
  /** The sync identity: it reads the keys in the vault. */
  readonly credential: TokenCredential;
  /** Asked before a key is read. */
  readonly reach: Reach;
  /** Called for every request that is sent. */
  readonly onRequest: () => void;
  /** The room lists as they were read last. */
  readonly lists: () => readonly RoomList[];
}

/** What is the same whatever the outputs say. */
type Own = "name" | "setting" | "remote";

/** A target that the outputs declare. */
export interface DeclaredRooms extends Pick<RoomTarget, Own> {
  /** Name of the sync: of its lock and all that it remembers. */
  readonly sync: string;
  readonly rooms: RoomsOutputs;
  /**
   * Fields that the target refuses to be without, and what they are called in a report: a room that has none of one is
   * left alone and named. What else is not known of a room is no failure.
   */
  readonly required: Readonly<Record<string, string>>;
  /** What tells it from another of its kind. */
  readonly identity: unknown;
  open(opening: RoomsOpening): Target;
}

/** A system that rooms can be synced to. */
export interface RoomTarget {
  /** Of the command line: `ones`. */
  readonly name: string;
  /** What people call it: `ONES`. */
  readonly product: string;
  /** What a message calls its rooms: `rooms of ONES (ones.rooms)`. */
  readonly title: string;
  /** Where its rooms are in the settings. */
  readonly setting: readonly [string, string];
  /** Whether it is reached by requests, which are counted. */
  readonly remote: boolean;
  readonly isDeclared: (integrations: Outputs["integrations"]) => boolean;
  /**
   * Of outputs that declare it.
   *
   * @throws SettingsError when they are not enough for it
   */
  readonly declared: (outputs: Outputs) => Omit<DeclaredRooms, Own>;
  /** What `tenantwire test` tries, of outputs that declare it; by default nothing. */
  readonly trials?: (outputs: Outputs, trying: Pick<Trying, "reach" | "secret">) => readonly Trial[];
}
