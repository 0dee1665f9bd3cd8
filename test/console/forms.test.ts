/** Accounts of forms: given, set, used, forgotten, locked and taken away; and nobody learns who has one. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { ConnectionError, StateLocked } from "../../contract/errors.ts";
import { MOST_AT_ONCE } from "../../console/sign-in/forms.ts";
import { FREE, MOST } from "../../console/sign-in/tries.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { newestEntries, verifyTrail } from "../../sync/access/index.ts";
import { LINK_MS } from "../../sync/access/accounts.ts";
import { inOneTenant } from "../sandbox/in-one-tenant.ts";
import { type Answer, ConsoleBench, csrfOf, type OpenOptions, registered, type Visitor } from "./bench.ts";

const LINKED: OpenOptions = {
  group: {
    administrators: [],
    allowed: ["office365", "forms"],
    oneplanConfiguration: "33333333-3333-4333-8333-333333333333",
  },
};
const PROXIED: OpenOptions = { ...LINKED, isBehindProxy: true };
const GOOD = "brown kettle under seven clouds";
const OTHER = "late trains carry quiet lanterns";
const OLGA = "olga@partner.example";
const MIA = "mia@partner.example";

let sandbox: Sandbox;
let clientId: string;
let bench: ConsoleBench;

inOneTenant({ users: 10 }, (started) => {
  sandbox = started;
  clientId = registered(sandbox);
});
afterEach(async () => {
  const { faults } = await verifyTrail(await bench.engine.store.read());
  await bench.close();
  expect([faults, bench.defects]).toEqual([[], []]);
});

/** A linked group with an owner and somebody active, who both have an account. */
async function open(options: OpenOptions = LINKED, prepare: (here: ConsoleBench) => void = () => undefined) {
  bench = new ConsoleBench(sandbox, clientId, options);
  bench.members.set("olga", { id: "olga", name: "Olga", mail: OLGA, standing: "owner" });
  bench.members.set("mia", { id: "mia", name: "Mia <b>", mail: MIA, standing: "active" });
  prepare(bench);
  return bench.open();
}

async function known(id: string): Promise<string> {
  const member = bench.members.get(id);
  if (!member) throw new TypeError(id);
  const { key } = await bench.access.add({ oneplanId: id, member }, "Reader", { name: "a test" });
  return key;
}

async function given(id: string, password = GOOD): Promise<void> {
  const { token } = await bench.accounts.offer(await known(id), { name: "a test" });
  await bench.accounts.setByLink(token, password);
}

async function signIn(visitor: Visitor, mail: string, password = GOOD, to = "/"): Promise<Answer> {
  return visitor.submit("/forms", "/forms", { mail, password, to });
}

function pathOf(link: string | undefined): string {
  expect(link).toMatch(new RegExp(`^${bench.origin}/forms/link/[\\w-]{43}$`));
  return new URL(link ?? "").pathname;
}

async function actions(): Promise<readonly string[]> {
  return (await newestEntries(await bench.engine.store.read(), 50)).map(({ action }) => action).reverse();
}

