/** The target against the stand-in's OnePlan, with the quirks that it has. */
import { describe, expect, it } from "@jest/globals";
import { oneplanBehaviour } from "../../../sandbox/hosts/oneplan/behaviour.ts";
import type { Sandbox } from "../../../sandbox/server.ts";
import { createOnePlanTarget } from "../../../sync/connectors/oneplan/target.ts";
import type { Target, Item } from "../../../sync/model/types.ts";
import { inOneTenant } from "../../sandbox/in-one-tenant.ts";

const ADA = "6f1c7a0e-0000-4000-8000-00000000ada1";
const signal = AbortSignal.timeout(60_000);
const fields = ["name", "mail", "jobTitle"];

let sandbox: Sandbox;
let target: Target;

inOneTenant({ users: 60 }, (started) => {
  sandbox = started;
  target = open(sandbox.world.oneplanKey.value);
});

function open(value: string): Target {
  const { name } = sandbox.world.oneplanKey;
  return createOnePlanTarget({ baseUrl: "https://my.oneplan.ai", keyName: name, key: async () => value, fields });
}

async function listed(): Promise<Item[]> {
  const objects: Item[] = [];
  for await (const page of target.list(signal)) objects.push(...page);
  return objects;
}

it("is checked: key and fields", async () => {
  await target.check(fields, signal);
  await expect(target.check(["name", "jobTitel"], signal)).rejects.toThrow(
    'OnePlan has no resource field "jobTitel"; did you mean "jobTitle"?',
  );
  await expect(open("wrong").check(fields, signal)).rejects.toMatchObject({ name: "CredentialError" });
});

describe("a resource", () => {
  let id: string;

  it("is created as wanted, and found by every attribute", async () => {
    const wanted = { name: "Ada Lovelace", mail: "Ada@contoso.com", jobTitle: null };
    ({ id = "" } = await target.create({ sourceId: ADA, label: "Ada", fields: wanted }, signal));

    const made = {
      id,
      label: "Ada Lovelace",
      life: "active",
      fields: wanted,
      keys: { office365Id: ADA, mail: "ada@contoso.com" },
    };
    expect(await target.get(id, signal)).toEqual(made);
    expect(await target.find("office365Id", ADA, signal)).toEqual([made]);
    expect(await target.find("mail", "ada@contoso.com", signal)).toEqual([made]);
    expect(await target.find("externalId", ADA, signal)).toEqual([]);
  });

  it("keeps the fields that are not written", async () => {
    await target.update(id, { jobTitle: "Countess" }, signal);
    expect((await target.get(id, signal))?.fields).toEqual({
      name: "Ada Lovelace",
      mail: "Ada@contoso.com",
      jobTitle: "Countess",
    });
    await target.update(id, { name: "Ada King", mail: "ada@fabrikam.com", jobTitle: null }, signal);
    expect((await target.get(id, signal))?.fields).toEqual({
      name: "Ada King",
      mail: "ada@fabrikam.com",
      jobTitle: null,
    });
  });

  it("stays as it is when a write that is answered with 200 did nothing", async () => {
    const before = await target.get(id, signal);
    await target.update(id, { noSuchField: "x" }, signal);
    oneplanBehaviour(sandbox.world).inactivate = "ignore";
    await target.setActive(id, false, signal);
    oneplanBehaviour(sandbox.world).inactivate = "accept";
    expect(await target.get(id, signal)).toEqual(before);
  });

  it("becomes inactive and active again, and is listed all the while", async () => {
    await target.setActive(id, false, signal);
    expect((await target.get(id, signal))?.life).toBe("inactive");
    expect((await listed()).find((each) => each.id === id)?.life).toBe("inactive");
    await target.setActive(id, true, signal);
    expect((await target.get(id, signal))?.life).toBe("active");
  });

  it("that was there before is adopted", async () => {
    const [typed] = (await listed()).filter(
      (each) => each.keys["office365Id"] === undefined && each.protected === undefined,
    );
    await target.adopt(String(typed?.id), "6f1c7a0e-0000-4000-8000-00000000ada2", signal);
    expect((await target.get(String(typed?.id), signal))?.keys["office365Id"]).toBe(
      "6f1c7a0e-0000-4000-8000-00000000ada2",
    );
  });
});

it("lists people only, and protects the owners", async () => {
  const objects = await listed();
  expect(objects.map(({ label }) => label)).not.toContain("Developer");
  expect(objects.map(({ label }) => label)).not.toContain("Consultant");
  expect(objects.filter((object) => object.protected !== undefined)).toEqual([
    expect.objectContaining({ protected: 'a member of the security group "Owner", which administers OnePlan' }),
  ]);
});

it("has no resource for an id that it does not know", async () => {
  expect(await target.get("6f1c7a0e-0000-4000-8000-000000000000", signal)).toBeUndefined();
});
