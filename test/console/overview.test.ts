/** The first page: it says that all is well where nothing needs anybody, and only there. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { overviewOf } from "../../console/data/overview.ts";
import { layout } from "../../console/pages/layout.ts";
import { overviewPage } from "../../console/pages/overview.ts";
import { sections } from "../../console/sections.ts";
import { Work } from "../../console/work/work.ts";
import type { Role } from "../../contract/access/rules.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { DRIFT, remember } from "../../doctor/drift/memory.ts";
import { declaredFacts } from "../../doctor/live/declared-facts.ts";
import type { Fact } from "../../doctor/live/facts.ts";
import { type Channel, deliver } from "../../sync/alerts/deliver.ts";
import { strategiesOf, type Strategy } from "../../sync/schedule/strategies.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";
import { somebody, World } from "../sync/access/people.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

let world: World;
let outputs: Outputs;
let deployedAnew: Date | undefined;

beforeEach(() => {
  world = new World();
  deployedAnew = undefined;
  outputs = deployedOutputs((all) => {
    // Whose ends are near.
    all.credentials.given = [];
    all.credentials.secrets = [];
    const mail = {
      host: "localhost",
      port: 1,
      security: "tls" as const,
      from: "t@contoso.com",
      to: ["it@contoso.com"],
    };
    all.integrations.alerts = { channels: [{ name: "operators", on: ["missed"], mail }] };
  });
});
afterEach(() => world.close());

async function page(role: Role = "Administrator", strategies: readonly Strategy[] = []): Promise<string> {
  const { store, clock } = world;
  const work = new Work({
    perform: () => Promise.reject(new Error("Nothing runs here.")),
    now: clock.now,
    pause: () => Promise.resolve(),
  });
  const looked = {
    ...{ outputs, now: clock.now, state: () => store.read(), syncs: [], strategies, disabled: [], work },
    deployedAnew: () => deployedAnew,
  };
  const text = layout(overviewPage(await overviewOf(looked), role), {
    ...{ stack: outputs.mark, tenant: outputs.tenant.domain, path: "/", sections, csrf: "x" },
    clock: { now: clock.now(), timeZone: "UTC" },
  });
  return text.replaceAll(/\s+/g, " ");
}

/** As if somebody had looked at the registrations, and everything were as declared but for what `facts` changes. */
async function look(change: (facts: readonly Fact[]) => readonly Fact[] = (facts) => facts): Promise<void> {
  const session = await world.store.lock(DRIFT);
  const now = world.clock.now();
  const registrations = outputs.registrations.map((registration) => {
    const declared = declaredFacts(outputs, registration, now);
    const facts = (registration.name === "sync" ? change(declared) : declared).map(
      ({ aspect, on, id, label, value }) => ({ aspect, on, id, label, ...(value !== undefined && { value }) }),
    );
    return { name: registration.name, relations: "", unread: [], facts };
  });
  const links = { applications: "", servicePrincipals: "", grants: "" };
  await remember(session, { facts: 2, links, ids: "", at: now.toISOString(), registrations, grants: {} });
  await session.release();
}

const WELL = "Nothing waits for anybody.";

describe("the overview", () => {
  it("says that all is well where nothing waits, whether somebody looked at the registrations or not", async () => {
    expect(await page()).toContain(WELL);
    await look();
    expect(await page()).toContain(WELL);
  });

  it("says that the stack was deployed otherwise since, and what that means", async () => {
    deployedAnew = world.clock.now();
    const text = await page();
    expect(text).not.toContain(WELL);
    expect(text).toContain("what is shown here is of an earlier deployment");
    expect(text).toContain("start it again");
  });

  it("says that no scheduler is there for what is declared, and not that all is well", async () => {
    const declared = [{ kind: "users", target: "oneplan" }];
    const { scheduled } = strategiesOf({ strategies: { users: { schedule: "hourly" } } }, declared);
    const text = await page("Reader", scheduled);

    expect(text).toContain("No scheduler has ever run with this state: start one");
    expect(text).not.toContain(WELL);
  });

  it("shows a consent that was revoked and what drifted, as the last look found it", async () => {
    await look((facts) => facts.filter(({ aspect }) => aspect !== "granted permission"));

    const text = await page("Reader");
    expect(text).not.toContain(WELL);
    expect(text).toContain("<summary>consent to registration sync was revoked</summary>");
    expect(text).toContain("User.Read.All");
    expect(text).toContain("<summary>registration sync is not as declared</summary>");
    expect(text).toContain('<a class="button" href="/registrations" aria-label="See it: ');
  });

  it("shows how many ask for access, nobody's name, and the way to them to who may decide, until it is over", async () => {
    const access = world.open();
    await access.signIn(somebody("ada"));
    await access.request(somebody("bob"), "please");

    const text = await page();
    expect(text).not.toContain(WELL);
    expect(text).toContain("<summary>1 request for access</summary>");
    expect(text).toContain('<a class="button" href="/people" aria-label="See it: ');
    const ofReader = await page("Reader");
    expect(ofReader).toContain("<summary>1 request for access</summary>");
    expect(ofReader).not.toContain('<a class="button" href="/people" aria-label="See it: ');
    expect(text + ofReader).not.toContain("bob");
    world.clock.advance(14 * DAY_MS);
    expect(await page()).toContain(WELL);
  });

  it("shows an alert channel that cannot be told, until it can", async () => {
    let isDown = true;
    let unreached: string | undefined = "Not for <ada>@contoso.com.";
    const channel: Channel = {
      ...{ name: "operators", on: ["missed"], hosts: [] },
      send: async () => {
        if (isDown) throw new Error("The server does <not> answer.");
        return unreached;
      },
    };
    const causes = {
      open: [{ key: "missed a", kind: "missed" as const, title: "a", happened: "b", means: "c", todo: "d" }],
      unknown: [],
    };
    const tell = () =>
      deliver([channel], { store: world.store, causes, writing: { mark: "t", timeZone: "UTC" }, now: world.clock.now });
    await tell();

    const text = await page("Reader");
    expect(text).not.toContain(WELL);
    expect(text).toContain("<summary>the alert channel operators cannot be told</summary>");
    expect(text).toContain("(1 try): The server does &lt;not&gt; answer.");
    isDown = false;
    world.clock.advance(60 * 60 * 1000);
    await tell();
    const partly = await page("Reader");
    expect(partly).toContain("<summary>the alert channel operators does not reach everybody</summary>");
    expect(partly).toContain("Not for &lt;ada&gt;@contoso.com.");
    unreached = undefined;
    causes.open.pop();
    await tell();
    expect(await page()).toContain(WELL);
  });
});
