/**
 * The console's own secrets, each looked for afterwards in every byte of the state, in every page that was served to
 * somebody else, in what was told of defects, and in addresses that browsers were sent to: passwords and links of forms,
 * sessions, codes of Entra, and what the console itself signs in with.
 */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Sandbox } from "../../sandbox/server.ts";
import { text } from "../../sandbox/directory/model.ts";
import { type Answer, ConsoleBench, csrfOf, peopleOf, registered, type Visitor } from "../console/bench.ts";
import { inOneTenant } from "../sandbox/in-one-tenant.ts";

const FIRST = "brown kettle under seven clouds";
const SECOND = "late trains carry quiet lanterns";
const WRONG = "some other password of hers";
const OLGA = "olga@partner.example";

let sandbox: Sandbox;
let bench: ConsoleBench;
/** What it is called -> it, and whose page may show it. */
const secrets = new Map<string, string>([
  ["the first password", FIRST],
  ["the second password", SECOND],
  ["a wrong password", WRONG],
  ["the console's secret", "the-secret-of-the-console"],
]);
const served: { readonly to: string; readonly answer: Answer }[] = [];

inOneTenant({ users: 10 }, (started) => {
  sandbox = started;
});

beforeAll(async () => {
  bench = new ConsoleBench(sandbox, registered(sandbox), {
    group: {
      administrators: [],
      allowed: ["office365", "forms"],
      oneplanConfiguration: "33333333-3333-4333-8333-333333333333",
    },
  });
  bench.members.set("olga", { id: "olga", name: "Olga", mail: OLGA, standing: "owner" });
  const [owner] = peopleOf(sandbox);
  const ada = { id: "ada", name: "Ada", mail: text(owner!, "mail"), standing: "owner" as const };
  bench.members.set("ada", { ...ada, objectId: owner!.id });
  await bench.open();
  await live(text(owner!, "userPrincipalName"));
});

afterAll(() => bench?.close());

async function live(account: string): Promise<void> {
  const member = bench.members.get("olga")!;
  const { key } = await bench.access.add({ oneplanId: "olga", member }, "Reader", { name: "a test" });
  const { token } = await bench.accounts.offer(key, { name: "a test" });
  secrets.set("a link that was given", token);
  const olga = bench.browser();
  const link = `/forms/link/${token}`;
  await see("olga", olga.get(link));
  await see("olga", olga.submit(link, link, { password: FIRST, again: FIRST }));
  bench.engine.clock.advance(1000);
  await see("olga", olga.submit("/forms", "/forms", { mail: OLGA, password: WRONG, to: "/" }));
  await see("olga", olga.submit("/forms", "/forms", { mail: OLGA, password: FIRST, to: "/" }));
  noteSession("olga", olga);

  const forgetful = bench.browser();
  await see("a visitor", forgetful.submit("/forms/forgotten", "/forms/forgotten", { mail: OLGA }));
  await bench.wasMailed;
  const mailed = new URL(bench.mailed[0]?.link ?? "").pathname;
  secrets.set("a link that was mailed", mailed.split("/").at(-1) ?? "");
  await see("olga", forgetful.submit(mailed, mailed, { password: SECOND, again: SECOND }));

  const entra = bench.browser();
  const back = await entra.authorized(account);
  const code = new URL(back, bench.origin).searchParams.get("code");
  if (code) secrets.set("a code of Entra", code);
  await see("somebody of the tenant", entra.get(back));
  noteSession("entra", entra);
  bench.engine.clock.advance(1000);
  await see("olga", olga.submit("/forms", "/forms", { mail: OLGA, password: SECOND, to: "/" }));
  noteSession("olga again", olga);
  for (const visitor of [entra, olga]) {
    for (const { url } of pages()) await see("whoever looks", visitor.get(url));
  }
}

/** Every page that is opened without naming anything. */
function pages(): { readonly url: string }[] {
  return [...bench.routes.keys()]
    .filter((route) => route.startsWith("GET ") && !/[:*]|\/auth\/|events|progress/.test(route))
    .map((route) => ({ url: route.slice("GET ".length) }));
}

async function see(to: string, answered: Promise<Answer>): Promise<void> {
  served.push({ to, answer: await answered });
}

function noteSession(who: string, { cookies }: Visitor): void {
  for (const [name, value] of cookies) secrets.set(`the cookie ${name} of ${who}`, decodeURIComponent(value));
}

/** As they are, in base64, and encoded for addresses. */
function found(place: string): string[] {
  return [...secrets].flatMap(([name, value]) => {
    const encoded = Buffer.from(value).toString("base64").replace(/=+$/, "");
    const forms = [value, encodeURIComponent(value), encoded, encoded.replaceAll("+", "-").replaceAll("/", "_")];
    return forms.some((form) => place.includes(form)) ? [name] : [];
  });
}

it("there was a life with secrets in it", () => {
  expect([...secrets.keys()]).toEqual(
    expect.arrayContaining(["a link that was mailed", "a code of Entra", "a wrong password"]),
  );
  expect([...secrets].filter(([name]) => name.startsWith("the cookie")).length).toBeGreaterThan(1);
  expect(served.filter(({ answer }) => answer.status === 200).length).toBeGreaterThan(10);
  expect(served.some(({ answer }) => csrfOf(answer.text) !== "")).toBe(true);
});

it("no secret is in the state", () => {
  const { stateFile } = bench.engine;
  const own = readdirSync(dirname(stateFile)).filter((name) => name.startsWith(basename(stateFile)));
  const files = own.map((name) => [name, found(readFileSync(join(dirname(stateFile), name), "latin1"))]);

  expect(own.length).toBeGreaterThan(0);
  expect(files.filter(([, names]) => (names ?? []).length > 0)).toEqual([]);
});

it("no page shows one, and no address that a browser is sent to", () => {
  const shown = served.flatMap(({ to, answer }) =>
    [answer.text, answer.location ?? ""].flatMap((place) => found(place).map((name) => `${name}, to ${to}`)),
  );
  // The search finds what is there.
  expect(shown).toContain("a link that was given, to olga");
  // A link's own page has the form that goes where the link goes.
  expect([...new Set(shown)].filter((each) => !/^a link .+, to olga$/.test(each))).toEqual([]);
});

it("nothing that was told of defects has one", () => {
  expect(found(JSON.stringify(bench.defects.map(String)))).toEqual([]);
});
