/**
 * What is done for somebody's mail address once the answer has gone: that it is as fast for any other one tells nobody who
 * has an account. It is kept until it is done, in the next process too where sessions are kept in a state of their own.
 *
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { StateLocked, TenantwireError } from "../../contract/errors.ts";
import { type Accounts, LINK_MS, type Offered } from "../../sync/access/index.ts";
import { toJson } from "../../sync/model/json.ts";
import { objectsIn } from "../../sync/state/session.ts";
import type { Kept } from "../http/sessions.ts";
import type { ConsoleWorld } from "../world.ts";

const LATER = "console-later";
/** Until a lock that a run has is asked for again. */
const LOCKED_MS = 30_000;
/** Until a mail that could not be sent is sent again. */
const MAIL_MS = 5 * 60_000;

/** A link that was asked for, or a lock that is to be written down. Instants. */
export type Wanted =
  | { readonly kind: "link"; readonly mail: string; readonly at: string }
  | { readonly kind: "locked"; readonly mail: string; readonly at: string; readonly until: string };

export interface LaterOptions extends Pick<ConsoleWorld, "pause" | "closing" | "tellDefect" | "now"> {
  readonly kept: Kept;
  readonly accounts: Accounts;
  /** Absent: no channel of mail is declared. */
  readonly mailLink: ((offered: Offered) => Promise<void>) | undefined;
}

export class Later {
  readonly #options: LaterOptions;
  readonly #doing = new Set<string>();

  constructor(options: LaterOptions) {
    this.#options = options;
  }

  /** Begins it, once, however often it is wanted meanwhile. */
  want(wanted: Wanted): void {
    const { closing, tellDefect } = this.#options;
    this.#begin(wanted).catch((error: unknown) => {
      // What a process meets that ends is not done, and kept.
      if (!closing.aborted) tellDefect(error);
    });
  }

  /** Goes on with what a process of before left. */
  async resume(): Promise<void> {
    for (const wanted of await objectsIn<Wanted>(this.#options.kept, LATER)) this.want(wanted);
  }

  async #begin(wanted: Wanted): Promise<void> {
    const { accounts, closing } = this.#options;
    const key = keyOf(wanted);
    if (this.#doing.has(key)) return;
    this.#doing.add(key);
    try {
      // Of an address that is nobody's nothing is kept: anybody can type one.
      if (!(await accounts.has(wanted.mail))) return await this.#forget(key);
      try {
        await this.#untilDone(wanted);
      } finally {
        if (!closing.aborted) await this.#forget(key);
      }
    } finally {
      this.#doing.delete(key);
    }
  }

  /** A run of another process can have the only lock for hours, and a mail server be down; after a day it is of no use. */
  async #untilDone(wanted: Wanted): Promise<void> {
    const { pause, closing, tellDefect, now } = this.#options;
    const step = wanted.kind === "link" ? this.#mailing(wanted) : () => this.#noting(wanted);
    // A mail takes a while; what is written down at once is not kept first.
    if (wanted.kind === "link") await this.#keep(wanted);
    let isReported = false;
    while (!closing.aborted && Math.abs(now().getTime() - Date.parse(wanted.at)) <= LINK_MS) {
      try {
        return await step();
      } catch (error) {
        if (!(error instanceof TenantwireError)) throw error;
        const isLocked = error instanceof StateLocked;
        if (!isLocked && !isReported) tellDefect(error);
        isReported ||= !isLocked;
        await this.#keep(wanted);
        await pause(isLocked ? LOCKED_MS : MAIL_MS, closing);
      }
    }
  }

  #keep(wanted: Wanted): Promise<void> {
    return this.#options.kept.commit([{ partition: LATER, key: keyOf(wanted), value: toJson(wanted) }]);
  }

  async #forget(key: string): Promise<void> {
    const { kept } = this.#options;
    if ((await kept.get(LATER, key)) !== undefined) await kept.commit([{ partition: LATER, key }]);
  }

  /** A link that was made is the one that is mailed, however often that is tried. */
  #mailing({ mail, at }: Wanted): () => Promise<void> {
    const { accounts, mailLink } = this.#options;
    let offered: Offered | undefined;
    return async () => {
      if (!mailLink) return;
      offered ??= await accounts.offerAgain(mail, at);
      if (offered) await mailLink(offered);
    };
  }

  #noting({ mail, until }: Extract<Wanted, { kind: "locked" }>): Promise<void> {
    return this.#options.accounts.noteLocked(mail, new Date(until));
  }
}

function keyOf({ kind, mail }: Wanted): string {
  return `${kind}-${createHash("sha256").update(mail.trim().toLowerCase()).digest("hex")}`;
}
