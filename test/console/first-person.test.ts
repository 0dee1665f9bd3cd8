/** A group whose settings let the first person of the tenant become the administrator, in the console. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { text } from "../../sandbox/directory/model.ts";
import { type Sandbox, startSandbox } from "../../sandbox/server.ts";
import { throughProxy } from "../sync/connectors/hosts.ts";
import { ConsoleBench, peopleOf, registered } from "./bench.ts";

let sandbox: Sandbox;
let leave: () => Promise<void>;
let bench: ConsoleBench;

beforeAll(async () => {
  sandbox = await startSandbox({ users: 10, provider: false });
  leave = throughProxy(sandbox);
  const group = { administrators: [], selfService: true as const };
  bench = await new ConsoleBench(sandbox, registered(sandbox), { group }).open();
});
afterAll(async () => {
  await bench.close();
  await leave();
  await sandbox.stop();
});

it("is told so, and whoever comes after that asks for access", async () => {
  const [first, second] = [bench.browser(), bench.browser()];
  const accounts = peopleOf(sandbox).map((each) => text(each, "userPrincipalName"));
  await first.signIn(accounts[1] ?? "");
  await second.signIn(accounts[2] ?? "");

  expect((await first.get("/")).text).toContain(
    "You are the first person of the tenant who signed in, and the administrator",
  );
  expect((await first.get("/people")).status).toBe(200);
  expect((await second.get("/")).location).toBe("/no-access");
  expect((await second.get("/no-access")).text).toContain("Ask for access");
});
