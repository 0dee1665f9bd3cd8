/** Each route, tried as nobody, as somebody without a role, and as each role; and requests that no page of ours sends. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { fastify } from "fastify";
import { guard } from "../../console/http/guard.ts";
import { may, type Role, roles } from "../../contract/access/rules.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { readHead } from "../../sync/access/audit.ts";
import { throughProxy } from "../sync/connectors/hosts.ts";
import { person } from "../sync/run/fakes.ts";
import { ConsoleBench, csrfOf, registered, SYNC, type Visitor } from "./bench.ts";

type Who = "nobody" | "no role" | Role;

let sandbox: Sandbox;
let leave: () => Promise<void>;
let bench: ConsoleBench;
const visitors = new Map<Who, Visitor>();

beforeAll(async () => {
  sandbox = await startSandbox({ users: 40, provider: false });
  leave = throughProxy(sandbox);
  bench = await new ConsoleBench(sandbox, registered(sandbox)).open();
  bench.engine.source.put(person("ann"));
  visitors.set("nobody", bench.browser());
  visitors.set("no role", await bench.as(undefined, 3));
  const indexes = { Administrator: 0, Editor: 1, Reader: 2 };
  for (const role of roles) visitors.set(role, await bench.as(role, indexes[role]));
  await bench.as("Reader", 4);
  const asking = await bench.as(undefined, 5);
  await asking.submit("/no-access", "/access/request", { why: "please" });
  const [request] = await bench.access.requests();
  const [ran, looked] = (["run", "look"] as const).map((what) =>
    bench.work.add({ sync: SYNC, what, trigger: "manual", by: "ada" }),
  );
  for (const job of [ran, looked]) await bench.work.ended(job?.id ?? "");
  const report = bench.work.get(ran?.id ?? "")?.report;
  existing = {
    ...{ key: bench.keyOf(4), run: report?.runId ?? "", work: looked?.id ?? "", request: request?.id ?? "" },
  };
  for (const id of Object.values(existing)) expect(id).not.toBe("");
});
afterAll(async () => {
  await bench.close();
  await leave();
  await sandbox.stop();
});

const LOOK = "see runs, plans, rooms and statistics";
const RUN = "run a sync, or what failed again";
const APPROVE = "approve exactly this plan";
const SEE = "see people and the audit trail";
const DECIDE = "decide about requests, add and remove people, change roles";

/** What each needs. A route that is not here is one that nobody thought about. */
const routes: Readonly<Record<string, string>> = {
  "GET /sign-in": "nobody",
  "GET /auth/start": "nobody",
  "GET /auth/callback": "nobody",
  "GET /signed-out": "nobody",
  "GET /forms": "nobody",
  "POST /forms": "nobody",
  "GET /forms/forgotten": "nobody",
  "POST /forms/forgotten": "nobody",
  "GET /forms/link/:token": "nobody",
  "POST /forms/link/:token": "nobody",
  "GET /forms/password": "signed in",
  "POST /forms/password": "signed in",
  "GET /static/console.css": "nobody",
  "GET /static/console.js": "nobody",
  "GET /static/icon.svg": "nobody",
  "GET /account": "signed in",
  "GET /no-access": "signed in",
  "POST /auth/sign-out": "signed in",
  "POST /auth/sign-out-everywhere": "signed in",
  "POST /access/request": "signed in",
  "GET /": LOOK,
  "GET /runs": LOOK,
  "GET /runs/:kind/:target/:run": LOOK,
  "GET /runs/:kind/:target/:run/events": LOOK,
  "GET /objects": LOOK,
  "GET /objects/:kind/:target": LOOK,
  "GET /rooms": LOOK,
  "POST /rooms/check": "see what would change",
  "GET /rooms/check/events": "see what would change",
  "GET /plans": LOOK,
  "POST /plans/check": "see what would change",
  "GET /plans/check/events": "see what would change",
  "GET /statistics": LOOK,
  "GET /credentials": LOOK,
  "GET /registrations": LOOK,
  "POST /registrations/look": RUN,
  "GET /sheets": LOOK,
  "POST /syncs/:kind/:target/look": "see what would change",
  "GET /work/:id": "see what would change",
  "GET /work/:id/events": "see what would change",
  "POST /syncs/:kind/:target/run": RUN,
  "POST /work/:id/approve": APPROVE,
  "POST /work/:id/withdraw": RUN,
  "GET /waiting/:kind/:target/:hash": "see what would change",
  "POST /waiting/:kind/:target/:hash/approve": APPROVE,
  "GET /try": RUN,
  "GET /try/:kind/:target": RUN,
  "POST /try/:kind/:target": RUN,
  "GET /people": SEE,
  "POST /people/requests/:id/approve": DECIDE,
  "POST /people/requests/:id/deny": DECIDE,
  "POST /people/add": DECIDE,
  "POST /people/:key/role": DECIDE,
  "POST /people/:key/remove": DECIDE,
  "GET /people/oneplan": SEE,
  "POST /people/oneplan": DECIDE,
  "POST /people/:key/account": DECIDE,
  "POST /people/:key/account/remove": DECIDE,
  "GET /audit": SEE,
};

const parameters: Readonly<Record<string, string>> = {
  ...{
    kind: SYNC.kind,
    target: SYNC.target,
    run: "nothing",
    hash: "nothing",
    id: "nothing",
    key: "nobody",
    token: "nothing",
  },
};

/** What is there: somebody of the group, a run, what was begun, and who asks for access. */
let existing: Readonly<Record<string, string>> = {};