describe("an account of forms", () => {
  it("is given by an administrator, mailed as a link, set by it once, and signs in with a role that OnePlan says", async () => {
    const here = await open();
    await given("olga");
    await known("mia");
    const [olga, mia] = [here.browser(), here.browser()];
    expect((await signIn(olga, OLGA, GOOD, "/people")).location).toBe("/people");
    const people = await olga.get("/people");
    expect(people.text).toContain("Give Mia &lt;b&gt; an account");
    expect((await olga.submit("/people", "/people/oneplan%3Amia/account")).location).toBe("/people");
    expect((await olga.get("/people")).text).toContain(`was mailed to Mia &lt;b&gt; (${MIA})`);

    expect(here.mailed.map(({ to }) => to)).toEqual([MIA]);
    const path = pathOf(here.mailed[0]?.link);
    expect((await mia.get(path)).text).toContain("Hello Mia &lt;b&gt;");
    const set = await mia.submit(path, path, { password: GOOD, again: GOOD });
    expect([set.status, set.location]).toEqual([303, "/forms"]);
    expect((await mia.get("/forms")).text).toContain("Your password is set");
    for (const again of [await mia.get(path), await mia.submit("/forms", path, { password: OTHER, again: OTHER })]) {
      expect([again.status, again.text]).toEqual([404, expect.stringContaining("does nothing any more")]);
    }

    here.engine.clock.advance(1000);
    expect((await signIn(mia, MIA.toUpperCase())).location).toBe("/");
    expect((await mia.get("/")).text).toContain("Reader");
    expect((await mia.get("/people")).status).toBe(403);
    expect(await actions()).toEqual([
      ...["person added", "account of forms given", "password set by a link", "person added", "signed in"],
      ...["account of forms given", "password set by a link", "signed in"],
    ]);
  });

  it("is kept without its password, and without the token of its link", async () => {
    await open();
    await given("olga");
    const { token } = await bench.accounts.offer("oneplan:olga", { name: "a test" });
    const visitor = bench.browser();
    await signIn(visitor, OLGA, OTHER);
    await signIn(visitor, OLGA);
    const state = await bench.engine.store.read();
    const kept: unknown[] = [];
    for (const partition of ["access-accounts", "access-audit", "access-people", "console-sessions", "console-tries"]) {
      for await (const page of state.list(partition)) kept.push(page);
    }
    const text = JSON.stringify(kept);

    expect(text).toContain("$scrypt$ln=");
    for (const secret of [GOOD, OTHER, token]) expect(text).not.toContain(secret);
  });

  it("has a link that is shown once to the administrator where no mail is declared, or it could not be sent", async () => {
    const here = await open(LINKED, (each) => (each.mailing = undefined));
    await given("olga");
    await known("mia");
    const olga = here.browser();
    await signIn(olga, OLGA);
    const page = await olga.submit("/people", "/people/oneplan%3Amia/account");

    expect(page.status).toBe(200);
    expect(page.text).toContain("No channel of mail is declared");
    const path = pathOf(/value="(http[^"]+)"/.exec(page.text)?.[1]);
    expect((await here.browser().get(path)).status).toBe(200);
    expect((await olga.get("/people")).text).not.toContain(path);
    const forgotten = await here.browser().get("/forms/forgotten");
    expect(forgotten.text).toContain("ask an administrator");
  });

  it("has a link that ends after a day, and does nothing once there is a newer one", async () => {
    const here = await open();
    const key = await known("mia");
    const [first, second] = [
      await here.accounts.offer(key, { name: "kim" }),
      await here.accounts.offer(key, { name: "kim" }),
    ];
    const at = async (token: string) => (await here.browser().get(`/forms/link/${token}`)).status;

    expect([await at(first.token), await at(second.token), await at("x".repeat(43))]).toEqual([404, 200, 404]);
    here.engine.clock.advance(LINK_MS);
    expect(await at(second.token)).toBe(404);
  });

  it("has a link that does nothing once OnePlan has another mail address of the person", async () => {
    const here = await open();
    const { token } = await here.accounts.offer(await known("mia"), { name: "kim" });
    const path = `/forms/link/${token}`;
    expect((await here.browser().get(path)).status).toBe(200);
    here.members.set("mia", { id: "mia", name: "Mia", mail: "mia.new@partner.example", standing: "active" });
    await known("mia");

    expect((await here.browser().get(path)).status).toBe(404);
    expect([...(await here.accounts.standings()).values()]).toEqual([{ isSet: false }]);
  });

  it.each([
    ["fourteen characters", "kettle & cloud", /has 14 characters, and takes 15 or more/],
    ["a name that everybody knows", "olgapartnerexamplecontoso", /Others would guess it/],
    ["two that differ", GOOD, /not the same/],
  ])("has no password of %s", async (_, password, why) => {
    const here = await open();
    const { token } = await here.accounts.offer(await known("olga"), { name: "kim" });
    const path = `/forms/link/${token}`;
    const again = password === GOOD ? OTHER : password;
    const answer = await here.browser().submit(path, path, { password, again });

    expect([answer.status, answer.text]).toEqual([400, expect.stringMatching(why)]);
    expect(answer.text).not.toContain(password);
    expect(await here.accounts.ofLink(token)).toBeDefined();
  });

  it("whose password is changed is signed out in every browser, and the old one does nothing any more", async () => {
    const here = await open();
    await given("mia");
    const [desk, phone] = [here.browser(), here.browser()];
    for (const browser of [desk, phone]) await signIn(browser, MIA);
    here.engine.clock.advance(1000);
    const wrong = await desk.submit("/forms/password", "/forms/password", {
      before: OTHER,
      password: OTHER,
      again: OTHER,
    });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining("password of now is another one")]);
    const changed = await desk.submit("/forms/password", "/forms/password", {
      before: GOOD,
      password: OTHER,
      again: OTHER,
    });

    expect(changed.location).toBe("/forms");
    for (const browser of [desk, phone]) expect((await browser.get("/")).location).toBe("/sign-in");
    here.engine.clock.advance(1000);
    expect((await signIn(desk, MIA, GOOD)).status).toBe(401);
    expect((await signIn(desk, MIA, OTHER)).location).toBe("/");
  });

  it("is not locked by new passwords that cannot be had, but by wrong ones of now, and that is written down", async () => {
    const here = await open(PROXIED);
    await given("mia");
    const mia = here.browser();
    await signIn(mia, MIA);
    let tried = 0;
    const change = async (before: string, password: string, again = password) => {
      tried += 1;
      mia.address = `10.4.0.${tried}`;
      return (await mia.submit("/forms/password", "/forms/password", { before, password, again })).text;
    };
    for (let index = 0; index < FREE; index += 1) {
      expect(await change(GOOD, "too short")).toContain("takes 15 or more");
      expect(await change(GOOD, OTHER, GOOD)).toContain("not the same");
    }
    expect((await signIn(here.browser(), MIA)).location).toBe("/");

    for (let index = 0; index < FREE; index += 1) await change(OTHER, OTHER);
    expect(await change(GOOD, OTHER)).toContain("it is locked");
    expect((await signIn(here.browser(), MIA)).status).toBe(429);
    expect((await actions()).filter((action) => action === "sign-in by form locked")).toHaveLength(1);
  });

  it("that is taken away lets nobody in, and ends what is open", async () => {
    const here = await open();
    await given("olga");
    await given("mia");
    const [olga, mia] = [here.browser(), here.browser()];
    await signIn(olga, OLGA);
    await signIn(mia, MIA);
    here.engine.clock.advance(1000);
    await olga.submit("/people", "/people/oneplan%3Amia/account/remove");

    expect((await mia.get("/")).location).toBe("/sign-in");
    expect((await signIn(mia, MIA)).status).toBe(401);
  });

  it("lets nobody in for whom it was taken away while OnePlan was asked about the sign-in", async () => {
    const here = await open();
    await given("olga");
    await given("mia");
    const [olga, mia] = [here.browser(), here.browser()];
    await signIn(olga, OLGA);
    const { get } = here.onePlan;
    here.onePlan.get = async (id) => {
      here.onePlan.get = get;
      here.engine.clock.advance(1000);
      await olga.submit("/people", "/people/oneplan%3Amia/account/remove");
      here.engine.clock.advance(1000);
      return get(id);
    };
    await signIn(mia, MIA);

    expect(await actions()).toContain("account of forms taken away");
    expect((await mia.get("/")).location).toBe("/sign-in");
  });

  it("is gone with whoever is removed, also if the person comes back", async () => {
    const here = await open();
    await given("mia");
    await here.access.remove("oneplan:mia", { name: "kim" });
    await known("mia");

    expect((await signIn(here.browser(), MIA)).status).toBe(401);
  });

  it.each(["inactive", "noPermission"] as const)(
    "lets nobody in who is %s in OnePlan now, right password or not",
    async (standing) => {
      const here = await open();
      await given("mia");
      const [phone, mia] = [here.browser(), here.browser()];
      await signIn(phone, MIA);
      here.engine.clock.advance(1000);
      here.members.set("mia", { id: "mia", name: "Mia", mail: MIA, standing });
      expect((await signIn(mia, MIA)).location).toBe("/");
      expect((await phone.get("/")).location).toBe("/sign-in");

      expect((await mia.get("/")).location).toBe("/no-access");
      expect((await mia.get("/no-access")).text).not.toContain("Ask for access");
    },
  );

  it("is for nobody without access or mail address, and for nobody whose address is another one's", async () => {
    const here = await open();
    await given("mia");
    here.members.set("nils", { id: "nils", name: "Nils", standing: "active" });
    here.members.set("twin", { id: "twin", name: "Twin", mail: MIA, standing: "active" });
    const offer = async (id: string) => here.accounts.offer(await known(id), { name: "kim" });

    await expect(offer("nils")).rejects.toThrow("no mail address");
    await expect(offer("twin")).rejects.toThrow("signs in by that mail address");
    await here.access.remove("oneplan:twin", { name: "kim" });
    await expect(here.accounts.offer("oneplan:twin", { name: "kim" })).rejects.toThrow("has no access");
    await expect(here.accounts.offer("oneplan:mia", { name: "mia", person: "oneplan:mia" })).rejects.toThrow(
      "no administrator",
    );
  });
});

