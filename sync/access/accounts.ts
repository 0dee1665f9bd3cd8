/**
 * Accounts of forms: people of the linked OnePlan group who sign in by mail address and password. A password is set by a
 * link that works once and ends after a day, and is kept as {@link Passwords} do. Every change is one commit with its entry
 * in the audit trail, which has neither a link nor a password.
 *
 * @packageDocumentation
 */
import { createHash, randomBytes } from "node:crypto";
import { type Person, roleOf, standingOf } from "../../contract/access/people.ts";
import { whyNotPassword } from "../../contract/access/passwords.ts";
import { takesForms } from "../../contract/access/rules.ts";
import { AccessDenied } from "../../contract/errors.ts";
import type { DeclaredAccess } from "../../contract/outputs/access.ts";
import { DAY_MS } from "../../contract/days.ts";
import { quoted } from "../../contract/words.ts";
import type { State, StateStore } from "../state/session.ts";
import type { Access, Actor } from "./access.ts";
import { type AuditDraft, entriesFor } from "./audit.ts";
import { type Account, accountEdit, forgottenAccount, readAccounts, readPeople, readPerson, withBook } from "./book.ts";
import type { Passwords } from "./passwords.ts";

/** NIST SP 800-63B-4: a code that is mailed to recover an account ends after 24 hours. */
export const LINK_MS = DAY_MS;
/** Who asks for another link has to wait so long: nobody's mailbox is filled. */
const AGAIN_MS = 5 * 60 * 1000;
/** In a day. Each link takes the one before its effect: whoever asks on and on would leave the person none that works. */
const MOST_ASKED = 3;

/** A link that was made, for whoever sends it or hands it over: its token is kept nowhere. */
export interface Offered {
  readonly token: string;
  readonly person: Person;
  /** Instant. */
  readonly until: string;
}

interface AccountsOptions {
  readonly access: Access;
  readonly store: StateStore;
  readonly declared: DeclaredAccess;
  readonly now: () => Date;
  readonly passwords: Passwords;
}

/** It is not the password that somebody has; whoever guesses learns no more. */
export class WrongPassword extends AccessDenied {
  override name = "WrongPassword";
}

/** How far somebody's account is. */
export interface AccountStanding {
  /** A password was set. */
  readonly isSet: boolean;
  /** Instant until which a link is open. */
  readonly linkUntil?: string;
}

interface Found {
  readonly account: Account;
  readonly person: Person;
}

export class Accounts {
  readonly #options: AccountsOptions;

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  /** Whether anybody signs in by a form here. */
  get taken(): boolean {
    const { declared } = this.#options;
    return takesForms({ linked: declared.oneplanConfiguration !== undefined, allowed: declared.allowed });
  }

  /** By the keys of the people. */
  async standings(): Promise<ReadonlyMap<string, AccountStanding>> {
    const { store, now } = this.#options;
    const accounts = await this.#found(await store.read());
    return new Map(
      accounts.map((found) => {
        const link = openLink(found, now());
        const isSet = found.account.password !== undefined;
        return [found.person.key, { isSet, ...(link && { linkUntil: link.until }) }];
      }),
    );
  }

  /**
   * Gives somebody an account, or a new link to set the password anew; a link of before does nothing any more, and the
   * password of before works until then.
   *
   * @throws AccessDenied with the reason where that may not be
   */
  async offer(key: string, by: Actor): Promise<Offered> {
    this.#expectTaken();
    const { access, declared } = this.#options;
    return access.asAdministrator(by, async (state, at) => {
      const person = await readPerson(state, key);
      if (person?.oneplanId === undefined)
        throw new AccessDenied("An account of forms is for people of the linked OnePlan group.");
      if (roleOf(declared, person) === undefined)
        throw new AccessDenied(`${quoted(person.name)} has no access: an account would not let anybody in.`);
      if (person.mail === undefined)
        throw new AccessDenied(`OnePlan has no mail address of ${quoted(person.name)}, who would sign in by it.`);
      const accounts = await this.#found(state);
      const others = accounts.filter((each) => each.person.key !== key && isMail(each.person, person.mail ?? ""));
      if (others[0])
        throw new AccessDenied(
          `${quoted(others[0].person.name)} signs in by that mail address: correct it in OnePlan.`,
        );
      const before = accounts.find((each) => each.person.key === key)?.account;
      const { token, account } = withLink(before ?? { person: key, since: at.toISOString() }, person, at);
      const action = before ? "new link to set a password" : "account of forms given";
      const until = account.link?.until ?? "";
      const entry = { action, subject: key, details: { name: person.name, mail: person.mail, until } };
      return { edits: [accountEdit(account)], entries: [entry], result: { token, person, until } };
    });
  }