/** @param there of things that are there, for who may not touch them: it is the role that is refused, and not the name */
function addressOf(route: string, there = false): { readonly method: string; readonly path: string } {
  const [method = "", path = ""] = route.split(" ");
  const ofId = path.startsWith("/people/requests") ? "request" : "work";
  const value = (name: string) => (there ? existing[name === "id" ? ofId : name] : undefined) ?? parameters[name] ?? "";
  return { method, path: path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(value(name))) };
}

function isAllowed(who: Who, needs: string): boolean {
  if (needs === "nobody") return true;
  if (who === "nobody") return false;
  if (needs === "signed in") return true;
  return who !== "no role" && may(who, needs as Parameters<typeof may>[1]);
}

describe("every route", () => {
  it("is in the table, and needs what stands there", () => {
    expect(Object.fromEntries(bench.routes)).toEqual(routes);
  });

  it("says what it needs, or the console does not start", async () => {
    const app = fastify();
    guard(app, {
      origin: () => "http://localhost",
      roleNow: async () => undefined,
      endedAt: async () => undefined,
      removedAt: async () => undefined,
      takesForms: false,
      now: () => new Date(),
    });

    expect(() => app.get("/forgotten", () => "")).toThrow("The route GET /forgotten does not say what it needs.");
    await app.close();
  });

  const who: readonly Who[] = ["nobody", "no role", ...roles];
  // Those that end the session of who is used here are tried in the sign-in's own tests.
  const tried = Object.entries(routes).filter(([route]) => !/sign-out/.test(route));
  it.each(tried.flatMap(([route, needs]) => who.map((each) => [route, each, needs] as const)))(
    "%s as %s",
    async (route, each, needs) => {
      const { method, path } = addressOf(route, !isAllowed(each, needs));
      const visitor = visitors.get(each);
      if (!visitor) throw new TypeError(each);
      const csrf = csrfOf((await visitor.get("/account")).text);
      const answer =
        method === "GET" ? await visitor.get(path) : await visitor.post(path, { _csrf: csrf, role: "Reader" });

      if (isAllowed(each, needs)) {
        // Found or not, done or refused by what it is about: not by who comes.
        expect([200, 303, 304, 400, 404, 409]).toContain(
          answer.status === 403 ? forbidden(route, answer.text) : answer.status,
        );
        expect(answer.location ?? "").not.toMatch(/^\/(sign-in|no-access)/);
      } else if (each === "nobody") {
        expect([answer.status, answer.location?.split("?")[0]]).toEqual(
          method === "GET" ? [303, "/sign-in"] : [401, undefined],
        );
      } else if (each === "no role") {
        expect([answer.status, answer.location]).toEqual(method === "GET" ? [303, "/no-access"] : [403, undefined]);
      } else {
        expect(answer.status).toBe(403);
        expect(answer.text).toContain(`Your role is ${each}`);
      }
    },
  );

  /** These answer 403 to whoever may open them: no sign-in was begun, there is no access, and this group takes no forms. */
  function forbidden(route: string, page: string): number {
    const isMeant =
      (route === "GET /auth/callback" && /No sign-in was begun|not one to a sign-in that began here/.test(page)) ||
      (route === "GET /no-access" && /No access/.test(page)) ||
      (/ \/forms/.test(route) && /Nobody signs in by a form here|not one of this session/.test(page));
    return isMeant ? 200 : 403;
  }
});

describe("what no page of ours sends", () => {
  /** What a request could change: what was begun, who may what, who asks, and what was written down. */
  const standing = async () => ({
    work: bench.work.all().map(({ id }) => id),
    people: await bench.access.people(),
    requests: await bench.access.requests(),
    trail: await readHead(await bench.engine.store.read()),
  });
  const posts = Object.keys(routes).filter((route) => route.startsWith("POST"));

  it.each(posts)(
    "%s without the form's token, with another's, and from another site, changes nothing",
    async (route) => {
      const { path } = addressOf(route, true);
      const [ada, eve] = [visitors.get("Administrator"), visitors.get("Editor")];
      if (!ada || !eve) throw new TypeError();
      const [own, others] = await Promise.all(
        [ada, eve].map(async (each) => csrfOf((await each.get("/account")).text)),
      );
      const before = await standing();
      const fields = { role: "Reader", why: "x" };
      const answers = [
        await ada.post(path, fields),
        await ada.post(path, { ...fields, _csrf: others ?? "" }),
        await ada.post(path, { ...fields, _csrf: own ?? "" }, { origin: "https://evil.example" }),
        await ada.post(path, { ...fields, _csrf: own ?? "" }, { origin: "null" }),
        await ada.send("POST", path, { "content-type": "application/x-www-form-urlencoded" }, `_csrf=${own ?? ""}`),
        await ada.post(path, { ...fields, _csrf: own ?? "" }, { "content-type": "text/plain" }),
      ];

      expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(403));
      expect(await standing()).toEqual(before);
      expect((await ada.get("/account")).status).toBe(200);
    },
  );

  it("is another host's name: a name that was bound anew to this machine opens nothing", async () => {
    const ada = visitors.get("Administrator");
    const answer = await ada?.send("GET", "/", { host: "evil.example" });

    expect([answer?.status, answer?.text]).toEqual([421, expect.stringContaining(`The console is at ${bench.origin}`)]);
  });

  it("is answered with headers that let nothing else in", async () => {
    const answer = await visitors.get("Administrator")?.get("/");

    expect(answer?.headers).toMatchObject({
      "content-security-policy":
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self';connect-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none'",
      "cache-control": "no-store",
      "referrer-policy": "same-origin",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    });
    expect(answer?.text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i);
  });
});