describe("who tries", () => {
  it("gets the same answer for an address of nobody's as for a wrong password, up to the lock and in it", async () => {
    const here = await open(PROXIED);
    await given("mia");
    const [one, other] = [here.browser(), here.browser()];
    [one.address, other.address] = ["10.1.0.1", "10.1.0.2"];
    const answers: Answer[][] = [];
    for (let index = 0; index <= FREE; index += 1) {
      answers.push([await signIn(one, MIA, `${OTHER} ${index}`), await signIn(other, "nobody@partner.example", GOOD)]);
      here.engine.clock.advance(1000);
    }
    const plain = ({ text }: Answer) => text.replaceAll(/value="[^"]*"|datetime="[^"]*"/g, "");

    for (const [first, second] of answers) {
      expect(first?.status).toBe(second?.status);
      expect(plain(first as Answer)).toBe(plain(second as Answer));
    }
    expect(answers.map(([first]) => first?.status)).toEqual([...Array<number>(FREE - 1).fill(401), 429, 429]);
    expect(answers.at(-1)?.[0]?.text).toMatch(/it is locked. Try again in 15 minutes/);
  });

  it("is locked out, with the right password too, for longer each time; a new password opens it, and so does time", async () => {
    const here = await open(PROXIED);
    await given("mia");
    const wrong = () => signInFrom(here, OTHER);
    for (let index = 0; index < FREE; index += 1) await wrong();
    expect((await signInFrom(here, GOOD)).text).toContain("15 minutes");
    expect(await actions()).toContain("sign-in by form locked");
    here.engine.clock.advance(15 * 60 * 1000 + 1);
    expect((await wrong()).text).toContain("30 minutes");
    here.engine.clock.advance(30 * 60 * 1000 + 1);
    expect((await signInFrom(here, GOOD)).location).toBe("/");

    for (let index = 0; index < FREE; index += 1) await wrong();
    const { token } = await here.accounts.offer("oneplan:mia", { name: "kim" });
    const path = `/forms/link/${token}`;
    await here.browser().submit(path, path, { password: OTHER, again: OTHER });
    here.engine.clock.advance(1000);
    expect((await signInFrom(here, OTHER)).location).toBe("/");
  });

  it("locks nobody out of a browser that he signed in from before, which has tries of its own", async () => {
    const here = await open(PROXIED);
    await given("mia");
    const own = here.browser();
    own.address = "10.4.0.1";
    expect((await signIn(own, MIA)).location).toBe("/");
    await own.submit("/account", "/auth/sign-out");
    here.engine.clock.advance(1000);
    for (let index = 0; index < FREE; index += 1) await signInFrom(here, OTHER);
    expect((await signInFrom(here, GOOD)).status).toBe(429);
    expect((await signIn(own, MIA)).location).toBe("/");
    // What others tried stands.
    expect((await signInFrom(here, GOOD)).status).toBe(429);
    await own.submit("/account", "/auth/sign-out");

    const wrong = [];
    for (let index = 0; index < FREE; index += 1) wrong.push((await signIn(own, MIA, `${OTHER} ${index}`)).status);
    expect(wrong).toEqual(Array<number>(FREE).fill(401));
    own.address = "10.4.0.2";
    expect((await signIn(own, MIA)).status).toBe(429);
    expect(own.cookies.has("__Host-tenantwire-browser")).toBe(true);
    // It is for that address alone.
    const thief = here.browser();
    thief.cookies.set("__Host-tenantwire-browser", "a".repeat(43));
    expect((await signIn(thief, MIA)).status).toBe(429);
  });

  it("is counted also where many are sent at once", async () => {
    const here = await open(PROXIED);
    await given("mia");
    const answers = await Promise.all(Array.from({ length: FREE + 8 }, () => signInFrom(here, OTHER)));

    expect(answers.filter(({ status }) => status === 401)).toHaveLength(FREE - 1);
    expect((await signInFrom(here, GOOD)).status).toBe(429);
  });

  it("waits in a line that has an end, and has tried nothing where it does not get into it", async () => {
    const here = await open(PROXIED);
    await given("mia");
    const { who } = here.accounts;
    const gate = Promise.withResolvers<void>();
    let waiting = 0;
    const full = Promise.withResolvers<void>();
    here.accounts.who = async (mail, password) => {
      waiting += 1;
      if (waiting === MOST_AT_ONCE) full.resolve();
      await gate.promise;
      return who.call(here.accounts, mail, password);
    };
    const crowd = Array.from({ length: MOST_AT_ONCE }, async (_, index) => {
      const visitor = here.browser();
      visitor.address = `10.3.0.${index}`;
      return signIn(visitor, `p${index}@partner.example`);
    });
    await full.promise;
    for (let index = 0; index < FREE; index += 1) {
      const refused = await signInFrom(here, OTHER);
      expect([refused.status, refused.text]).toEqual([503, expect.stringContaining("try again in a minute")]);
    }
    gate.resolve();

    expect(new Set((await Promise.all(crowd)).map(({ status }) => status))).toEqual(new Set([401]));
    expect((await signInFrom(here, GOOD)).location).toBe("/");
  });

  it("has a hundred tries in a row, however patient", async () => {
    const here = await open(PROXIED);
    await given("mia");
    const patient = here.browser();
    for (let index = 0; index < MOST; index += 1) {
      patient.address = `10.2.0.${index}`;
      await signIn(patient, MIA, OTHER);
      here.engine.clock.advance(24 * 60 * 60 * 1000 + 1);
    }

    expect((await signInFrom(here, GOOD)).text).toContain("locked until a new password is set by a link");
  });

  it("from one address is limited, whatever mail addresses are tried", async () => {
    const here = await open();
    const visitor = here.browser();
    const statuses: number[] = [];
    const csrf = csrfOf((await visitor.get("/forms")).text);
    for (let index = 0; index < 22; index += 1) {
      const fields = { _csrf: csrf, mail: `p${index}@partner.example`, password: GOOD };
      statuses.push((await visitor.post("/forms", fields)).status);
    }

    expect(statuses).toEqual([...Array<number>(20).fill(401), 429, 429]);
  });

  let addresses = 0;
  /** From another address each time: how often one address may try is another thing. */
  async function signInFrom(here: ConsoleBench, password: string): Promise<Answer> {
    const visitor = here.browser();
    addresses += 1;
    visitor.address = `10.0.${addresses >> 8}.${addresses & 255}`;
    return signIn(visitor, MIA, password);
  }
});