  /** Whether an address is that of an account; for what is done beside an answer, never for what is answered. */
  async has(mail: string): Promise<boolean> {
    return this.taken && (await this.#ofMail(await this.#options.store.read(), mail)) !== undefined;
  }

  /**
   * Another link, for somebody who has an account and has forgotten the password.
   *
   * @param since instant at which it was asked for: a link that was made for that, by a process that ended before it was
   *   mailed, is made anew
   * @returns undefined: there is no such account, or it got one a short time ago, or several within a day
   */
  async offerAgain(mail: string, since?: string): Promise<Offered | undefined> {
    const { store, now } = this.#options;
    // Nobody waits for the lock of the book who asks for an address that is nobody's.
    if (!(await this.has(mail))) return undefined;
    return withBook(store, async (state) => {
      const found = await this.#ofMail(state, mail);
      const at = now();
      const { link, asked = [] } = found?.account ?? {};
      const ago = (instant: string) => Math.abs(at.getTime() - Date.parse(instant));
      const lately = asked.filter((instant) => ago(instant) < DAY_MS);
      const isForThis = since !== undefined && link !== undefined && link.made > since && lately.includes(link.made);
      const isEnough = lately.length >= MOST_ASKED || (link && ago(link.made) < AGAIN_MS);
      if (!found || (isEnough && !isForThis)) return undefined;
      const others = isForThis ? lately.filter((instant) => instant !== link.made) : lately;
      const again = { ...found.account, asked: [...others, at.toISOString()] };
      const { token, account } = withLink(again, found.person, at);
      const until = account.link?.until ?? "";
      const entry = {
        action: "new link to set a password asked for",
        by: "the form of the console",
        subject: found.person.key,
        details: { until },
      };
      await this.#commit(state, account, entry);
      return { token, person: found.person, until };
    });
  }

  /** Whose password a link sets; undefined: it is none, or was used, or is over. */
  async ofLink(token: string): Promise<Person | undefined> {
    return (await this.#ofToken(await this.#options.store.read(), token))?.person;
  }

  /**
   * Sets the password of whoever has the link, which is used then.
   *
   * @throws AccessDenied for a link that does nothing any more, and for a password that is none to be had
   */
  async setByLink(token: string, password: string): Promise<Person> {
    const first = await this.#ofToken(await this.#options.store.read(), token);
    if (!first) throw new AccessDenied(NO_LINK);
    return this.#set(first.person, password, "password set by a link", async (state) => {
      const found = await this.#ofToken(state, token);
      if (!found) throw new AccessDenied(NO_LINK);
      return found;
    });
  }

  /**
   * Changes the password of who knows it.
   *
   * @throws WrongPassword where it is another one
   * @throws AccessDenied for a password that is none to be had
   */
  async change(key: string, before: string, password: string): Promise<Person> {
    const { store, passwords } = this.#options;
    const first = (await this.#found(await store.read())).find(({ person }) => person.key === key);
    if (!(await passwords.isIt(before, first?.account.password)) || !first) {
      throw new WrongPassword("The password of now is another one.");
    }
    return this.#set(first.person, password, "password changed", async (state) => {
      const found = (await this.#found(state)).find(({ person }) => person.key === key);
      if (found?.account.password !== first.account.password || !found)
        throw new AccessDenied("The password was changed meanwhile.");
      return found;
    });
  }

  /** Who it is; undefined: nobody has that address and that password. It takes the same time, whichever it is. */
  async who(mail: string, password: string): Promise<Person | undefined> {
    const { store, passwords } = this.#options;
    const found = this.taken ? await this.#ofMail(await store.read(), mail) : undefined;
    const isIt = await passwords.isIt(password, found?.account.password);
    return isIt ? found?.person : undefined;
  }

