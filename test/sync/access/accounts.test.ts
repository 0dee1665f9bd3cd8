/** Accounts of forms: how passwords are kept, and that each change survives a kill with its entry in the audit trail. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { Accounts } from "../../../sync/access/accounts.ts";
import { verifyTrail } from "../../../sync/access/audit.ts";
import { readAccounts } from "../../../sync/access/book.ts";
import { Passwords } from "../../../sync/access/passwords.ts";
import type { StateStore } from "../../../sync/state/session.ts";
import { Killed, Killer } from "../run/killer.ts";
import { linked, World } from "./people.ts";

const GOOD = "brown kettle under seven clouds";
const OTHER = "late trains carry quiet lanterns";
const KIM = { name: "kim" };

describe("passwords", () => {
  it("are kept by scrypt with OWASP's parameters and a salt of their own", async () => {
    const passwords = new Passwords();
    const kept = await passwords.kept(GOOD);

    expect(kept).toMatch(/^\$scrypt\$ln=17,r=8,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await passwords.isIt(GOOD, kept)).toBe(true);
    expect(await passwords.isIt(OTHER, kept)).toBe(false);
  });

  it("are the same however a keyboard makes their characters, and other ones with other parameters are known by those", async () => {
    const [now, before] = [new Passwords(8), new Passwords(6)];
    const kept = await before.kept("zwölf Boxkämpfer jagen".normalize("NFD"));

    expect(await now.isIt("zwölf Boxkämpfer jagen".normalize("NFC"), kept)).toBe(true);
    expect(await now.kept(GOOD)).not.toBe(await now.kept(GOOD));
  });

  it.each([undefined, "", "plain", "$scrypt$ln=17,r=8,p=1$$"])("are nobody's where %j is kept", async (kept) => {
    expect(await new Passwords(8).isIt("", kept)).toBe(false);
  });
});

describe("an account", () => {
  let world: World;
  /** How often a password was worked out. */
  let worked: number;

  class Counted extends Passwords {
    constructor() {
      super(6);
    }
    override isIt(password: string, kept: string | undefined): Promise<boolean> {
      worked += 1;
      return super.isIt(password, kept);
    }
  }

  beforeEach(() => {
    world = new World();
    worked = 0;
  });
  afterEach(async () => {
    const { faults } = await verifyTrail(await world.store.read());
    await world.close();
    expect(faults).toEqual([]);
  });

  function open(store: StateStore = world.store) {
    const access = world.open(linked, { store });
    const accounts = new Accounts({ access, store, declared: linked, now: world.clock.now, passwords: new Counted() });
    return { access, accounts };
  }

  async function add(name: string): Promise<string> {
    const member = { name, mail: `${name}@partner.example`, standing: "active" as const };
    return (await open().access.add({ oneplanId: name, member }, "Reader", KIM)).key;
  }

  it("costs as much work where there is none: nobody learns by the time who has one", async () => {
    const { accounts } = open();
    const { token } = await accounts.offer(await add("mia"), KIM);
    await add("nils");
    const tried = async (mail: string) => {
      worked = 0;
      const found = await accounts.who(mail, GOOD);
      return [found?.key, worked];
    };

    expect(await tried("mia@partner.example")).toEqual([undefined, 1]);
    await accounts.setByLink(token, GOOD);
    expect(await tried("mia@partner.example")).toEqual(["oneplan:mia", 1]);
    for (const nobody of ["nils@partner.example", "nobody@partner.example", ""]) {
      expect(await tried(nobody)).toEqual([undefined, 1]);
    }
  });

  it("is nobody's once the link is to another OnePlan group", async () => {
    const { token } = await open().accounts.offer(await add("mia"), KIM);
    await open().accounts.setByLink(token, GOOD);
    const moved = { ...linked, oneplanConfiguration: "44444444-4444-4444-8444-444444444444" };
    const { store, clock } = world;
    const accounts = new Accounts({
      ...{ access: world.open(moved), store, declared: moved, now: clock.now, passwords: new Counted() },
    });

    expect(await accounts.who("mia@partner.example", GOOD)).toBeUndefined();
  });

  it("is gone with whoever is removed while the group is linked to nothing, also once it is linked again", async () => {
    const key = await add("mia");
    const { token } = await open().accounts.offer(key, KIM);
    await open().accounts.setByLink(token, GOOD);
    await world.open().remove(key, KIM);
    await add("mia");

    expect(await open().accounts.who("mia@partner.example", GOOD)).toBeUndefined();
  });

  it("has one link that works: of two that set a password at the same moment one does", async () => {
    const { accounts } = open();
    const { token } = await accounts.offer(await add("mia"), KIM);
    const ends = await Promise.allSettled([accounts.setByLink(token, GOOD), accounts.setByLink(token, OTHER)]);

    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const [first] = ends;
    const [right, wrong] = first.status === "fulfilled" ? [GOOD, OTHER] : [OTHER, GOOD];
    expect((await accounts.who("mia@partner.example", right))?.key).toBe("oneplan:mia");
    expect(await accounts.who("mia@partner.example", wrong)).toBeUndefined();
  });

  it.each<[string, string, (accounts: Accounts, key: string, token: string) => Promise<unknown>]>([
    ["giving it", "account of forms given", (accounts, key) => accounts.offer(key, KIM)],
    ["a new link", "new link to set a password", (accounts, key) => accounts.offer(key, KIM)],
    ["setting a password", "password set by a link", (accounts, _, token) => accounts.setByLink(token, GOOD)],
    ["changing it", "password changed", (accounts, key) => accounts.change(key, GOOD, OTHER)],
    ["taking it away", "account of forms taken away", (accounts, key) => accounts.remove(key, KIM)],
  ])(
    "survives a kill before and after each write of %s: done with its entry, or not at all",
    async (_, action, change) => {
      for (let steps = 0, dead = true; dead; steps += 1) {
        const key = await add(`p${steps}`);
        const { accounts } = open();
        const { token } = action === "account of forms given" ? { token: "" } : await accounts.offer(key, KIM);
        if (action === "password changed") await accounts.setByLink(token, GOOD);
        const killer = new Killer(steps);
        const kept = async () => JSON.stringify(await readAccounts(await world.store.read()));
        const [before, entries] = [await kept(), (await world.actions()).length];

        await change(open(killer.store(world.store)).accounts, key, token).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
        });

        expect((await world.actions()).slice(entries)).toEqual((await kept()) === before ? [] : [action]);
        ({ dead } = killer);
      }
      expect(await world.actions()).toContain(action);
    },
  );
});