describe("a password that was forgotten", () => {
  it("gets its link when the run that has the only lock is over, once, however often it was asked for", async () => {
    const here = await open();
    await given("mia");
    here.engine.clock.advance(5 * 60 * 1000);
    const { offerAgain } = here.accounts;
    const asked = Promise.withResolvers<void>();
    let isFree = false;
    let tried = 0;
    here.accounts.offerAgain = async (...given) => {
      tried += 1;
      if (tried > 5) asked.resolve();
      if (!isFree) throw new StateLocked("A run is under way: wait until it ends.");
      return offerAgain.apply(here.accounts, given);
    };
    const visitor = here.browser();
    for (let index = 0; index < 3; index += 1)
      await visitor.submit("/forms/forgotten", "/forms/forgotten", { mail: MIA });
    await asked.promise;
    expect(here.mailed).toEqual([]);
    isFree = true;
    await here.wasMailed;
    expect(here.mailed.map(({ to }) => to)).toEqual([MIA]);
  });

  it.each([
    [
      "a run has the only lock",
      (here: ConsoleBench, met: () => void) => {
        here.accounts.offerAgain = async () => {
          met();
          throw new StateLocked("A run is under way: wait until it ends.");
        };
      },
    ],
    [
      "the mail server is down",
      (here: ConsoleBench, met: () => void) => {
        const { offerAgain } = here.accounts;
        here.accounts.offerAgain = (...asked) => {
          here.engine.clock.advance(1000);
          return offerAgain.apply(here.accounts, asked);
        };
        here.mailing = async () => {
          met();
          throw new ConnectionError("No mail could be sent.");
        };
      },
    ],
  ])("gets its link from the next process where the one that was asked ends while %s", async (_why, hinder) => {
    const first = await open();
    await given("mia");
    const { engine } = first;
    engine.clock.advance(5 * 60 * 1000);
    const met = Promise.withResolvers<void>();
    hinder(first, met.resolve);
    const ask = (visitor: Visitor, mail: string) => visitor.submit("/forms/forgotten", "/forms/forgotten", { mail });
    const before = first.browser();
    // Of an address that is nobody's nothing is kept.
    await ask(before, "nobody@partner.example");
    await ask(before, MIA);
    await met.promise;
    expect(await (await engine.store.read()).count("console-later")).toBe(1);
    await first.shut();

    const second = await open({ ...LINKED, engine });
    await second.wasMailed;
    const path = pathOf(second.mailed[0]?.link);
    const mia = second.browser();
    expect((await mia.submit(path, path, { password: OTHER, again: OTHER })).location).toBe("/forms");
    await second.shut();
    expect(second.mailed.map(({ to }) => to)).toEqual([MIA]);
    expect(await (await engine.store.read()).count("console-later")).toBe(0);
  });

  it("is set anew by a link that is mailed, and the answer is the same for an address of nobody's", async () => {
    const here = await open();
    await given("mia");
    const visitor = here.browser();
    const ask = (mail: string) => visitor.submit("/forms/forgotten", "/forms/forgotten", { mail });
    here.engine.clock.advance(5 * 60 * 1000);
    const [mine, nobodys] = [await ask(MIA), await ask("nobody@partner.example")];

    expect(mine.text).toBe(nobodys.text);
    await here.wasMailed;
    await ask(MIA);
    const path = pathOf(here.mailed[0]?.link);
    await visitor.submit(path, path, { password: OTHER, again: OTHER });
    here.engine.clock.advance(1000);
    expect((await signIn(visitor, MIA, OTHER)).location).toBe("/");
    // The second one came within five minutes of the first.
    expect(here.mailed).toHaveLength(1);
  });

  it("has a link that works, however often somebody else asks for another one", async () => {
    const here = await open();
    await given("mia");
    const links: string[] = [];
    for (let asked = 0; asked < 20; asked += 1) {
      here.engine.clock.advance(6 * 60 * 1000);
      const offered = await here.accounts.offerAgain(MIA);
      if (offered) links.push(`/forms/link/${offered.token}`);
    }
    expect(links).toHaveLength(3);
    const [last = ""] = links.slice(-1);
    const visitor = here.browser();
    expect((await visitor.submit(last, last, { password: OTHER, again: OTHER })).location).toBe("/forms");

    // Once it was used, the next one has forgotten again.
    here.engine.clock.advance(6 * 60 * 1000);
    expect(await here.accounts.offerAgain(MIA)).toBeDefined();
  });
});

