/** What users as a source are made of, and can be asked. @packageDocumentation */
import type { GraphClient, GraphUser } from "../../connectors/graph/index.ts";
import type { State } from "../../state/session.ts";
import type { Source } from "../../model/types.ts";
import type { CardNumber } from "./card-number.ts";
import type { Mapping } from "./mapping.ts";
import type { ScopeNames, ScopeRead } from "./scope.ts";
import type { ScopeRules } from "./scope-rules.ts";
import type { ExpectedTenant } from "./tenant.ts";

export interface UsersSourceOptions extends ScopeNames {
  readonly client: GraphClient;
  /** Where the users of the target are in the settings, for messages: `tenantwire:oneplan.users`. */
  readonly setting: string;
  /** Where the list of protected accounts is in the settings. */
  readonly protectedSetting: string;
  /** Name of the sync, which what is stored carries. */
  readonly sync: string;
  readonly mapping: Mapping;
  /** Properties of the user that the mapping reads. */
  readonly properties: readonly string[];
  /** A name of a group may stand for another group than in the last run: a person said so. */
  readonly acceptReplacedGroups: boolean;
  /** The tenant that Graph has to answer for; by default whichever it does. */
  readonly tenant?: ExpectedTenant;
  /** What members have to meet besides. */
  readonly rules: ScopeRules;
  /** Names of accounts that are never in scope. */
  readonly excluded: readonly string[];
  /** Where they are in the settings. */
  readonly excludedSetting: string;
  /** Names of accounts that are never disabled in the target. */
  readonly protected: readonly string[];
  /** What a full read counts the values of. */
  readonly cardNumber?: CardNumber;
}

export interface Prepared {
  /** The groups of the settings and everybody in them; absent where there are none. */
  readonly scope?: ScopeRead;
  /** Ids of accounts that are never disabled. */
  readonly protected?: ReadonlySet<string>;
}

/** Users as a source, and what explaining one of them needs besides. */
export interface UsersSource extends Source {
  /**
   * The users that an object id, mail address or user principal name stands for: more than one where several have the
   * address.
   */
  lookUp(asked: string, signal: AbortSignal): Promise<readonly GraphUser[]>;
  /**
   * Reads who is in scope and who is protected as a full read does, and nothing else; `fetch` then tells of single
   * users what a run would. Stores nothing.
   *
   * @throws ScopeError as `read`
   */
  prepare(state: State, signal: AbortSignal): Promise<Prepared>;
  /** Names of groups, in the order of their ids; the id where there is no such group any more. */
  groupNames(ids: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
}
