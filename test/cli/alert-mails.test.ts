/** What happens is told by real mail: from the runs of the engine to what a mail server has received. */
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { tellAlerts } from "../../cli/alerts.ts";
import { declaredSyncs } from "../../cli/kinds.ts";
import type { AlertKind } from "../../contract/alerts.ts";
import { ConnectionError } from "../../contract/errors.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { createCertificates } from "../../sandbox/certificates.ts";
import { runSync } from "../../sync/index.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";
import { type MailServer, startMailServer } from "../sync/alerts/mail-server.ts";
import { Bench, person } from "../sync/run/fakes.ts";

const CONSOLE = "https://console.contoso.com";

let bench: Bench;
let mails: MailServer;

beforeEach(async () => {
  bench = new Bench();
  const certificates = await createCertificates(["localhost"]);
  setDefaultCACertificates([...getCACertificates("default"), certificates.ca]);
  mails = await startMailServer(certificates, { authOptional: true });
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
  expect(alert?.subject).toBe(`tenantwire/contoso: ${sync.sync} failed`);
  expect(alert?.paragraphs).toEqual([
    "What happened: The run of Directory to Roster could not go on: Entra did not answer.",
    "What it means: What changed since the last run has not arrived in whole. The next run goes on where this one was.",
    expect.stringMatching(
      `^What to do: Mend what the sentence above names, then run the sync .* runs show ${failed.slice(0, 8)} `,
    ),
    `In the console: ${CONSOLE}/runs/${sync.kind}/${sync.target}/${failed}`,
  ]);
  expect(over?.subject).toBe(`tenantwire/contoso: over: ${sync.sync} failed`);
  expect(over?.paragraphs).toEqual([`This is over: ${sync.sync} failed.`, "There is nothing to do."]);
});
