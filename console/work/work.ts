/**
 * What this process runs, one after another: syncs that somebody starts, dry runs that somebody looks at, and what events
 * ask for. Whoever looks at one is told how far it is. A run that somebody starts while another process has the lock
 * begins when that has ended, and keeps nothing else waiting meanwhile.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { isDeepStrictEqual } from "node:util";
import type { Outputs } from "../../contract/outputs.ts";
import { StateLocked, TenantwireError } from "../../contract/errors.ts";
import { HttpError } from "../http/http-error.ts";
import type { Progress, RunReport } from "../../sync/index.ts";

/** A sync that the outputs declare. */
export interface KnownSync {
  /** `users`, `rooms`, `plans`. */
  readonly kind: string;
  /** As the command line calls it. */
  readonly target: string;
  /** What it is called in the state. */
  readonly sync: string;
}

export interface Asked {
  readonly sync: KnownSync;
  /** Looking writes nothing, neither in the target nor in the state. */
  readonly what: "run" | "look";
  /** Who asked, for the report. */
  readonly by: string;
  /** As in reports: `manual`, `event`, `again`. */
  readonly trigger: string;
  readonly full?: boolean;
  /** Hash of a set that is allowed; where nothing was looked at, one of objects that only a full run finds. */
  readonly allow?: string;
  /** What was looked at before: read in that mode, the plan has to be that one, or nothing is written. */
  readonly looked?: Pick<RunReport, "plan" | "mode">;
  /** Only these, by id, where that is enough: what an event was about. */
  readonly items?: readonly string[];
  /** Only what failed before; a text: whose reason has it. */
  readonly again?: string | true;
  /** Only this one, by its id: refused where that is not enough. */
  readonly one?: string;
  /** Outputs with settings that are tried instead of the deployed ones; only looked at. */
  readonly tried?: Outputs;
  /** Whether who asked may still do that: looked at when it begins, which can be hours later. Absent: nobody of the console. */
  readonly mayStill?: () => Promise<boolean>;
}

export interface Job extends Asked {
  readonly id: string;
  /** Instants. */
  readonly asked: Date;
  readonly began?: Date;
  readonly ended?: Date;
  /** Another process runs it, as a sentence: this one begins after that. */
  readonly blocked?: string;
  readonly progress?: Progress;
  readonly report?: RunReport;
  /** Who withdrew it before it began. */
  readonly withdrawnBy?: string;
  /** Why else there is no report. */
  readonly error?: unknown;
}

/** What is over is remembered so long: reports of looks have names and values, and are kept nowhere else. */
export const REMEMBERED_MS = 30 * 60 * 1000;
const MOST_REMEMBERED = 50;
/** Of those that people ask for; events are gathered. */
const MOST_WAITING = 100;
/** Until the lock of another process is asked for again: the first time, and the longest. */
const BLOCKED_MS = 1_000;
const LONGEST_BLOCKED_MS = 15_000;
/** As long as somebody who started a run means it; a first full run takes hours. */
export const PATIENCE_MS = 4 * 60 * 60 * 1000;

export type Perform = (job: Asked, onProgress: (progress: Progress) => void) => Promise<RunReport>;

export interface WorkOptions {
  readonly perform: Perform;
  readonly now: () => Date;
  /** Lets time pass, up to the signal. */
  readonly pause: (milliseconds: number, until: AbortSignal) => Promise<void>;
}

