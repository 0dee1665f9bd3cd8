/**
 * The console with a real server, a real state and the stand-in's Entra, and people at browsers that follow no redirect by
 * themselves. What is synced is a little source and a little target in memory, by the real engine.
 */
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { Agent, request } from "undici";
import { keptSessions, modeOf, onlyThese } from "../../cli/console.ts";
import { httpServer } from "../../cli/http-server.ts";
import type { Needs } from "../../console/access.ts";
import { consoleOf } from "../../console/server.ts";
import type { RelyingPartyOptions } from "../../console/sign-in/relying-party.ts";
import { type Asked, type KnownSync, type Perform, Work } from "../../console/work/work.ts";
import type { ConsoleWorld } from "../../console/world.ts";
import { TenantwireError } from "../../contract/errors.ts";
import { entraKey } from "../../contract/access/people.ts";
import type { Role } from "../../contract/access/rules.ts";
import type { Outputs } from "../../contract/outputs.ts";
import type { DeclaredAccess } from "../../contract/outputs/access.ts";
import { directory } from "../../sandbox/directory/index.ts";
import { type DirectoryObject, text } from "../../sandbox/directory/model.ts";
import { secretHash } from "../../sandbox/directory/seed.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { Access, Accounts, type Offered, Passwords } from "../../sync/access/index.ts";
import type { Member } from "../../sync/connectors/oneplan/members.ts";
import { askStanding } from "../../sync/kinds/access/sign-in.ts";
import { runSync } from "../../sync/index.ts";
import { eventReceiver } from "../../sync/kinds/plans/events/receiver.ts";
import type { Strategy } from "../../sync/schedule/strategies.ts";
import type { StateStore } from "../../sync/state/session.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";
import { browserOf } from "../sandbox/sign-in.ts";
import { Bench } from "../sync/run/fakes.ts";

const SECRET = "the-secret-of-the-console";
/** Cost of a password where nobody guesses it. */
const LITTLE = 8;
export const SYNC: KnownSync = { kind: "users", target: "oneplan", sync: "people" };

/** Others, by the same engine. */
export const OTHERS: readonly KnownSync[] = [
  { kind: "rooms", target: "ones", sync: "rooms" },
  { kind: "plans", target: "contoso", sync: "plans-contoso" },
];

export interface OpenOptions {
  readonly isBehindProxy?: boolean;
  readonly signIn?: Partial<RelyingPartyOptions>;
  readonly group?: Partial<DeclaredAccess>;
  /** What else is deployed. */
  readonly outputs?: (outputs: Outputs) => void;
  /** By default a file. */
  readonly store?: StateStore;
  /** Of a console that was shut: the state is that one's. */
  readonly engine?: Bench;
  /** By default nothing runs by itself. */
  readonly strategies?: readonly Strategy[];
}

/** A registration of the console in the stand-in's directory. */
export function registered(
  { world }: Sandbox,
  redirectUri = "http://localhost/auth/callback",
  more: Partial<Pick<DirectoryObject, "keyCredentials" | "federatedIdentityCredentials">> = {},
): string {
  const { registrations } = directory(world);
  const day = { startDateTime: "2020-01-01T00:00:00Z", endDateTime: "2099-01-01T00:00:00Z" };
  const application = registrations.createApplication(
    {
      displayName: "tenantwire console",
      web: { redirectUris: [redirectUri] },
      passwordCredentials: [{ ...day, keyId: world.guid(redirectUri), secretHash: secretHash(SECRET) }],
      ...more,
    },
    [],
  );
  registrations.createServicePrincipal(application, { displayName: "tenantwire console" }, []);
  return text(application, "appId");
}

/** People of the tenant who can sign in; the first is the administrator of the group. */
export function peopleOf({ world }: Sandbox): readonly DirectoryObject[] {
  const { users } = directory(world);
  const people = [...users.values()].filter((each) => each["accountEnabled"] !== false && text(each, "mail") !== "");
  return [...people.filter(({ id }) => id === world.ownerId), ...people.filter(({ id }) => id !== world.ownerId)];
}

export class ConsoleBench {
  readonly engine: Bench;
  readonly sandbox: Sandbox;
  /** What the console is told that is deployed. */
  readonly outputs: Outputs;
  readonly access: Access;
  readonly accounts: Accounts;
  readonly work: Work;
  /** Who is in the OnePlan group, where one is linked; by id. */
  readonly members = new Map<string, Member>();
  readonly onePlan = {
    list: async () => [...this.members.values()],
    get: async (id: string) => this.members.get(id),
    find: async (mail: string) => [...this.members.values()].find((each) => each.mail === mail),
  };
  readonly #mailed = Promise.withResolvers<void>();
  /** Links that were mailed, by the address. */
  readonly mailed: { readonly to: string; readonly link: string }[] = [];
  /** What mailing a link is; undefined: no channel of mail is declared. */
  mailing: ((offered: Offered, link: string) => Promise<void>) | undefined = async ({ person }, link) => {
    this.mailed.push({ to: person.mail ?? "", link });
    this.#mailed.resolve();
  };

