/**
 * `npm run demo`: the whole story on the stand-in tenant, ending in a report.
 *
 * Deploys a stack with the real engine, syncs its people to OnePlan, changes the directory, syncs the changes, and
 * syncs once more to find nothing to do. Then ONES is added by a pull request: reviewed, deployed, tried; and it gets
 * the rooms. Last a project of Azure DevOps becomes plans of OnePlan, both ways. Every command is a literal one, run as a
 * person would run it. With `--keep` the console is left open on it all.
 *
 * @packageDocumentation
 */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs, styleText } from "node:util";
import { EngineUnavailable, ensureEngine } from "../engine/index.ts";
import { commandEnvironment } from "../environment.ts";
import { repository } from "../project.ts";
import { run } from "../run.ts";
import { type Sandbox, startSandbox } from "../server.ts";
import { createStack } from "../stack.ts";
import { administrator, administratorOf } from "./administrator.ts";
import { changeDirectory } from "./changes.ts";
import type { RunReport } from "./commands.ts";
import { keepConsole } from "./console.ts";
import { type Exported, describeDeployment } from "./deployment.ts";
import { pullRequest } from "./pull-request.ts";
import { syncPlans } from "./plans.ts";
import { printReport } from "./report.ts";
import { syncRooms } from "./rooms.ts";
import { createSteps } from "./steps.ts";

const USERS = 2000;

const { keep } = parseArgs({ options: { keep: { type: "boolean", default: false } } }).values;

async function demo(): Promise<void> {
  const started = performance.now();
  process.stdout.write(
    `\n${styleText("bold", "tenantwire demo")}: one tenant, from a settings file to synced people\n\n`,
  );
  const steps = createSteps();

  const engine = await steps.run("Pulumi engine", async (show) => {
    const found = await ensureEngine({ onProgress: show });
    return { result: found, said: `${found.version}, ${engineOrigin[found.origin]}` };
  });
  // What came before may have been a five minute build.
  const afterEngine = performance.now();

  const folder = mkdtempSync(join(tmpdir(), "tenantwire-demo-"));
  let sandbox: Sandbox | undefined;
  try {
    const tenant = await steps.run("stand-in tenant", async () => {
      const result = await startSandbox({ users: USERS });
      return { result, said: `${result.world.tenant.displayName}, ${count(USERS)} people, nested groups` };
    });
    sandbox = tenant;
    const world = { ...tenant.environment, PATH: [engine.binDir, tenant.environment["PATH"]].join(delimiter) };
    const env = commandEnvironment(process.env, world);
    const project = join(folder, "project");
    mkdirSync(project);

    const { stack, deployment } = await steps.run("pulumi up -s sandbox", async (show) => {
      const stack = await createStack(project, env, show);
      await stack.up();
      const exported = await stack.mustPulumi(["stack", "export", "--stack", "sandbox"]);
      const deployment = describeDeployment(JSON.parse(exported.stdout) as Exported, await stack.outputs());
      return { result: { stack, deployment }, said: `${deployment.resources} resources`, detail: deployment.made };
    });

    const sync = (title: string) =>
      steps.run(title, async (show) => {
        const command = join(repository, "cli", "index.ts");
        const ran = await run(["node", command, "sync", "users", "-s", "sandbox", "--json"], {
          cwd: project,
          env,
          onLine: (line, stream) => stream === "stderr" && show(line),
        });
        if (ran.code !== 0 && ran.code !== 10)
          throw new Error(`tenantwire sync users ended with ${ran.code}:\n${ran.stderr}`);
        const result = JSON.parse(ran.stdout) as RunReport;
        return { result, said: summary(result) };
      });

    const first = await sync("tenantwire sync users -s sandbox");
    await steps.run("a day in the directory", async () => {
      const hands = await administrator(administratorOf(tenant.world), tenant);
      const changes = await changeDirectory(hands, tenant.world);
      await hands.close();
      return { result: changes, said: `${changes.length} changes`, detail: changes };
    });
    const second = await sync("tenantwire sync users -s sandbox");
    const third = await sync("tenantwire sync users -s sandbox");

    const added = await pullRequest(steps, stack, tenant.world);
    const rooms = await syncRooms(steps, stack, tenant.world);
    const plans = await syncPlans(steps, stack, tenant.world);

    const seconds = { engine: (afterEngine - started) / 1000, story: (performance.now() - afterEngine) / 1000 };
    printReport({ deployment, runs: [first, second, third], added, rooms, plans, seconds });
    expectNothingWritten(third);
    if (keep) await keepConsole(steps, stack, tenant, world);
  } finally {
    await sandbox?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const engineOrigin = {
  path: "found on PATH",
  cache: "from this user's cache",
  installer: "from Pulumi's installer",
  built: "built from its Go modules",
};

const written = ["create", "link", "update", "enable", "disable"] as const;

function summary(report: RunReport): string {
  const done = written
    .filter((kind) => report.counts[kind] > 0)
    .map((kind) => `${count(report.counts[kind])} ${past[kind]}`);
  return `${report.mode}: ${done.join(", ") || "nothing to write"}`;
}

const past = { create: "created", link: "linked", update: "updated", enable: "enabled", disable: "disabled" };

function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** The demo is a check too: a third run that writes means that the second did not settle. */
function expectNothingWritten(report: RunReport): void {
  if (written.some((kind) => report.counts[kind] > 0))
    throw new Error("The third sync wrote something; it must find nothing to do.");
}

try {
  await demo();
} catch (error) {
  const message =
    error instanceof EngineUnavailable
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`\n${message}\n`);
  process.exitCode = 1;
}