export class Work {
  readonly #options: WorkOptions;
  readonly #closing = new AbortController();
  /** Runs that come into the queue again, by their ids. */
  readonly #blocked = new Map<string, Promise<void>>();
  readonly #jobs = new Map<string, Job>();
  readonly #news = new EventEmitter().setMaxListeners(0);
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: WorkOptions) {
    this.#options = options;
  }

  /**
   * @returns what the same person asked for before, where that has not begun: a second click runs nothing twice
   * @throws HttpError where more wait than anybody means
   */
  add(asked: Asked): Job {
    this.#forget();
    const before = [...this.#jobs.values()].find((job) => isWaiting(job) && isSame(job, asked));
    if (before) return before;
    const waiting = [...this.#jobs.values()].filter(({ ended }) => ended === undefined).length;
    if (waiting >= MOST_WAITING && asked.items === undefined)
      throw new HttpError(429, `${waiting} runs wait in this process already: wait until they have ended.`);
    const job: Job = { ...asked, id: randomUUID(), asked: this.#now() };
    this.#jobs.set(job.id, job);
    this.#queue(job.id, BLOCKED_MS);
    return job;
  }

  /** @returns whether it waited: what has begun goes on to its end */
  withdraw(id: string, by: string): boolean {
    const job = this.#jobs.get(id);
    if (!job || !isWaiting(job)) return false;
    this.#change(id, { ended: this.#now(), withdrawnBy: by });
    return true;
  }

  get(id: string): Job | undefined {
    this.#forget();
    return this.#jobs.get(id);
  }

  /** Newest first. */
  all(): readonly Job[] {
    this.#forget();
    return [...this.#jobs.values()].reverse();
  }

  /** Resolves with the job once it is over. */
  async ended(id: string): Promise<Job | undefined> {
    for await (const job of this.follow(id, new AbortController().signal)) if (job.ended) return job;
    return undefined;
  }

  /** The job as it is now, and after each change, up to its end. Of changes that come fast only the last is told. */
  async *follow(id: string, signal: AbortSignal): AsyncGenerator<Job, void, void> {
    const heard = { since: false, wake: () => undefined as void };
    const hear = () => {
      heard.since = true;
      heard.wake();
    };
    this.#news.on(id, hear);
    signal.addEventListener("abort", hear);
    try {
      for (;;) {
        const job = this.#jobs.get(id);
        if (!job || signal.aborted) return;
        heard.since = false;
        yield job;
        if (job.ended) return;
        // What came while the caller was busy is told at once.
        if (!heard.since) await new Promise<void>((resolve) => (heard.wake = resolve));
      }
    } finally {
      this.#news.off(id, hear);
      signal.removeEventListener("abort", hear);
    }
  }

  /** Nothing begins any more; resolves when what runs has ended. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#blocked.values());
    await this.#last;
  }

  /** @param pause until it is tried again, where another process is at it */
  #queue(id: string, pause: number): void {
    this.#last = this.#last.then(() => this.#run(id, pause));
  }

  async #run(id: string, pause: number): Promise<void> {
    const job = this.#jobs.get(id);
    if (!job || job.ended) return;
    if (this.#closing.signal.aborted)
      return this.#change(id, {
        ended: this.#now(),
        error: new TenantwireError("This process was ended before it began."),
      });
    this.#change(id, { began: this.#now() });
    try {
      if (job.mayStill && !(await job.mayStill()))
        throw new TenantwireError(`It did not begin: ${job.by} may not do that any more.`);
      const report = await this.#options.perform(job, (progress) => this.#change(id, { progress }));
      this.#change(id, { ended: this.#now(), report });
    } catch (error) {
      // What events tell is gathered meanwhile by who gathers it, and asked for again.
      const isWaitedFor = error instanceof StateLocked && job.what === "run" && job.items === undefined;
      if (isWaitedFor && this.#now().getTime() - job.asked.getTime() < PATIENCE_MS) this.#block(id, error, pause);
      else this.#change(id, { ended: this.#now(), error });
    }
  }

  #block(id: string, { message }: StateLocked, pause: number): void {
    const job = this.#jobs.get(id);
    if (!job) return;
    const { began: _began, progress: _progress, ...waiting } = job;
    this.#jobs.set(id, { ...waiting, blocked: message });
    this.#news.emit(id);
    const again = this.#options.pause(pause, this.#closing.signal).then(() => {
      this.#blocked.delete(id);
      this.#queue(id, Math.min(2 * pause, LONGEST_BLOCKED_MS));
    });
    this.#blocked.set(id, again);
  }

  #now(): Date {
    return this.#options.now();
  }

  #change(id: string, change: Partial<Job>): void {
    const job = this.#jobs.get(id);
    if (job) this.#jobs.set(id, { ...job, ...change });
    this.#news.emit(id);
  }

  #forget(): void {
    const before = this.#now().getTime() - REMEMBERED_MS;
    const over = [...this.#jobs.values()].filter(({ ended }) => ended !== undefined);
    over.forEach(({ id, ended }, index) => {
      if ((ended?.getTime() ?? 0) < before || over.length - index > MOST_REMEMBERED) this.#jobs.delete(id);
    });
  }
}

function isWaiting({ began, ended }: Job): boolean {
  return began === undefined && ended === undefined;
}

/** Whether one person asked for the same thing; what events tell is gathered by who gathers it. */
function isSame({ id: _id, asked: _asked, blocked: _blocked, mayStill: _may, ...job }: Job, asked: Asked): boolean {
  const { mayStill: _mayStill, ...wanted } = asked;
  return wanted.items === undefined && isDeepStrictEqual(job, wanted);
}
