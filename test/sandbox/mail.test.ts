/** Mail that Exchange takes, from whom it takes it, and that the product sends by it. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { directory } from "../../sandbox/directory/index.ts";
import { text } from "../../sandbox/directory/model.ts";
import { commandEnvironment } from "../../sandbox/environment.ts";
import { sentMail } from "../../sandbox/hosts/graph/mail.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { issueAccessToken } from "../../sandbox/tokens.ts";
import { cli } from "../e2e/deployed.ts";
import { deployedOutputs } from "../review/deployed-outputs.ts";
import { client, GRAPH, newTenant } from "./graph-client.ts";

describe("sendMail", () => {
  const tenant = newTenant({ users: 20 });
  const [from, other] = [...directory(tenant.world).users.values()]
    .filter((user) => user["userType"] !== "Guest" && text(user, "mail") !== "")
    .map((user) => text(user, "mail"));
  const path = (mailbox = "") => `/v1.0/users/${mailbox}/sendMail`;
  const body = {
    message: {
      subject: "Hello",
      body: { contentType: "text", content: "Some text" },
      toRecipients: [{ emailAddress: { address: "it@contoso.com" } }],
    },
    saveToSentItems: false,
  };

  it("is taken with the permission of Entra, from every mailbox", async () => {
    const everywhere = await tenant.withRoles("Mail.Send");

    expect((await everywhere.post(path(from), body)).status).toBe(202);
    expect((await everywhere.post(path(other), body)).status).toBe(202);
    expect(sentMail(tenant.world)).toMatchObject([{ from, to: ["it@contoso.com"] }, { from: other }]);
    expect((await everywhere.post(path("nobody@contoso.com"), body)).status).toBe(404);
  });

  it("is taken with a role of Exchange from its mailbox, and refused from any other", async () => {
    const { registrations, rooms } = directory(tenant.world);
    const application = registrations.createApplication({ displayName: "mail" }, []);
    const { id } = registrations.createServicePrincipal(application, { displayName: "mail" }, []);
    const subject = { displayName: "mail", clientId: application["appId"] as string, objectId: id };
    const token = await issueAccessToken(tenant.world, subject, GRAPH);
    const scoped = client(tenant.graph, token.access_token);
    expect((await scoped.post(path(from), body)).status).toBe(403);

    rooms.scopeMail(id, [String(from)]);

    expect((await scoped.post(path(from), body)).status).toBe(202);
    const outside = await scoped.post(path(other), body);
    expect(outside).toMatchObject({ status: 403, body: { error: { code: "ErrorAccessDenied" } } });
  });
});

describe("an alert by Graph", () => {
  let sandbox: Sandbox;
  let folder: string;
  let mailbox: string;
  let principalId: string;

  beforeAll(async () => {
    sandbox = await startSandbox({ users: 20, provider: false });
    folder = mkdtempSync(join(tmpdir(), "tenantwire-mail-"));
    const { world } = sandbox;
    const { issuer, subject, audience } = world.workload;
    const { registrations, users } = directory(world);
    const people = [...users.values()].filter((user) => user["userType"] !== "Guest");
    mailbox = people.map((user) => text(user, "mail")).find((mail) => mail !== "") ?? "";
    const application = registrations.createApplication({ displayName: "tenantwire mail" }, []);
    principalId = registrations.createServicePrincipal(application, { displayName: "tenantwire mail" }, []).id;
    application["federatedIdentityCredentials"] = [
      { id: "00000000-0000-4000-8000-00000000000f", name: "w", issuer, subject, audiences: [audience] },
    ];
    const clientId = text(application, "appId");
    const outputs = deployedOutputs((each) => {
      each.tenant = { id: world.tenant.id, domain: world.tenant.domain, cloud: "Microsoft" };
      const [first] = each.registrations;
      if (!first) throw new TypeError("There is no registration.");
      each.registrations.push({ ...first, name: "mail", clientId, principalId, setting: "alerts.graph" });
      each.credentials.federated.push({ name: "mail", clientId, issuer, subject, audience });
      const graph = { mailbox, to: ["it@contoso.com"], registration: "mail", signIn: "federated" as const };
      each.integrations.alerts = { channels: [{ name: "operators", on: ["failure"], graph }] };
    });
    writeFileSync(join(folder, "outputs.json"), JSON.stringify(outputs));
  }, 60_000);
  afterAll(async () => {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function tenantwire(...args: string[]): Promise<Ran> {
    const env: NodeJS.ProcessEnv = { ...commandEnvironment(process.env, sandbox.environment) };
    delete env["NODE_OPTIONS"];
    const where = ["--outputs", "outputs.json", ...(args[0] === "alerts" ? ["--state", "state.sqlite"] : [])];
    return run([process.execPath, cli, ...args, ...where], { cwd: folder, env });
  }

  it("says what an Exchange administrator has to do where the mailbox is closed, and changes nothing", async () => {
    const { code, stdout } = await tenantwire("alerts", "test");

    expect(code).toBe(10);
    expect(stdout).toContain(`Exchange does not let the registration mail send from ${mailbox}`);
    expect(sentMail(sandbox.world)).toEqual([]);
  }, 60_000);

  it("arrives once it is open, with what it says", async () => {
    directory(sandbox.world).rooms.scopeMail(principalId, [mailbox]);

    expect(await tenantwire("alerts", "test")).toMatchObject({ code: 0, stdout: "operators: sent\n" });

    expect(sentMail(sandbox.world)).toEqual([
      {
        from: mailbox,
        to: ["it@contoso.com"],
        subject: "tenantwire/contoso: a test of the channel operators",
        text: "Somebody tries whether alerts arrive here. This channel is told of: failure.\n",
      },
    ]);
  }, 60_000);
});
