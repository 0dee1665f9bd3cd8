/** What happens is told by real mail: from the runs of the engine to what a mail server has received. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { tellAlerts } from "../../cli/alerts.ts";
import { declaredSyncs } from "../../cli/kinds.ts";
import type { AlertKind } from "../../contract/alerts.ts";
import { ConnectionError } from "../../contract/errors.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { type Certificates, createCertificates } from "../../sandbox/certificates.ts";
import { runSync } from "../../sync/index.ts";
import { readChannel } from "../../sync/alerts/deliver.ts";
import { Book } from "../../sync/schedule/book.ts";
import { standingAt } from "../../sync/schedule/standing.ts";
import { strategiesOf } from "../../sync/schedule/strategies.ts";
import { guidOf } from "../components/deploy.ts";
import { cli } from "../e2e/deployed.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";
import { type MailServer, startMailServer } from "../sync/alerts/mail-server.ts";
import { Bench, person } from "../sync/run/fakes.ts";

const CONSOLE = "https://console.contoso.com";

let bench: Bench;
let mails: MailServer;
let certificates: Certificates;
/** Somebody has sent a mail and gone. */
let arrived: PromiseWithResolvers<void>;

beforeEach(async () => {
  bench = new Bench();
  arrived = Promise.withResolvers();
  certificates = await createCertificates(["localhost"]);
  setDefaultCACertificates([...getCACertificates("default"), certificates.ca]);
  mails = await startMailServer(certificates, { authOptional: true, onClose: () => arrived.resolve() });
});
afterEach(async () => {
  await mails.close();
  await bench.close();
});

function alerting(on: AlertKind[], change: (outputs: Outputs) => void = () => undefined): Outputs {
  return deployedOutputs((all) => {
    const server = { host: "localhost", port: mails.port, security: "starttls" as const };
    const mail = { ...server, from: "tenantwire@contoso.com", to: ["it@contoso.com"] };
    all.integrations.alerts = { channels: [{ name: "operators", on, mail }] };
    const users = { groups: [], fields: { mail: "mail" } };
    all.integrations.file = { path: "people.jsonl", format: "jsonl", users };
    all.integrations.console = { publicUrl: CONSOLE, registration: "console", signIn: "federated" };
    change(all);
  });
}

/** Subject and paragraphs of each mail; lines that were broken for the way are whole again. */
function read(): readonly { readonly subject: string | undefined; readonly paragraphs: readonly string[] }[] {
  return mails.received.map(({ mail }) => {
    const [headers = "", ...body] = mail.replaceAll("=\r\n", "").replaceAll("=3D", "=").split("\r\n\r\n");
    const subject = /^Subject: (.*(?:\r\n .*)*)/m.exec(headers)?.[1]?.replaceAll("\r\n", "");
    return { subject, paragraphs: body.map((each) => each.trimEnd()) };
  });
}

it("a run that fails is told by a mail of three paragraphs and a link, once; a good run by one that says that it is over", async () => {
  const outputs = alerting(["failure"]);
  const [sync] = declaredSyncs(outputs);
  if (!sync) throw new TypeError("The outputs declare no sync.");
  const { clock, store, source } = bench;
  source.put(person("ann"));
  const { onRead } = source;
  const run = async () => {
    const options = { store, now: clock.now, sleep: clock.sleep };
    const { runId } = await runSync({ ...bench.definition(), sync: sync.sync }, options);
    await tellAlerts(outputs, { store, now: clock.now });
    clock.advance(60_000);
    return runId;
  };

  source.onRead = () => {
    throw new ConnectionError("Entra did not answer.");
  };
  const failed = await run();
  await run();
  source.onRead = onRead;
  await run();
  await run();

  const [alert, over, ...more] = read();
  expect(more).toEqual([]);
  expect(mails.received.map(({ to }) => to)).toEqual([["it@contoso.com"], ["it@contoso.com"]]);
  expect(alert?.subject).toBe("tenantwire/contoso: users to file failed");
  expect(alert?.paragraphs).toEqual([
    "What happened: The run of Directory to Roster could not go on: Entra did not answer.",
    "What it means: What changed since the last run has not arrived in whole. The next run goes on where this one was.",
    expect.stringMatching(
      `^What to do: Mend what the sentence above names, then run the sync .* runs show ${failed.slice(0, 8)} `,
    ),
    `In the console: ${CONSOLE}/runs/${sync.kind}/${sync.target}/${failed}`,
  ]);
  expect(over?.subject).toBe("tenantwire/contoso: over: users to file failed");
  expect(over?.paragraphs).toEqual(["This is over: users to file failed.", "There is nothing to do."]);
});