  /** Writes down that an address was locked, where it is somebody's. */
  async noteLocked(mail: string, until: Date): Promise<void> {
    const { store } = this.#options;
    const found = await this.#ofMail(await store.read(), mail);
    if (!found) return;
    const details = { name: found.person.name, until: until.toISOString() };
    await this.#options.access.note({
      action: "sign-in by form locked",
      by: "wrong passwords",
      subject: found.person.key,
      details,
    });
  }

  /**
   * Takes somebody's account away. What else the person may is not touched.
   *
   * @throws AccessDenied where there is none
   */
  async remove(key: string, by: Actor): Promise<Person> {
    return this.#options.access.asAdministrator(by, async (state) => {
      const found = (await this.#found(state)).find(({ person }) => person.key === key);
      if (!found) throw new AccessDenied(`${key} has no account of forms.`);
      const entry = { action: "account of forms taken away", subject: key, details: { name: found.person.name } };
      return { edits: [forgottenAccount(key)], entries: [entry], result: found.person };
    });
  }

  async #set(
    known: Person,
    password: string,
    action: string,
    again: (state: State) => Promise<Found>,
  ): Promise<Person> {
    const { store, now, passwords, declared } = this.#options;
    const places = [declared.name, declared.id, "tenantwire", "oneplan"];
    const why = whyNotPassword(password, { name: known.name, mail: known.mail, places });
    if (why !== undefined) throw new AccessDenied(why);
    const kept = await passwords.kept(password);
    return withBook(store, async (state) => {
      const { account, person } = await again(state);
      const { link: _used, asked: _asked, ...rest } = account;
      const by = person.mail === undefined ? person.name : `${person.name} <${person.mail}>`;
      await this.#commit(
        state,
        { ...rest, password: kept, setAt: now().toISOString() },
        { action, by, person: person.key },
      );
      return person;
    });
  }

  async #commit(state: State, account: Account, entry: AuditDraft): Promise<void> {
    await state.commit([accountEdit(account), ...(await entriesFor(state, [entry], this.#options.now()))]);
  }

  async #ofToken(state: Pick<State, "list">, token: string): Promise<Found | undefined> {
    const hash = hashOf(token);
    const now = this.#options.now();
    const isIt = (found: Found) => openLink(found, now)?.hash === hash;
    return this.taken ? (await this.#found(state)).find(isIt) : undefined;
  }

  /** Of two with one address nobody is believed. */
  async #ofMail(state: Pick<State, "list">, mail: string): Promise<Found | undefined> {
    const found = (await this.#found(state)).filter(({ person }) => isMail(person, mail));
    return found.length === 1 ? found[0] : undefined;
  }

  /** Accounts of the OnePlan group that is linked now. */
  async #found(state: Pick<State, "list">): Promise<readonly Found[]> {
    const { declared } = this.#options;
    const [accounts, people] = [await readAccounts(state), await readPeople(state)];
    const byKey = new Map(people.map((person) => [person.key, person]));
    return accounts.flatMap((account) => {
      const person = byKey.get(account.person);
      return person && standingOf(declared, person) !== undefined ? [{ account, person }] : [];
    });
  }

  #expectTaken(): void {
    if (this.taken) return;
    throw new AccessDenied(
      "Nobody signs in by a form here: accounts of forms are for a linked group whose settings allow them (tenantwire:access.oneplanConfiguration and allowed).",
    );
  }
}

const NO_LINK =
  "This link does nothing any more: it was used, another one was made since, or its day is over. Ask for a new one.";

/** A link that went to an address which is the person's no more is for nobody: who has that mailbox may be another one. */
function openLink({ account: { link }, person }: Found, now: Date): Account["link"] {
  const left = link ? Date.parse(link.until) - now.getTime() : 0;
  // One for longer than any is was made by a clock that was ahead.
  return link && left > 0 && left <= LINK_MS && isMail(person, link.mail ?? "") ? link : undefined;
}

function withLink(account: Account, { mail }: Person, at: Date): { readonly token: string; readonly account: Account } {
  const token = randomBytes(32).toString("base64url");
  const until = new Date(at.getTime() + LINK_MS).toISOString();
  return { token, account: { ...account, link: { hash: hashOf(token), mail, made: at.toISOString(), until } } };
}

/** The token is random enough for a plain hash: nobody finds it by trying. */
function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function isMail(person: Person, mail: string): boolean {
  return person.mail?.trim().toLowerCase() === mail.trim().toLowerCase();
}
