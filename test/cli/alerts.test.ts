/** `tenantwire alerts` with a file of outputs: what is open, how each channel does, and what waits is told. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Outputs } from "../../contract/outputs.ts";
import { createCertificates } from "../../sandbox/certificates.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { cli } from "../e2e/deployed.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";
import { startMailServer } from "../sync/alerts/mail-server.ts";
import { World } from "../sync/access/people.ts";

/** The day can be set in a stand-in only. */
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ users: 1, provider: false });
});
afterAll(() => sandbox.stop());

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

async function tenantwire(change: (outputs: Outputs) => void, ...args: string[]): Promise<Ran> {
  writeFileSync(join(world.folder, "outputs.json"), JSON.stringify(deployedOutputs(change)));
  const stand = { SANDBOX_CONTROL: sandbox.controlUrl, TENANTWIRE_TODAY: "2026-06-20" };
  const env: NodeJS.ProcessEnv = { ...process.env, ...stand };
  const authority = join(world.folder, "ca.pem");
  if (existsSync(authority)) env["NODE_EXTRA_CA_CERTS"] = authority;
  delete env["NODE_OPTIONS"];
  const where = ["--outputs", "outputs.json", "--state", world.file];
  return run([process.execPath, cli, "alerts", ...args, ...where], { cwd: world.folder, env });
}

/** A mail server that nobody is at, without an account: nothing is read from a vault. */
function mail(on: "credentials" | "failure") {
  return (outputs: Outputs) => {
    const server = { host: "localhost", port: 1, security: "tls" as const };
    const channel = { ...server, from: "tenantwire@contoso.com", to: ["it@contoso.com"] };
    outputs.integrations.alerts = { channels: [{ name: "operators", on: [on], mail: channel }] };
  };
}

it("shows what is open and that a channel cannot be told, which is tried again later", async () => {
  const { code, stdout } = await tenantwire(mail("credentials"));

  expect(code).toBe(10);
  expect(stdout).toContain("credential azure-devops-token-contoso: ");
  expect(stdout).toMatch(/operators: CANNOT BE TOLD since \S+ \(1 try\): No mail could be sent by localhost:1 /);
  const again = await tenantwire(mail("credentials"), "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({
    version: 1,
    channels: [{ name: "operators", notified: 0, trouble: { attempts: 1 } }],
  });
}, 60_000);

it("prints, as JSON too, what somebody called something so that it does nothing", async () => {
  const hostile = "##vso[task.complete]\u202e\u009b31m";
  const named = (outputs: Outputs) => {
    mail("credentials")(outputs);
    const { given } = outputs.credentials;
    outputs.credentials.given = given.map((each) => ({ ...each, name: hostile }));
  };

  const { stdout } = await tenantwire(named, "--json");

  expect(JSON.stringify(JSON.parse(stdout))).toContain(hostile);
  expect(stdout).not.toMatch(/##vso\[|[\u202e\u009b]/);
}, 60_000);

it("tells whom of several a message did not reach, by an exit code too, as long as that is how it stands", async () => {
  const certificates = await createCertificates(["localhost"]);
  writeFileSync(join(world.folder, "ca.pem"), certificates.ca);
  const server = await startMailServer(certificates, {
    authOptional: true,
    onRcptTo: ({ address }, _session, done) => done(address === "bo@contoso.com" ? new Error("no such user") : null),
  });
  const to = ["it@contoso.com", "bo@contoso.com"];
  const several = (outputs: Outputs) => {
    mail("failure")(outputs);
    for (const channel of outputs.integrations.alerts?.channels ?? []) {
      if (channel.mail) channel.mail = { ...channel.mail, port: server.port, security: "starttls", to: [...to] };
    }
  };
  const words = /The mail server localhost took the message for others, but not for bo@contoso\.com: /;

  const tried = await tenantwire(several, "test");
  expect([tried.code, tried.stdout]).toEqual([10, expect.stringMatching(/^operators: sent\. /)]);
  expect(tried.stdout).toMatch(words);
  const listed = await tenantwire(several);
  expect([listed.code, listed.stdout]).toEqual([
    10,
    expect.stringContaining("operators: DID NOT REACH EVERYBODY with its "),
  ]);
  expect(listed.stdout).toMatch(words);
  const json = JSON.parse((await tenantwire(several, "--json")).stdout) as unknown;
  expect(json).toMatchObject({ channels: [{ name: "operators", unreached: expect.stringMatching(words) as unknown }] });

  to.pop();
  expect((await tenantwire(several, "test")).stdout).toBe("operators: sent\n");
  expect((await tenantwire(several)).code).toBe(0);
  expect(server.received.map((each) => each.to)).toEqual([["it@contoso.com"], ["it@contoso.com"]]);
  await server.close();
}, 60_000);

it("is content where a channel has nothing to be told", async () => {
  const { code, stdout, stderr } = await tenantwire(mail("failure"));

  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("operators: is told of failure\n");
}, 60_000);

it("says where nobody is alerted", async () => {
  const { code, stderr } = await tenantwire(() => undefined);

  expect(code).toBe(2);
  expect(stderr).toContain("alert nobody: say under tenantwire:alerts who is told of what");
}, 60_000);
