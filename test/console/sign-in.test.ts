/** Coming in by the stand-in's Entra, and everything that is no sign-in. */
import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { IDLE_MS, LONGEST_MS, MOST_OF_ONE } from "../../console/http/sessions.ts";
import { text } from "../../sandbox/directory/model.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { inOneTenant } from "../sandbox/in-one-tenant.ts";
import { keyCredential, newCertificate } from "../sandbox/certificate.ts";
import { ConsoleBench, type OpenOptions, peopleOf, registered } from "./bench.ts";

let sandbox: Sandbox;
let clientId: string;
let bench: ConsoleBench | undefined;

inOneTenant({ users: 40 }, (started) => {
  sandbox = started;
  clientId = registered(sandbox);
});
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

async function open(options: OpenOptions = {}): Promise<ConsoleBench> {
  bench = await new ConsoleBench(sandbox, clientId, options).open();
  return bench;
}

function accountOf(index: number): string {
  const person = peopleOf(sandbox)[index];
  return person ? text(person, "userPrincipalName") : "";
}

describe("signing in", () => {
  it("leads through Entra to the page that was wanted, with PKCE, state and nonce", async () => {
    const here = await open();
    const ada = here.browser();
    expect((await ada.get("/runs")).location).toBe("/sign-in?to=%2Fruns");
    const { location } = await ada.get("/auth/start?to=/runs");
    const asked = Object.fromEntries(new URL(location ?? "").searchParams);
    expect(asked).toMatchObject({ response_type: "code", scope: "openid profile", code_challenge_method: "S256" });
    expect(asked["redirect_uri"]).toBe(`${here.origin}/auth/callback`);
    for (const name of ["code_challenge", "state", "nonce"]) expect(asked[name]?.length).toBeGreaterThan(30);

    const came = await ada.signIn(accountOf(0), "/runs");
    expect([came.status, came.location]).toEqual([303, "/runs"]);
    const page = await ada.get("/runs");
    expect(page.status).toBe(200);
    expect(page.text).toContain("Administrator");
  });

  it("has a new session id, and the old one is nobody's: an id that somebody planted is no way in", async () => {
    const here = await open();
    const [attacker, victim] = [here.browser(), here.browser()];
    await attacker.get("/auth/start");
    const planted = attacker.cookies.get("tenantwire") ?? "";
    expect(planted).not.toBe("");
    victim.cookies.set("tenantwire", planted);
    await victim.signIn(accountOf(0));

    expect(victim.cookies.get("tenantwire")).not.toBe(planted);
    expect((await victim.get("/")).status).toBe(200);
    expect((await attacker.get("/")).location).toBe("/sign-in");
  });

  it("keeps no id as it is: who reads the state has no session", async () => {
    const here = await open();
    const ada = await here.as("Administrator", 0);
    const state = await here.engine.store.read();
    const kept: string[] = [];
    for await (const page of state.list("console-sessions")) kept.push(...page.map(({ key }) => key));

    expect(kept).toHaveLength(1);
    expect(JSON.stringify(kept)).not.toContain(ada.cookies.get("tenantwire"));
  });

  it.each<[string, (callback: string) => string]>([
    ["without a code", (callback) => callback.replace(/code=[^&]+&?/, "")],
    ["with another state", (callback) => callback.replace(/state=[^&]+/, "state=forged")],
    ["without a state", (callback) => callback.replace(/&?state=[^&]+/, "")],
    ["with a code that nobody gave", (callback) => callback.replace(/code=[^&]+/, "code=1.forged")],
    ["with an error of somebody's own", () => "/auth/callback?error=access_denied&error_description=%3Cb%3Ehi"],
  ])("is none by an answer %s", async (_, change) => {
    const here = await open();
    const ada = here.browser();
    const answer = await ada.get(change(await ada.authorized(accountOf(0))));

    expect(answer.status).toBe(403);
    expect(answer.text).not.toContain("<b>");
    expect((await ada.get("/")).location).toBe("/sign-in");
  });

  it("takes an answer once, and in the browser that asked alone", async () => {
    const here = await open();
    const [ada, other] = [here.browser(), here.browser()];
    const callback = await ada.authorized(accountOf(0));

    expect((await other.get(callback)).status).toBe(403);
    expect((await ada.get(callback)).status).toBe(303);
    expect((await ada.get(callback)).status).toBe(403);
  });

  it.each([
    ["the first", ["/runs", "/people"]],
    ["the second", ["/people", "/runs"]],
  ])("in two tabs comes to both, where %s is answered first, and each leads to its own page", async (_, order) => {
    const here = await open();
    const ada = here.browser();
    const tabs = new Map<string, string>();
    for (const to of ["/runs", "/people"]) tabs.set(to, await ada.authorized(accountOf(0), to));
    for (const to of order) expect((await ada.get(tabs.get(to) ?? "")).location).toBe(to);

    expect((await ada.get("/")).status).toBe(200);
  });

  it("remembers so many tabs of one browser, and of more the newest", async () => {
    const here = await open();
    const ada = here.browser();
    const callbacks = [];
    for (let tab = 0; tab < 11; tab += 1) {
      callbacks.push(await ada.authorized(accountOf(0)));
    }
    const [first = "", second = ""] = callbacks;

    expect((await ada.get(first)).status).toBe(403);
    expect((await ada.get(second)).status).toBe(303);
  });

  it("is too late after a quarter of an hour", async () => {
    const here = await open();
    const ada = here.browser();
    const callback = await ada.authorized(accountOf(0));
    here.engine.clock.advance(16 * 60 * 1000);

    expect((await ada.get(callback)).status).toBe(403);
  });

  it("is for people of the stack's own tenant, whatever the issuer says", async () => {
    const here = await open({ signIn: { tenant: "99999999-9999-4999-8999-999999999999" } });
    const ada = here.browser();
    const answer = await ada.signIn(accountOf(0));

    expect(answer.status).toBe(403);
    expect(answer.text).toContain("another tenant");
    expect((await ada.get("/")).location).toBe("/sign-in");
  });

  it("says what is wrong where Entra does not take the console's own credential", async () => {
    const here = await open({ signIn: { proof: async () => ({ secret: "an-old-one" }) } });
    const answer = await here.browser().signIn(accountOf(0));

    expect(answer.status).toBe(502);
    expect(answer.text).toContain("AADSTS7000215");
    expect(answer.text).not.toContain("an-old-one");
    expect(here.defects).toEqual([]);
  });

  it("proves which application it is by a certificate as well, and is refused with one that Entra does not know", async () => {
    const [own, other] = await Promise.all([newCertificate("console"), newCertificate("another")]);
    const id = registered(sandbox, undefined, { keyCredentials: [keyCredential(own)] });
    const proof = { certificate: own.pem };
    bench = await new ConsoleBench(sandbox, id, { signIn: { proof: async () => proof } }).open();
    const came = await bench.browser().signIn(accountOf(0), "/runs");
    expect([came.status, came.location]).toEqual([303, "/runs"]);

    proof.certificate = other.pem;
    const refused = await bench.browser().signIn(accountOf(0));
    expect([refused.status, refused.text]).toEqual([502, expect.stringContaining("AADSTS700027")]);
    expect(refused.text).not.toContain("PRIVATE KEY");
    expect(bench.defects).toEqual([]);
  });

  it("proves it by the token of its workload, and is refused where the registration does not trust that", async () => {
    const { issuer, subject, audience } = sandbox.world.workload;
    const trust = { id: "1", name: "serve", issuer, subject, audiences: [audience], description: null };
    const trusting = registered(sandbox, undefined, { federatedIdentityCredentials: [trust] });
    const file = sandbox.environment["AZURE_FEDERATED_TOKEN_FILE"] ?? "";
    const signIn = { proof: async () => ({ assertion: await readFile(file, "utf8") }) };
    bench = await new ConsoleBench(sandbox, trusting, { signIn }).open();
    const came = await bench.browser().signIn(accountOf(0), "/runs");
    expect([came.status, came.location]).toEqual([303, "/runs"]);
    await bench.close();

    const here = await open({ signIn });
    const refused = await here.browser().signIn(accountOf(0));
    expect([refused.status, refused.text]).toEqual([502, expect.stringContaining("AADSTS70025")]);
    expect(here.defects).toEqual([]);
  });

  it("says that Entra does not answer where it does not, and that is no defect of ours", async () => {
    const issuer = new URL("https://login.nowhere.example/v2.0");
    const here = await open({ signIn: { issuer } });
    const answer = await here.browser().get("/auth/start");

    expect([answer.status, answer.text]).toEqual([502, expect.stringContaining(issuer.host)]);
    expect(here.defects).toEqual([]);
  });

  it.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/ok\r\nx: y"])(
    "goes to no other address than the console's own afterwards: %j",
    async (to) => {
      const here = await open();
      const { status, location } = await here.browser().signIn(accountOf(0), to);

      expect([status, location]).toEqual([303, "/"]);
    },
  );

  it("is limited: who tries without end is told to wait", async () => {
    const here = await open();
    const somebody = here.browser();
    const statuses = [];
    for (let index = 0; index < 22; index += 1) statuses.push((await somebody.get("/auth/start")).status);

    expect(statuses.slice(0, 20)).toEqual(Array(20).fill(303));
    expect(statuses.slice(20)).toEqual([429, 429]);
  });
});

