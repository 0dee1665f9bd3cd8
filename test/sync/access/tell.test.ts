/** Mail about requests: to each administrator once, to later ones too, again as a reminder, and not when it is over. */
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Outputs } from "../../../contract/outputs.ts";
import { createCertificates } from "../../../sandbox/certificates.ts";
import { linkMessage } from "../../../sync/access/link-message.ts";
import { openMail } from "../../../sync/connectors/alerts/channels.ts";
import { deployedOutputs } from "../../review/deployed-outputs.ts";
import { type MailServer, startMailServer } from "../alerts/mail-server.ts";
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
    `npx --no-install tenantwire access approve ${id.slice(-8)} -s <stack> --role Reader), or not (`,
  );
  expect(message?.paragraphs[2]).toMatch(/ It ends by itself at 2026-\d\d-\d\d 09:00 CET \(Europe\/Berlin\)\.$/);
  expect(message?.paragraphs[3]).toMatch(/^The audit trail ends with entry 3:[0-9a-f]{16} now\.$/);
});

it("leads to the people in the console, where one is declared", async () => {
  await access.signIn(somebody("ada"));
  await access.request(somebody("bob"), "please");

  await tell({ console: "https://console.contoso.com" });

  expect(sent.map(({ message }) => message.link)).toEqual(["https://console.contoso.com/people"]);
  expect(sent[0]?.message.paragraphs[3]).toBe("In the console: https://console.contoso.com/people");
  expect(sent[0]?.message.paragraphs[4]).toMatch(/^The audit trail ends/);
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

it("is one mail of several that wait, with each of them", async () => {
  await access.signIn(somebody("ada"));
  const ids: string[] = [];
  for (let each = 0; each < 25; each += 1)
    ids.push((await access.request(somebody(`${each + 10}`), `why ${each}`)).id.slice(-8));

  expect(await tell()).toEqual({ sent: 1, troubles: [] });
  expect(await tell()).toEqual({ sent: 0, troubles: [] });

  const [{ message } = { message: undefined }] = sent;
  expect(message?.subject).toBe("tenantwire/contoso: 25 people ask for access to Contoso");
  const listed = message?.paragraphs.filter((each) => / Why: /.test(each)) ?? [];
  expect(listed).toHaveLength(20);
  for (const each of listed) expect(ids).toContain(each.slice(0, 8));
  expect(message?.paragraphs[20]).toMatch(/^And 5 others \(.*access requests/);
});

it("comes to nobody more than ten times in an hour, however many ask: the rest comes together later", async () => {
  await access.signIn(somebody("ada"));
  for (let each = 0; each < 40; each += 1) {
    await access.request(somebody(`${each + 10}`), "please");
    await tell();
    world.clock.advance(60 * 1000);
  }
  expect(sent).toHaveLength(10);
  world.clock.advance(30 * 60 * 1000);
  await tell();

  expect(sent).toHaveLength(11);
  expect(sent[10]?.message.subject).toBe("tenantwire/contoso: 30 people ask for access to Contoso");
});

it("by a slow mail server holds nobody up for longer than a turn", async () => {
  await access.signIn(somebody("ada"));
  for (const name of ["cid", "dan", "eva", "fay"]) await addAdministrator(name);
  await access.request(somebody("bob"), "please");
  const slow = { send: async () => world.clock.advance(50 * 1000) };

  expect((await tell(slow)).sent).toBe(3);
  expect((await tell(slow)).sent).toBe(2);
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

describe("by a real mail server", () => {
  let mails: MailServer;
  let outputs: Outputs;

  beforeEach(async () => {
    const certificates = await createCertificates(["localhost"]);
    setDefaultCACertificates([...getCACertificates("default"), certificates.ca]);
    mails = await startMailServer(certificates, { authOptional: true });
    outputs = deployedOutputs((all) => {
      const server = { host: "localhost", port: mails.port, security: "starttls" as const };
      const mail = { ...server, from: "tenantwire@contoso.com", to: ["nobody@contoso.com"] };
      all.integrations.alerts = { channels: [{ name: "operators", on: ["failure"], mail }] };
    });
  });
  afterEach(() => mails.close());

  function sending() {
    const credential = () => {
      throw new Error("There is no secret to read.");
    };
    return openMail(outputs, "operators", { credential, now: world.clock.now, reach: async () => undefined });
  }

  /** Lines that were broken for the way are whole again. */
  const read = () => mails.received.map(({ to, mail }) => ({ to, mail: mail.replaceAll("=\r\n", "") }));

  it("each administrator alone gets what was asked, as text, and no others than they", async () => {
    await access.signIn(somebody("ada"));
    await addAdministrator("cid");
    const { id } = await access.request(somebody("bob", { name: "Bob <b>" }), "I look after\nthe rooms");

    expect(await tell({ send: sending() })).toEqual({ sent: 2, troubles: [] });

    const got = read();
    expect(got.map(({ to }) => to.join()).sort()).toEqual(["ada@contoso.com", "cid@contoso.com"]);
    for (const { mail } of got) {
      expect(mail).toMatch(/^Subject: tenantwire\/contoso: somebody asks for access to Contoso/m);
      expect(mail).toMatch(/^Content-Type: text\/plain/m);
      expect(mail).toContain("Who: Bob <b> <bob@contoso.com>");
      expect(mail).toContain(`tenantwire access approve ${id.slice(-8)}`);
    }
  });

  it("one that the server does not take is told, and tried again, when it is back", async () => {
    await access.signIn(somebody("ada"));
    await access.request(somebody("bob"), "please");
    const { onRcptTo } = mails.server;
    mails.server.onRcptTo = (_address, _session, done) => done(new Error("not now"));
    expect(await tell({ send: sending() })).toEqual({ sent: 0, troubles: [expect.stringContaining("not now")] });
    mails.server.onRcptTo = onRcptTo;

    expect((await tell({ send: sending() })).sent).toBe(1);
    expect(read().map(({ to }) => to.join())).toEqual(["ada@contoso.com"]);
  });

  it("a link that sets a password comes to the person, with an address that is whole", async () => {
    const person = { key: "oneplan:mia", name: "Mia <b>", mail: "mia@partner.example", since: "" };
    const link = `https://console.contoso.com/forms/link/${"x".repeat(43)}`;
    const about = { link, mark: "tenantwire/contoso", group: declared };
    await sending()([person.mail], linkMessage({ person, until: "2026-03-03T08:00:00.000Z" }, about));

    const [got] = read();
    expect(got?.to).toEqual(["mia@partner.example"]);
    expect(got?.mail).toContain(link);
    expect(got?.mail).toContain("until 2026-03-03 09:00 CET (Europe/Berlin)");
    expect(got?.mail).toMatch(/^Subject: tenantwire\/contoso: set your password for Contoso/m);
  });
});