  /** The first link is on its way. */
  readonly wasMailed = this.#mailed.promise;
  readonly defects: unknown[] = [];
  /** Why nobody of the tenant can be added by name. */
  whyNoneAdded: string | undefined;
  readState: ConsoleWorld["state"] = () => this.engine.store.read();
  /** What looking at the registrations is. */
  looking: () => Promise<void> = async () => undefined;
  checkingRooms: ConsoleWorld["checkRooms"] = async () => ({ standings: [], bookings: { findings: [] } });
  checkingPlans: ConsoleWorld["checkPlans"] = async () => [];
  /** Every route, with what it needs. */
  readonly routes = new Map<string, Needs | undefined>();
  readonly #closing = new AbortController();
  readonly #clientId: string;
  readonly #options: OpenOptions;
  readonly #group: DeclaredAccess;
  #app: FastifyInstance | undefined;
  #kept: Awaited<ReturnType<typeof keptSessions>> | undefined;
  #port = 0;

  constructor(sandbox: Sandbox, clientId: string, options: OpenOptions = {}) {
    this.sandbox = sandbox;
    const { id, domain } = sandbox.world.tenant;
    this.outputs = deployedOutputs((outputs) => {
      outputs.tenant = { id, domain, cloud: "Microsoft" };
      options.outputs?.(outputs);
    });
    this.engine = options.engine ?? new Bench();
    this.#clientId = clientId;
    this.#options = options;
    this.#group = {
      ...{ id: "contoso", name: "Contoso", authentication: "office365Strict", allowed: [], timeZone: "Europe/Berlin" },
      administrators: [sandbox.world.ownerId],
      requests: { remindAfterDays: 3, expireAfterDays: 14 },
      ...options.group,
    };
    if (options.store) this.engine.store = options.store;
    const { store, clock } = this.engine;
    const home = sandbox.world.tenant.id;
    this.access = new Access({
      ...{ store, declared: this.#group, tenant: home, now: clock.now },
      adminConsent: async () => true,
      askOnePlan: (identity, known) =>
        askStanding(this.onePlan, { identity, known, home }, AbortSignal.timeout(60_000)),
    });
    this.accounts = new Accounts({
      ...{ access: this.access, store, declared: this.#group, now: clock.now, passwords: new Passwords(LITTLE) },
    });
    const perform: Perform = async (asked, onProgress) => {
      const { what, by, trigger, allow, looked } = asked;
      const definition = { ...this.engine.definition(), ...triedOf(asked), sync: asked.sync.sync };
      const only = await onlyThese(asked, definition, store);
      return runSync(definition, {
        ...{ store, now: clock.now, sleep: clock.sleep, dryRun: what === "look", by, trigger, onProgress },
        ...(allow !== undefined && { allow }),
        ...modeOf(asked),
        ...(looked && { looked }),
        ...(only && { only }),
      });
    };
    this.work = new Work({ perform, now: clock.now, pause: async () => setImmediate() });
  }

  get origin(): string {
    return this.#options.isBehindProxy ? "https://console.contoso.com" : `http://localhost:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  get app(): FastifyInstance {
    if (!this.#app) throw new TypeError("The console is not open.");
    return this.#app;
  }

  async open(): Promise<this> {
    const { isBehindProxy = false, signIn, strategies = [] } = this.#options;
    const { clock, store } = this.engine;
    const { tenant } = this.sandbox.world;
    this.#kept = await keptSessions(store);
    const world: ConsoleWorld = {
      outputs: this.outputs,
      deployedAnew: () => undefined,
      ...{
        isBehindProxy,
        now: clock.now,
        kept: this.#kept,
        syncs: [SYNC, ...OTHERS],
        strategies,
        disabled: [],
      },
      ...{ work: this.work, access: this.access, group: this.#group, closing: this.#closing.signal },
      origin: () => this.origin,
      timeZone: this.#group.timeZone,
      state: () => this.readState(),
      pause: async () => setImmediate(),
      signIn: {
        issuer: new URL(`https://login.microsoftonline.com/${tenant.id}/v2.0`),
        clientId: this.#clientId,
        tenant: tenant.id,
        proof: async () => ({ secret: SECRET }),
        ...signIn,
      },
      whyNoneAdded: async () => this.whyNoneAdded,
      findPerson: async (account) => {
        const found = peopleOf(this.sandbox).find((each) => text(each, "userPrincipalName") === account);
        if (!found) throw new TenantwireError(`Nobody is called ${account}.`);
        return { tenant: tenant.id, objectId: found.id, name: text(found, "displayName"), mail: text(found, "mail") };
      },
      accounts: this.accounts,
      ...(this.mailing && { mailLink: (offered, link) => this.mailing?.(offered, link) ?? Promise.resolve() }),
      ...(this.access.linked && { onePlan: this.onePlan }),
      tellAdministrators: async () => undefined,
      checkRooms: () => this.checkingRooms(),
      checkPlans: () => this.checkingPlans(),
      lookAtRegistrations: () => this.looking(),
      tellDefect: (error) => this.defects.push(error),
    };
    const app = httpServer(isBehindProxy);
    await app.register(eventReceiver({ known: async () => new Map(), onItem: () => undefined, now: clock.now }));
    app.addHook("onRoute", ({ method, url, config }) => {
      for (const each of [method].flat()) if (each !== "HEAD") this.routes.set(`${each} ${url}`, config?.needs);
    });
    await app.register(consoleOf(world));
    await app.listen({ port: 0, host: "127.0.0.1" });
    this.#port = (app.server.address() as AddressInfo).port;
    this.#app = app;
    return this;
  }

  /** Ends the server and gives its lock back, as a process does; the state stays. */
  async shut(): Promise<void> {
    this.#closing.abort();
    await this.#app?.close();
    await this.work.close();
    await this.#kept?.release();
  }

  async close(): Promise<void> {
    await this.shut();
    await this.engine.close();
  }

  browser(): Visitor {
    return new Visitor(this);
  }

  /** Somebody of the tenant with that role, signed in. */
  async as(role: Role | undefined, index: number): Promise<Visitor> {
    const person = peopleOf(this.sandbox)[index];
    if (!person) throw new RangeError(`The tenant has no person ${index}.`);
    const { tenant } = this.sandbox.world;
    if (role !== undefined && person.id !== this.sandbox.world.ownerId) {
      const name = text(person, "displayName");
      await this.access.add({ tenant: tenant.id, objectId: person.id, name }, role, { name: "a test" });
    }
    const visitor = this.browser();
    await visitor.signIn(text(person, "userPrincipalName"));
    return visitor;
  }

  keyOf(index: number): string {
    return entraKey(this.sandbox.world.tenant.id, peopleOf(this.sandbox)[index]?.id ?? "");
  }
}

/** What settings that are tried say of the target's fields, as the syncs take it from the outputs. */
function triedOf({ tried }: Asked) {
  const fields = tried?.integrations.oneplan?.users?.fields;
  return fields && { fields: Object.keys(fields) };
}

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Somebody at a browser, with its cookies. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  /** As the proxy in front says where the browser is. */
  address: string | undefined;
  readonly #bench: ConsoleBench;
  readonly #dispatcher = new Agent();

  constructor(bench: ConsoleBench) {
    this.#bench = bench;
  }

  async send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<Answer> {
    const bench = this.#bench;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const {
      statusCode,
      headers: answered,
      body: stream,
    } = await request(`http://127.0.0.1:${bench.port}${path}`, {
      method: method as "GET",
      dispatcher: this.#dispatcher,
      headers: {
        host: new URL(bench.origin).host,
        ...(bench.origin.startsWith("https:") && { "x-forwarded-proto": "https" }),
        ...(this.address !== undefined && { "x-forwarded-for": this.address }),
        ...(cookie !== "" && { cookie }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    for (const each of [answered["set-cookie"] ?? []].flat()) this.#keep(each);
    const { location } = answered;
    return { status: statusCode, headers: answered, location: [location].flat()[0], text: await stream.text() };
  }

  /** What an answer that goes on tells, event by event. */
  async *watch(path: string): AsyncGenerator<string, void, void> {
    const bench = this.#bench;
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const { body } = await request(`http://127.0.0.1:${bench.port}${path}`, {
      dispatcher: this.#dispatcher,
      headers: { host: new URL(bench.origin).host, cookie },
    });
    let text = "";
    for await (const chunk of body) {
      text += String(chunk);
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        yield text.slice(0, end);
        text = text.slice(end + 2);
      }
    }
  }

  get(path: string): Promise<Answer> {
    return this.send("GET", path);
  }

  /** Opens a page and sends its form that goes there, as a browser does. */
  async submit(page: string, action: string, fields: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.post(action, { _csrf: csrfOf((await this.get(page)).text), ...fields });
  }

  post(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const body = new URLSearchParams(fields).toString();
    const type = { "content-type": "application/x-www-form-urlencoded" };
    return this.send("POST", path, { ...type, origin: this.#bench.origin, ...headers }, body);
  }

  /** Up to the answer of Entra, which is not handed over yet. */
  async authorized(account: string, to = "/"): Promise<string> {
    const start = await this.get(`/auth/start?to=${encodeURIComponent(to)}`);
    const url = new URL(start.location ?? "");
    const browser = browserOf(this.#bench.sandbox);
    const query = { ...Object.fromEntries(url.searchParams), login_hint: account };
    const { location } = await browser.visit(url.pathname, query);
    await browser.close();
    return `${location?.pathname ?? ""}${location?.search ?? ""}`;
  }

  async signIn(account: string, to = "/"): Promise<Answer> {
    return this.get(await this.authorized(account, to));
  }

  #keep(cookie: string): void {
    const [pair = ""] = cookie.split(";");
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (value === "" || /expires=Thu, 01 Jan 1970/i.test(cookie)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

export function csrfOf(page: string): string {
  return /name="_csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
}