describe("a session", () => {
  it("ends when nobody used it for an hour, and after twelve hours in any case", async () => {
    const here = await open();
    const { clock } = here.engine;
    const idle = await here.as("Administrator", 0);
    clock.advance(IDLE_MS - 1000);
    expect((await idle.get("/")).status).toBe(200);
    clock.advance(IDLE_MS + 1000);
    expect((await idle.get("/")).location).toBe("/sign-in");

    const busy = await here.as("Administrator", 0);
    for (let at = 0; at < LONGEST_MS; at += IDLE_MS / 2) {
      expect((await busy.get("/")).status).toBe(200);
      clock.advance(IDLE_MS / 2);
    }
    clock.advance(1000);
    expect((await busy.get("/")).location).toBe("/sign-in");
  });

  it("ends in every browser at once", async () => {
    const here = await open();
    const [desk, phone] = [await here.as("Administrator", 0), await here.as("Administrator", 0)];
    here.engine.clock.advance(1000);
    expect((await desk.submit("/account", "/auth/sign-out-everywhere")).location).toBe("/signed-out");

    expect((await desk.get("/")).location).toBe("/sign-in");
    expect((await phone.get("/")).location).toBe("/sign-in");
    here.engine.clock.advance(1000);
    expect((await here.as("Administrator", 0)).cookies.size).toBe(1);
  });

  it("that was signed out stays so, whatever a slower request of before still writes into it", async () => {
    const here = await open();
    const ada = await here.as("Administrator", 0);
    const [began, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    here.looking = () => {
      began.resolve();
      return gate.promise;
    };
    const slow = ada.submit("/registrations", "/registrations/look");
    await began.promise;
    expect((await ada.submit("/account", "/auth/sign-out")).location).toBe("/signed-out");
    gate.resolve();
    expect((await slow).status).toBe(303);

    expect((await ada.get("/")).location).toBe("/sign-in");
  });

  it("of one person is one of twenty at most: who signs in again and again fills no disk", async () => {
    const proxied = registered(sandbox, "https://console.contoso.com/auth/callback");
    const here = (bench = await new ConsoleBench(sandbox, proxied, { isBehindProxy: true }).open());
    const first = here.browser();
    for (let times = 0; times <= MOST_OF_ONE; times += 1) {
      const visitor = times === 0 ? first : here.browser();
      visitor.address = `198.51.100.${times}`;
      await visitor.signIn(accountOf(3));
      here.engine.clock.advance(1000);
    }
    const kept: string[] = [];
    for await (const page of (await here.engine.store.read()).list("console-sessions"))
      kept.push(...page.map(({ key }) => key));

    expect(kept).toHaveLength(MOST_OF_ONE);
    expect((await first.get("/no-access")).location).toMatch(/^\/sign-in/);
  });

  it("that was ended by a clock that was a month ahead is over, and the next one is not", async () => {
    const here = await open();
    const ada = await here.as("Administrator", 0);
    here.engine.clock.advance(30 * 24 * 60 * 60 * 1000);
    await ada.signIn(accountOf(0));
    await ada.submit("/account", "/auth/sign-out-everywhere");
    here.engine.clock.advance(-30 * 24 * 60 * 60 * 1000);
    await ada.signIn(accountOf(0));

    expect((await ada.get("/")).status).toBe(200);
  });

  it("survives a restart of the process, since it is in the state", async () => {
    const here = await open();
    const ada = await here.as("Administrator", 0);
    await here.shut();
    await here.open();

    expect((await ada.get("/")).status).toBe(200);
  });

  it("has a cookie that no script reads and no other site sends along; behind a proxy only by https, for this host alone", async () => {
    const here = await open();
    const plain = await here.browser().get("/auth/start");
    expect(String(plain.headers["set-cookie"])).toMatch(/^tenantwire=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
    await here.close();

    const behind = await open({ isBehindProxy: true });
    const secure = await behind.browser().get("/auth/start");
    expect(String(secure.headers["set-cookie"])).toMatch(
      /^__Host-tenantwire=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(secure.headers["strict-transport-security"]).toContain("max-age=31536000");

    const unsaid = await behind.browser().send("GET", "/auth/start", { "x-forwarded-proto": "http" });
    expect([unsaid.status, unsaid.text]).toEqual([421, expect.stringContaining("X-Forwarded-Proto")]);
  });
});