it("a time that a strategy missed is told while no scheduler is running, once, however many more it misses", async () => {
  const outputs = alerting(["missed"], (all) => {
    all.sync = { timeZone: "Europe/Berlin", strategies: { users: { schedule: "hourly" } } };
  });
  const [strategy] = strategiesOf(outputs.sync, declaredSyncs(outputs)).scheduled;
  if (!strategy) throw new TypeError("The outputs declare no schedule.");
  const { clock, store } = bench;
  const tell = () => tellAlerts(outputs, { store, now: clock.now });
  const scheduled = async () => {
    const book = await Book.open(store, clock.sleep, new AbortController().signal);
    const { standing } = standingAt(strategy, undefined, clock.now(), "");
    await book.put(new Map([[strategy.name, standing]]));
    return book;
  };
  const first = await scheduled();
  await tell();
  await first.close();
  await tell();
  expect(read()).toEqual([]);

  clock.advance(80 * 60_000);
  await tell();
  clock.advance(3 * 60 * 60_000);
  await tell();
  const later = await scheduled();
  await tell();
  await later.close();

  expect(read()).toEqual([
    {
      subject: `tenantwire/contoso: ${strategy.name} did not run at its time`,
      paragraphs: [
        "What happened: It was due from 2026-03-02 10:00 CET (Europe/Berlin) to 2026-03-02 10:00 CET (Europe/Berlin), 1 in all: no scheduler was running.",
        "What it means: What changed since the last run has not arrived.",
        expect.stringContaining("See that the scheduler runs"),
        `In the console: ${CONSOLE}/`,
      ],
    },
    {
      subject: `tenantwire/contoso: over: ${strategy.name} did not run at its time`,
      paragraphs: [expect.stringContaining("This is over"), "There is nothing to do."],
    },
  ]);
});

it("serve tells so while no scheduler is running, without a run or anybody who looks", async () => {
  const outputs = alerting(["missed"], (all) => {
    all.sync = { strategies: { users: { schedule: "hourly" } } };
    const [first] = all.registrations;
    if (!first) throw new TypeError("The fixture has no registration.");
    all.integrations.console = { publicUrl: "http://localhost:8420", registration: "console", signIn: "federated" };
    const redirectUris = ["http://localhost:8420/auth/callback"];
    all.registrations.push({ ...first, name: "console", clientId: guidOf("console"), redirectUris });
    all.integrations.access = {
      ...{ id: "contoso", name: "Contoso", authentication: "office365Strict", allowed: [], timeZone: "UTC" },
      administrators: [guidOf("ada")],
      requests: { remindAfterDays: 3, expireAfterDays: 14 },
    };
  });
  const [strategy] = strategiesOf(outputs.sync, declaredSyncs(outputs)).scheduled;
  if (!strategy) throw new TypeError("The outputs declare no schedule.");
  const book = await Book.open(bench.store, bench.clock.sleep, new AbortController().signal);
  const hoursAgo = new Date(Date.now() - 3 * 60 * 60_000);
  await book.put(new Map([[strategy.name, standingAt(strategy, undefined, hoursAgo, "").standing]]));
  await book.close();
  const [file, ca] = [join(bench.folder, "outputs.json"), join(bench.folder, "ca.pem")];
  writeFileSync(file, JSON.stringify(outputs));
  writeFileSync(ca, certificates.ca);
  const child = spawn(process.execPath, [cli, "serve", "--outputs", file, "--state", bench.stateFile, "--port", "0"], {
    stdio: "ignore",
    env: { ...process.env, NODE_EXTRA_CA_CERTS: ca },
  });
  const closed = once(child, "close");
  try {
    const ended = closed.then(() => {
      throw new Error("serve ended before it told anybody.");
    });
    await Promise.race([arrived.promise, ended]);
  } finally {
    child.kill("SIGTERM");
    await closed;
  }

  expect(read().map(({ subject }) => subject)).toEqual([
    `tenantwire/contoso: ${strategy.name} did not run at its time`,
  ]);
  expect(read()[0]?.paragraphs.at(-1)).toBe("In the console: http://localhost:8420/");
}, 60_000);

it("a mail server that does not answer kept a process that was told to stop for 20 s: it is gone at once", async () => {
  const silent = createTcpServer();
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const outputs = alerting(["missed"], (all) => {
    all.sync = { strategies: { users: { schedule: "hourly" } } };
    for (const { mail } of all.integrations.alerts?.channels ?? []) {
      if (mail) mail.port = (silent.address() as AddressInfo).port;
    }
  });
  const [strategy] = strategiesOf(outputs.sync, declaredSyncs(outputs)).scheduled;
  if (!strategy) throw new TypeError("The outputs declare no schedule.");
  const book = await Book.open(bench.store, bench.clock.sleep, new AbortController().signal);
  const hoursAgo = new Date(Date.now() - 3 * 60 * 60_000);
  await book.put(new Map([[strategy.name, standingAt(strategy, undefined, hoursAgo, "").standing]]));
  await book.close();
  const file = join(bench.folder, "outputs.json");
  writeFileSync(file, JSON.stringify(outputs));
  const child = spawn(process.execPath, [cli, "run", "--outputs", file, "--state", bench.stateFile], {
    stdio: "ignore",
  });
  const closed = once(child, "close");
  const [connection] = (await once(silent, "connection")) as [Socket];

  child.kill("SIGTERM");
  await closed;

  connection.destroy();
  silent.close();
  // Not even tried, for whoever comes next.
  expect(await readChannel(await bench.store.read(), "operators")).not.toHaveProperty("trouble");
}, 15_000);
