/** Mail about requests: to each administrator once, to later ones too, again as a reminder, and not when it is over. */
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import type { Message } from "../../../sync/alerts/messages.ts";
import type { Access } from "../../../sync/access/access.ts";
import { tellRequests, type Telling } from "../../../sync/access/tell.ts";
import { declared, HOME, objectIdOf, somebody, World } from "./people.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

let world: World;
let access: Access;
let sent: { readonly to: readonly string[]; readonly message: Message }[];
let isDown: boolean;

beforeEach(() => {
  world = new World();
  access = world.open();
  sent = [];
  isDown = false;
});
afterEach(() => world.close());

function tell(other: Partial<Telling> = {}) {
  return tellRequests({
    ...{ access, store: world.store, declared, now: world.clock.now, mark: "tenantwire/contoso" },
    send: async (to, message) => {
      if (isDown) throw new Error("It is down.");
      sent.push({ to, message });
    },
    ...other,
  });
}

const receivers = () => sent.map(({ to }) => to.join());

async function addAdministrator(name: string): Promise<void> {
  const who = { tenant: HOME, objectId: objectIdOf(name), name, mail: `${name}@contoso.com` };
  await access.add(who, "Administrator", { name: "kim" });
}

it("says who asked, why, and what to do; once, and again as a reminder", async () => {
  await access.signIn(somebody("ada"));
  const { id } = await access.request(somebody("bob", { name: "Bob\n<b>" }), "I look after\nthe rooms");

  expect(await tell()).toEqual({ sent: 1, troubles: [] });
  expect(await tell()).toEqual({ sent: 0, troubles: [] });
  world.clock.advance(3 * DAY_MS);
  await tell();

  expect(receivers()).toEqual(["ada@contoso.com", "ada@contoso.com"]);
  const [{ message } = { message: undefined }] = sent;
  expect(message?.subject).toBe("tenantwire/contoso: somebody asks for access to Contoso");
  expect(message?.paragraphs[0]).toBe("Who: Bob\\n<b> <bob@contoso.com>");
  expect(message?.paragraphs[1]).toBe("Why: I look after\\nthe rooms");
  expect(message?.paragraphs[2]).toContain(
    `npx --no-install tenantwire access approve ${id.slice(-8)} -s <stack> --role Reader, or`,
  );
  expect(message?.paragraphs[3]).toMatch(/^The audit trail ends with entry 3:[0-9a-f]{16} now\.$/);
});

it("goes to who became an administrator later, and to nobody once it is decided", async () => {
  await access.signIn(somebody("ada"));
  const { id } = await access.request(somebody("bob"), "please");
  await tell();
  await addAdministrator("cid");
  await tell();
  await access.decide(id, { approve: false }, { name: "kim" });
  world.clock.advance(4 * DAY_MS);
  await tell();

  expect(receivers()).toEqual(["ada@contoso.com", "cid@contoso.com"]);
});

it("is tried again after it failed, for those alone whom it did not reach", async () => {
  await access.signIn(somebody("ada"));
  await addAdministrator("cid");
  await access.request(somebody("bob"), "please");
  isDown = true;

  expect(await tell()).toEqual({ sent: 0, troubles: ["It is down."] });
  isDown = false;
  await tell();

  expect(receivers().sort()).toEqual(["ada@contoso.com", "cid@contoso.com"]);
});

it("asks the directory for the address of a declared administrator who has never been there", async () => {
  await access.request(somebody("bob"), "please");
  expect((await tell()).troubles).toEqual([`No mail address is known of the administrator ${objectIdOf("ada")}.`]);

  await tell({ lookUp: async (id) => (id === objectIdOf("ada") ? "ada@contoso.com" : undefined) });

  expect(receivers()).toEqual(["ada@contoso.com"]);
});

it("goes to no address that is a list to a mail server", async () => {
  await access.signIn(somebody("ada", { mail: "ada@contoso.com,eve@evil.example" }));
  await access.request(somebody("bob"), "please");

  expect(await tell()).toMatchObject({ sent: 0, troubles: [expect.stringContaining("No mail address")] });
});

it("that nobody decided ends, which is written down", async () => {
  await access.signIn(somebody("ada"));
  await access.request(somebody("bob"), "please");
  world.clock.advance(14 * DAY_MS);

  expect(await tell()).toEqual({ sent: 0, troubles: [] });
  expect((await world.trail()).at(-1)).toMatchObject({ action: "request expired", by: "time" });
});