describe("a group without accounts of forms", () => {
  it.each<[string, OpenOptions]>([
    ["strict", {}],
    [
      "of multi-authentication, linked to nothing",
      { group: { authentication: "multiAuthentication", allowed: ["office365", "forms"] } },
    ],
    ["linked, whose settings allow Office 365 alone", { group: { ...LINKED.group, allowed: ["office365"] } }],
  ])("%s shows no form, and refuses what one would send", async (_, options) => {
    const here = await open(options);
    const visitor = here.browser();
    expect((await visitor.get("/sign-in")).text).not.toContain("/forms");
    // A form of a session that has a token, as of the page of somebody else's link.
    await visitor.get("/auth/start");

    for (const path of ["/forms", "/forms/forgotten", "/forms/link/x"]) {
      expect([(await visitor.get(path)).status, (await visitor.post(path, {})).status]).toEqual([403, 403]);
    }
    expect(await here.accounts.who(OLGA, GOOD)).toBeUndefined();
    await expect(here.accounts.offer("oneplan:olga", { name: "kim" })).rejects.toThrow(
      "Nobody signs in by a form here",
    );
  });

  it("has nobody signed in who came by a form while it had them", async () => {
    const { engine } = await open();
    await given("mia");
    const mia = bench.browser();
    await signIn(mia, MIA);
    expect((await mia.get("/")).status).toBe(200);
    await bench.shut();
    await open({ engine, group: { ...LINKED.group, allowed: ["office365"] } });
    const same = bench.browser();
    for (const [name, value] of mia.cookies) same.cookies.set(name, value);

    expect((await same.get("/")).location).toBe("/sign-in");
  });

  it("linked and strict has them where its settings allow forms: the link overrides the authentication", async () => {
    const here = await open({ group: { ...LINKED.group, authentication: "office365Strict" } });
    await given("mia");

    expect((await here.browser().get("/sign-in")).text).toContain("Sign in by mail address");
    expect((await signIn(here.browser(), MIA)).location).toBe("/");
  });
});

