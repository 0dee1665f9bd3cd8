/** The command line, killed for good at fifty moments spread over its work; then one clean run. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { randomFrom } from "../../sandbox/data/random.ts";
import { type Deployed, cli, deployable } from "./deployed.ts";
import { ageIntents } from "./age-intents.ts";
import { activeIds, expectedPeople, fieldsOf, heldById, heldResources } from "./expected.ts";

const SEED = 20260302;
const KILLS = 50;

let world: Deployed;
let left = "";

beforeAll(async () => {
  world = await deployable({ users: 90, seed: 3 });
  await world.stack.up();
  await world.writeOutputs((outputs) => {
    // Leavers and newcomers pile up while no run comes to its end.
    const limits = { disable: { count: 500, percent: 100 }, create: { minimumPopulation: 500 } };
    outputs.sync = { users: { limits } };
  });
}, 120_000);

afterAll(() => world.close());

it(`SIGKILL at ${KILLS} moments (seed ${SEED}), and one clean run: one of each, and what the directory says`, async () => {
  const random = randomFrom(`kills ${SEED}`);
  // Two candidates for one person stay a question: nobody is made for them.
  const mails = heldResources(world.sandbox.world).map(({ Fields }) => Fields["mail"]);
  const doubled = new Set(mails.filter((mail, index) => mails.indexOf(mail) !== index));
  let killed = 0;
  let afterWrites = 0;

  for (let attempt = 1; killed < KILLS; attempt += 1) {
    // It happens that a run is faster than its killer; but not always.
    expect(attempt).toBeLessThan(2 * KILLS);
    await changeSomething(random, attempt);
    const before = activeIds(world.sandbox.world);
    world.sandbox.requests.mark();
    // Anywhere on the way to the first write, or between and after writes.
    const requests = 3 + random.below(20);
    const writes = 1 + random.below(8);
    if (await killOnce(startSync(), attempt % 3 === 0 ? () => answered() >= requests : () => written() >= writes)) {
      killed += 1;
      if (written() > 0) afterWrites += 1;
    }
    const wanted = expectedPeople(world.sandbox.world);
    const active = activeIds(world.sandbox.world);
    expect([...before].filter((id) => !active.has(id) && wanted.has(id))).toEqual([]);
  }
  // Moments that all lie before the first write would prove nothing.
  expect(afterWrites).toBeGreaterThan(KILLS / 5);

  ageIntents(world);
  const { report } = await world.sync("--full");
  const again = await world.sync("--full");

  const wanted = expectedPeople(world.sandbox.world);
  const held = heldById(world.sandbox.world);
  for (const [id, fields] of wanted) {
    if (doubled.has(fields.mail)) continue;
    const resource = held.get(id);
    expect([id, resource?.Inactive, resource && fieldsOf(resource)]).toEqual([id, false, fields]);
  }
  for (const [id, { Inactive }] of held) if (!wanted.has(id)) expect([id, Inactive]).toEqual([id, true]);
  expect(report.failure).toBeUndefined();
  expect(again.report.counts).toMatchObject({ create: 0, update: 0, link: 0, disable: 0, enable: 0 });
}, 240_000);

/** People are renamed, leave, come back and are hired, so that every run has something to write. */
async function changeSomething(random: ReturnType<typeof randomFrom>, turn: number): Promise<void> {
  const { hands, sandbox } = world;
  const ids = [...expectedPeople(sandbox.world).keys()];
  for (let count = 0; count < 6; count += 1)
    await hands.change(random.pick(ids), { jobTitle: `Title ${turn}.${count}` });
  if (turn % 3 === 0) {
    const group = await hands.groupId("Consulting");
    await hands.hire({ displayName: `Hired ${turn}`, alias: `hired${turn}`, jobTitle: "Consultant", groupId: group });
  }
  // One leaves; who left last comes back.
  if (turn % 4 === 0) await hands.change((left = random.pick(ids)), { accountEnabled: false });
  if (turn % 4 === 2 && left !== "") await hands.change(left, { accountEnabled: true });
}

function startSync(): ChildProcess {
  const { outputsFile, stateFile, stack } = world;
  // Fifty starts of the same program.
  const env = { ...world.env, NODE_COMPILE_CACHE: join(stack.folder, "compiled") };
  const args = [cli, "sync", "users", "--outputs", outputsFile, "--state", stateFile, "--json"];
  return spawn("node", args, { cwd: stack.folder, env, stdio: "ignore" });
}

/** Kills the process once that is so; returns whether it was still running. */
async function killOnce(child: ChildProcess, isSo: () => boolean): Promise<boolean> {
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  while (child.exitCode === null && !isSo()) await delay(1);
  child.kill("SIGKILL");
  await closed;
  return child.signalCode === "SIGKILL";
}

/** Requests that the world answered since the last mark. */
function answered(): number {
  return world.sandbox.requests.counts().total;
}

/** Writes that OnePlan was asked for since the last mark. */
function written(): number {
  const entries = world.sandbox.requests.entries();
  return entries.filter(({ host, method }) => host === "my.oneplan.ai" && method === "POST").length;
}
