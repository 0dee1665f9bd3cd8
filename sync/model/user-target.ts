/** What a connector says of itself so that users can be synced to it. @packageDocumentation */
import type { TokenCredential } from "@azure/identity";
import type { Outputs } from "../../contract/outputs.ts";
import type { UsersOutputs } from "../../contract/outputs/users.ts";
import type { Trial, Trying } from "./trial.ts";
import type { Reach, Target } from "./types.ts";

/** What the sync of users is called in commands, in the state and in reports. */
export const USERS_SYNC = "users";

/** What a target is opened with. */
export interface UsersOpening {
  /** Names of the mapped fields. */
  readonly fields: readonly string[];
  /** The sync identity: it reads the keys in the vault. */
  readonly credential: TokenCredential;
  /** Asked before a key is read. */
  readonly reach: Reach;
  /** Called for every request that is sent. */
  readonly onRequest: () => void;
}

/** What is the same whatever the outputs say. */
type Own = "name" | "setting" | "remote";

/** A target that the outputs declare. */
export interface DeclaredTarget extends Pick<UserTarget, Own> {
  /** Name of the sync: of its lock and all that it remembers. */
  readonly sync: string;
  readonly users: UsersOutputs;
  /** The field that holds the mail address. */
  readonly mailField: string;
  /** Fields that it refuses to be without, and what they are called in a report. */
  readonly required: Readonly<Record<string, string>>;
  /** What tells it from another of its kind: where that changes, everything is read again. */
  readonly identity: unknown;
  open(opening: UsersOpening): Target;
}

/** A system that users can be synced to. */
export interface UserTarget {
  /** Of the command line: `ones`. */
  readonly name: string;
  /** What people call it: `ONES`. */
  readonly product: string;
  /** What a message calls its users: `users of ONES (ones.users)`. */
  readonly title: string;
  /** Where its users are in the settings. */
  readonly setting: readonly [string, string];
  /** Whether it is reached by requests, which are counted. */
  readonly remote: boolean;
  /** Who is synced to it and what of them; undefined where the outputs do not declare it. */
  readonly users: (integrations: Outputs["integrations"]) => UsersOutputs | undefined;
  /**
   * Of outputs that declare it.
   *
   * @throws SettingsError when they are not enough for it
   */
  readonly declared: (outputs: Outputs) => Omit<DeclaredTarget, Own>;
  /** What `tenantwire test` tries, of outputs that declare it; by default what can be tried of any target. */
  readonly trials?: (outputs: Outputs, trying: Trying) => readonly Trial[];
}