describe("people of OnePlan", () => {
  it("are listed from there, added with a role, and who has no access there cannot be", async () => {
    const here = await open(LINKED, ({ members }) => {
      members.set("ian", { id: "ian", name: "Ian", mail: "ian@partner.example", standing: "inactive" });
    });
    await given("olga");
    const olga = here.browser();
    await signIn(olga, OLGA);
    const page = await olga.get("/people/oneplan");
    for (const name of ["Mia &lt;b&gt;", "Ian", "inactive: has no access"]) expect(page.text).toContain(name);
    expect((await olga.get("/people/oneplan?q=IAN%40")).text).not.toContain("Mia");
    expect((await olga.submit("/people/oneplan", "/people/oneplan", { id: "mia", role: "Editor" })).location).toBe(
      "/people",
    );
    expect(await here.access.roleNow("oneplan:mia")).toBe("Editor");

    const refused = [];
    for (const [id, role] of [
      ["ian", "Reader"],
      ["nobody", "Reader"],
      ["mia", "Administrator"],
    ] as const) {
      refused.push((await olga.submit("/people", "/people/oneplan", { id, role })).status);
    }
    expect(refused).toEqual([409, 409, 409]);
    expect(await here.access.roleNow("oneplan:ian")).toBeUndefined();
  });

  it("come into a linked group alone, and the page says so", async () => {
    const here = await open({});
    const ada = await here.as("Administrator", 0);

    expect((await ada.get("/people")).text).toContain("the group is not linked to one of OnePlan");
    for (const answer of [
      await ada.get("/people/oneplan"),
      await ada.submit("/people", "/people/oneplan", { id: "mia", role: "Reader" }),
    ]) {
      expect([answer.status, answer.text]).toEqual([409, expect.stringContaining("oneplanConfiguration")]);
    }
  });
});
