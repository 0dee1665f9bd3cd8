/** What the console needs of the process that it is in. @packageDocumentation */
import type { Outputs } from "../contract/outputs.ts";
import type { State } from "../sync/index.ts";
import type { PlansCheck } from "../sync/kinds/plans/checks/index.ts";
import type { BookingFinding } from "../sync/kinds/rooms/bookings.ts";
import type { RoomStandings } from "../sync/kinds/rooms/states.ts";
import type { Strategy } from "../sync/schedule/strategies.ts";
import type { DeclaredAccess } from "../contract/outputs/access.ts";
import type { Member } from "../sync/connectors/oneplan/members.ts";
import type { Access, Accounts, Newcomer, Offered } from "../sync/access/index.ts";
import type { Kept } from "./http/sessions.ts";
import type { RelyingPartyOptions } from "./sign-in/relying-party.ts";
import type { KnownSync, Work } from "./work/work.ts";

/** What a look at the rooms found. */
export interface RoomsFound {
  readonly standings: readonly (RoomStandings & { readonly target: string })[];
  readonly bookings: {
    readonly findings: readonly BookingFinding[];
    /** Why calendars were not tried, as a sentence. */
    readonly untried?: string;
  };
}

export interface ConsoleWorld {
  /** What the deployed stack tells. */
  readonly outputs: Outputs;
  /** When it was seen that the stack tells something else by now; undefined: it does not. */
  readonly deployedAnew: () => Date | undefined;
  /** Scheme, host and port under which browsers reach the console. */
  readonly origin: () => string;
  /** Behind a proxy that has the certificate. */
  readonly isBehindProxy: boolean;
  /** IANA name: times are shown in it. */
  readonly timeZone: string;
  readonly now: () => Date;
  /** Of the syncs, for reading. */
  readonly state: () => Promise<State>;
  /** Where sessions are kept. */
  readonly kept: Kept;
  /** What the outputs declare, in the order in which it runs. */
  readonly syncs: readonly KnownSync[];
  /** Those that run by themselves. */
  readonly strategies: readonly Strategy[];
  /** Names of those that are disabled: neither a schedule nor an event starts them. */
  readonly disabled: readonly string[];
  readonly work: Work;
  /** Lets time pass, up to the signal. */
  readonly pause: (milliseconds: number, until: AbortSignal) => Promise<void>;
  /** Aborted when the process ends: whoever watches is let go. */
  readonly closing: AbortSignal;
  readonly access: Access;
  /** Who has access is of this group. */
  readonly group: DeclaredAccess;
  /** Somebody of the tenant. @throws TenantwireError where there is nobody like that */
  readonly findPerson: (account: string) => Promise<Newcomer>;
  /** Why nobody of the tenant can be added by name, where that is so. */
  readonly whyNoneAdded: () => Promise<string | undefined>;
  /** Who signs in by mail address and password. */
  readonly accounts: Accounts;
  /** Mails a link that sets a password to whom it is for; absent: no channel of mail is declared. */
  readonly mailLink?: (offered: Offered, link: string) => Promise<void>;
  /** The linked OnePlan group as it is now; absent: none is linked. @throws TenantwireError where OnePlan does not answer */
  readonly onePlan?: {
    list(): Promise<readonly Member[]>;
    get(id: string): Promise<Member | undefined>;
  };
  /** Mails administrators what they have to know of requests. */
  readonly tellAdministrators: () => Promise<void>;
  /** Reads what is there of every registration, and remembers it. @throws TenantwireError where nobody is signed in who may */
  readonly lookAtRegistrations: () => Promise<void>;
  /** Where the rooms of every target stand, and what is in the way of bookings. @throws what would stop a run */
  readonly checkRooms: () => Promise<RoomsFound>;
  /** What does not agree between work items and plans. @throws what would stop a run */
  readonly checkPlans: () => Promise<readonly PlansCheck[]>;
  readonly signIn: Omit<RelyingPartyOptions, "redirectUri">;
  /** What nobody foresaw; goes to the log. */
  readonly tellDefect: (error: unknown) => void;
}
