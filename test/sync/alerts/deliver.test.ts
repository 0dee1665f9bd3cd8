/** Messages on their way: real mail by a real mail server, webhooks by a server of TLS, and channels that fail. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { type Certificates, createCertificates } from "../../../sandbox/certificates.ts";
import type { AlertChannel } from "../../../contract/outputs/alerts.ts";
import { causesOf, type Causes } from "../../../sync/alerts/causes.ts";
import { arrived, type Channel, deliver, readChannel } from "../../../sync/alerts/deliver.ts";
import type { Message } from "../../../sync/alerts/messages.ts";
import { sendMail } from "../../../sync/connectors/alerts/mail.ts";
import { payloadFor, sendToWebhook } from "../../../sync/connectors/alerts/webhook.ts";
import { openSqliteState } from "../../../sync/state/sqlite/store.ts";
import type { StateStore } from "../../../sync/state/session.ts";
import { Clock } from "../run/fakes.ts";
import { type MailServer, startMailServer } from "./mail-server.ts";

let certificates: Certificates;
/** Without an end. */
const patience = new AbortController().signal;

beforeAll(async () => {
  certificates = await createCertificates(["localhost"]);
  setDefaultCACertificates([...getCACertificates("default"), certificates.ca]);
});

const missed = (strategy: string): Causes =>
  causesOf({
    runs: [],
    missed: [{ strategy, missed: { count: 1, first: "a", last: "a", noticed: "a", why: "nobody ran it" } }],
    credentials: [],
    syncs: [],
  });
const nothing: Causes = { open: [], unknown: [] };

describe("a channel that fails", () => {
  let folder: string;
  let store: StateStore;
  const clock = new Clock();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tenantwire-alerts-"));
    store = openSqliteState(join(folder, "state.sqlite"));
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function channel(name: string): Channel & { sent: string[]; isDown: boolean } {
    const made = {
      name,
      on: ["missed"],
      hosts: [`${name}.contoso.com`],
      sent: [] as string[],
      isDown: false,
      async send({ subject }: Message) {
        if (made.isDown) throw new Error("It is down.");
        made.sent.push(subject);
      },
    };
    return made;
  }

  const tell = (channels: readonly Channel[], causes: Causes) =>
    deliver(channels, { store, causes, writing: { mark: "t", timeZone: "UTC" }, now: clock.now });

  it("is shown, keeps no other waiting, and is told once when it is back", async () => {
    const [chat, mail] = [channel("chat"), channel("mail")];
    chat.isDown = true;

    expect(await tell([chat, mail], missed("users"))).toMatchObject([
      { channel: "chat", sent: 0, trouble: { attempts: 1, message: "It is down." } },
      { channel: "mail", sent: 1 },
    ]);
    expect(await tell([chat, mail], missed("users"))).toEqual([]);
    expect((await readChannel(await store.read(), "chat")).trouble?.attempts).toBe(1);
    clock.advance(6 * 60 * 1000);
    expect(await tell([chat, mail], missed("users"))).toMatchObject([{ trouble: { attempts: 2 } }]);
    chat.isDown = false;
    clock.advance(60 * 60 * 1000);
    await tell([chat, mail], missed("users"));

    expect(chat.sent).toEqual(["t: users did not run at its time"]);
    expect(await readChannel(await store.read(), "chat")).not.toHaveProperty("trouble");
    await tell([chat, mail], nothing);
    expect(mail.sent).toEqual(["t: users did not run at its time", "t: over: users did not run at its time"]);
    expect(chat.sent).toEqual(mail.sent);
  });

  it("is tried again with the same id, by another process too; what is told anew later has another one", async () => {
    const chat = channel("chat");
    const ids: (string | undefined)[] = [];
    chat.send = async (message) => {
      ids.push(payloadFor("signed", message, "key", clock.now()).headers["webhook-id"]);
      // It arrived, as far as whoever gets it knows.
      if (ids.length < 3) throw new Error("The answer is lost.");
    };
    for (const causes of [missed("users"), missed("users"), missed("users"), nothing, missed("users")]) {
      await tell([chat], causes);
      await store.close();
      store = openSqliteState(join(folder, "state.sqlite"));
      clock.advance(60 * 60 * 1000);
    }

    const [first, second, third, over, again] = ids;
    expect([second, third]).toEqual([first, first]);
    expect(new Set([first, over, again]).size).toBe(3);
    expect(first).toMatch(/^msg_[0-9a-f-]{36}$/);
    expect((await readChannel(await store.read(), "chat")).ids).toEqual({});
  });

  it("goes on where it failed, and repeats none of those that arrived", async () => {
    const chat = channel("chat");
    const both: Causes = { open: [...missed("a").open, ...missed("b").open], unknown: [] };
    const { send } = chat;
    chat.send = async (message) => {
      await send(message);
      chat.isDown = true;
    };
    await tell([chat], both);
    chat.isDown = false;
    clock.advance(60 * 60 * 1000);
    await tell([chat], both);

    expect(chat.sent).toEqual(["t: a did not run at its time", "t: b did not run at its time"]);
  });

  it("that does not take one message is told the others", async () => {
    const chat = channel("chat");
    const { send } = chat;
    chat.send = async (message) => {
      if (message.key === "missed a") throw new Error("400");
      await send(message);
    };
    const all: Causes = { open: ["a", "b", "c"].flatMap((each) => missed(each).open), unknown: [] };
    await tell([chat], all);
    expect(chat.sent).toEqual([]);
    clock.advance(60 * 60 * 1000);
    await tell([chat], all);

    expect(chat.sent).toEqual(["t: b did not run at its time", "t: c did not run at its time"]);
    expect((await readChannel(await store.read(), "chat")).trouble).toMatchObject({ attempts: 2, message: "400" });
  });

  it("is tried again though a clock that was a month ahead wrote down when", async () => {
    const chat = channel("chat");
    chat.isDown = true;
    clock.advance(30 * 24 * 60 * 60 * 1000);
    await tell([chat], missed("users"));
    clock.advance(-30 * 24 * 60 * 60 * 1000);
    chat.isDown = false;
    await tell([chat], missed("users"));

    expect(chat.sent).toEqual(["t: users did not run at its time"]);
  });

  it("by being slow holds nobody up for longer than a turn, and is told the rest in the next ones", async () => {
    const chat = channel("chat");
    const { send } = chat;
    chat.send = async (message) => {
      clock.advance(50 * 1000);
      await send(message);
    };
    const names = Array.from({ length: 5 }, (_, index) => `strategy ${index}`);
    const all: Causes = { open: names.flatMap((each) => missed(each).open), unknown: [] };

    expect(await tell([chat], all)).toEqual([{ channel: "chat", sent: 3 }]);
    expect(await tell([chat], all)).toEqual([{ channel: "chat", sent: 2 }]);
    expect(await tell([chat], all)).toEqual([]);
  });

  it("is remembered with the hosts that a message of it arrived by, and no other", async () => {
    const chat = channel("chat");
    const hosts = async () => (await readChannel(await store.read(), "chat")).hosts;
    chat.isDown = true;
    await tell([chat], missed("users"));
    expect(await hosts()).toEqual([]);

    await arrived(chat, store);
    expect(await hosts()).toEqual(["chat.contoso.com"]);
    chat.isDown = false;
    await tell([chat], missed("users"));
    expect([chat.sent, await hosts()]).toEqual([["t: users did not run at its time"], ["chat.contoso.com"]]);
    await tell([{ ...chat, hosts: ["evil.example"], send: () => Promise.reject(new Error("no")) }], nothing);
    expect(await hosts()).toEqual(["chat.contoso.com"]);
  });

  it("a mail server's answer with a mail address was kept in the state: its codes and own words are, its texts are not", async () => {
    const chat = channel("chat");
    const words = 'No mail could be sent by smtp:587 (EENVELOPE 550: "no such user: ada@contoso.com").';
    const down = { ...chat, send: () => Promise.reject(new Error(words)) };
    expect(await tell([down], missed("users"))).toMatchObject([{ trouble: { message: words } }]);
    const kept = JSON.stringify(await readChannel(await store.read(), "chat"));
    expect(kept).not.toContain("ada@contoso.com");
    expect(kept).toContain("EENVELOPE 550");
  });

  it("that reaches some is not told again: whom it missed is kept and told, until a message reaches all", async () => {
    const chat = channel("chat");
    const words = "The mail server smtp took the message for others, but not for ada@contoso.com: correct it.";
    const partly = { ...chat, send: async (message: Message) => (await chat.send(message), words) };
    const kept = async () => (await readChannel(await store.read(), "chat")).unreached;

    expect(await tell([partly], missed("users"))).toEqual([{ channel: "chat", sent: 1, unreached: words }]);
    expect(await kept()).toBe(words);
    expect(await tell([partly], missed("users"))).toEqual([]);
    expect(chat.sent).toHaveLength(1);
    // What fails after it reaches nobody, which says nothing of whom it would have missed.
    const down = { ...chat, send: () => Promise.reject(new Error("It is down.")) };
    expect((await tell([down], nothing)).map(({ unreached }) => unreached)).toEqual([undefined]);
    expect(await kept()).toBe(words);
    await arrived(chat, store, words);
    expect(await kept()).toBe(words);

    expect(await tell([chat], nothing)).toEqual([{ channel: "chat", sent: 1 }]);
    expect(await kept()).toBeUndefined();
  });

  it("a webhook that does not answer kept a process that was told to stop: nobody waits, and nothing counts as tried", async () => {
    const chat = channel("chat");
    const stop = new AbortController();
    const silent = {
      ...chat,
      send: () => new Promise<void>(() => queueMicrotask(() => stop.abort(new Error("enough")))),
    };
    const options = { store, causes: missed("users"), writing: { mark: "t", timeZone: "UTC" }, now: clock.now };
    await expect(deliver([silent], { ...options, signal: stop.signal })).rejects.toThrow("enough");
    expect(await readChannel(await store.read(), "chat")).not.toHaveProperty("trouble");
    // Whoever comes next tells it, and finds the lock free.
    await tell([chat], missed("users"));
    expect(chat.sent).toEqual(["t: users did not run at its time"]);
  });

  it("that was never in need of anything asks for no lock", async () => {
    const held = await store.lock("alerts");
    expect(await tell([channel("chat")], nothing)).toEqual([]);
    expect(await tell([channel("chat")], missed("users"))).toEqual([]);
    await held.release();
  });
});

describe("a mail", () => {
  let mails: MailServer;

  async function start(): Promise<number> {
    mails = await startMailServer(certificates);
    return mails.port;
  }

  afterEach(() => mails.close());

  const channel = (port: number): NonNullable<AlertChannel["mail"]> => ({
    host: "localhost",
    port,
    security: "starttls",
    from: "tenantwire@contoso.com",
    to: ["ops@contoso.com", "ada@contoso.com"],
    user: "tenantwire",
    vaultSecret: "s",
  });
  const message = {
    subject: "t/contoso: users failed\r\nBcc: everybody@contoso.com",
    paragraphs: ["What happened: Zürich <b>did not</b> answer.", "What to do: look."],
  };

  it("arrives by TLS at everybody, signed in, with its text as it is and no header of anybody else's", async () => {
    const sent = sendMail(channel(await start()), { ...message, id: "4711" }, async () => "right", patience);
    expect(await sent).toBeUndefined();

    const [mail] = mails.received;
    expect(mail?.mail).toMatch(/^Message-ID: <4711@contoso\.com>/m);
    expect(mail).toMatchObject({ from: "tenantwire@contoso.com", user: "tenantwire", secure: true });
    expect(mail?.to).toEqual(["ops@contoso.com", "ada@contoso.com"]);
    expect(mail?.mail).not.toMatch(/^Bcc:/m);
    expect(mail?.mail).toMatch(/^Content-Type: text\/plain; charset=utf-8/m);
    expect(mail?.mail).toMatch(/Z=C3=BCrich <b>did not<\/b> answer\./);
  });

  it("says what to mend where the password is refused, and does not show it", async () => {
    const sent = sendMail(channel(await start()), message, async () => "wrong-password", patience);

    await expect(sent).rejects.toThrow(/did not let tenantwire in: store the password anew/);
    await expect(sent).rejects.not.toThrow(/wrong-password/);
    expect(mails.received).toEqual([]);
  });

  it("is refused by a server that repeats the password: what is told is without it", async () => {
    const port = await start();
    mails.server.onMailFrom = (_address, _session, done) =>
      done(new Error(`I know you: right-password, ${Buffer.from("right-password").toString("base64")}, ight-passwor`));

    const outcome = await sendMail(channel(port), message, async () => "right-password", patience).then(String, String);

    expect(outcome).toMatch(/No mail could be sent by localhost:\d+ \(.*I know you: \[key\]/);
    expect(outcome).not.toMatch(/ight-passwor|cmlnaHQtcGFzc3dvcmQ/);
  });

  it("is signed in for with a token, and what gives none may answer anything", async () => {
    const answers = ["client-secret", JSON.stringify({ error: "client-secret" })];
    const tokens = createServer(certificates, (request, response) => {
      request.resume().on("end", () => response.writeHead(200).end(answers.shift()));
    });
    const tokenUrl = `https://localhost:${await portOf(tokens)}/token`;
    const mail = { ...channel(await start()), oauth2: { tokenUrl, clientId: "client", scope: "s" } };

    for (let tried = 0; tried < 2; tried++) {
      const outcome = await sendMail(mail, message, async () => "client-secret", patience).then(String, String);
      expect(outcome).toMatch(/gave no token to client to send mail with \(200\)/);
      expect(outcome).not.toContain("client-secr");
    }
    tokens.close();
  });

  it("a host for tokens that cannot be reached was told by a library's own words", async () => {
    const oauth2 = { tokenUrl: "https://localhost:1/token", clientId: "client", scope: "s" };
    const sent = sendMail({ ...channel(await start()), oauth2 }, message, async () => "client-secret", patience);
    await expect(sent).rejects.toMatchObject({
      name: "Unreachable",
      message: expect.stringContaining("localhost:1 cannot be reached") as unknown,
    });
  });

  it("is refused by a server that names people: what it says stands in quotes, its codes do not", async () => {
    const port = await start();
    mails.server.onRcptTo = (_address, _session, done) => done(new Error("who is ada@contoso.com?"));
    const outcome = await sendMail(channel(port), message, async () => "right", patience).then(String, String);
    expect(outcome).toMatch(/ \(EENVELOPE 550: "[^"]*who is ada@contoso.com\?[^"]*"\)\.$/);
  });

  it("is taken for one of two: it is sent once, and the other is named as the settings do, not as the server says it", async () => {
    const port = await start();
    mails.server.onRcptTo = ({ address }, _session, done) =>
      done(address.startsWith("ada@") ? new Error("no such user: somebody@else.example") : null);

    const outcome = await sendMail(channel(port), message, async () => "right", patience);

    expect(outcome).toBe(
      "The mail server localhost took the message for others, but not for ada@contoso.com: correct the addresses of the channel (to) and deploy, or have that server take mail for them.",
    );
    expect(mails.received.map(({ to }) => to)).toEqual([["ops@contoso.com"]]);
  });

  it("is signed in for with a token, where the account has no password", async () => {
    const asked: string[] = [];
    const tokens = createServer(certificates, (request, response) => {
      void text(request).then((body) => {
        asked.push(body);
        response
          .writeHead(200, { "content-type": "application/json" })
          .end(JSON.stringify({ access_token: "a-token" }));
      });
    });
    const tokenUrl = `https://localhost:${await portOf(tokens)}/token`;
    const oauth2 = { tokenUrl, clientId: "client", scope: "https://outlook.office365.com/.default" };

    await sendMail({ ...channel(await start()), oauth2 }, message, async () => "client-secret", patience);

    expect(mails.received[0]).toMatchObject({ user: "tenantwire" });
    expect(Object.fromEntries(new URLSearchParams(asked[0]))).toEqual({
      grant_type: "client_credentials",
      client_id: "client",
      client_secret: "client-secret",
      scope: oauth2.scope,
    });
    tokens.close();
  });

  it("is given up when a server says a little now and then, and never what was asked", async () => {
    const patience = new AbortController();
    const server = createTcpServer((socket) => {
      // A greeting goes on as long as its lines say so, and each is a sign of life.
      const more = () => socket.write("220-wait\r\n", () => !socket.destroyed && setImmediate(more));
      socket.on("error", () => socket.destroy());
      more();
      setImmediate(() => patience.abort());
    });
    mails = await startMailServer(certificates);
    const port = await portOf(server);

    await expect(sendMail(channel(port), message, async () => "right", patience.signal)).rejects.toThrow(
      /No mail could be sent by localhost/,
    );

    // Once nobody is connected any more.
    await new Promise((resolve) => server.close(resolve));
  });

  it("is not signed in for where what gives tokens answers without end", async () => {
    const tokens = createServer(certificates, (request, response) => {
      request.resume().on("end", () => {
        const more = () => response.write("x".repeat(64 * 1024), () => !response.destroyed && more());
        response.writeHead(200).on("error", () => undefined);
        more();
      });
    });
    const tokenUrl = `https://localhost:${await portOf(tokens)}/token`;
    const mail = { ...channel(await start()), oauth2: { tokenUrl, clientId: "client", scope: "s" } };

    await expect(sendMail(mail, message, async () => "client-secret", patience)).rejects.toThrow(
      /gave no token to client/,
    );
    tokens.close();
  });

  it("is not sent to a server that shows another's certificate", async () => {
    const sent = sendMail({ ...channel(await start()), host: "127.0.0.1" }, message, async () => "right", patience);

    await expect(sent).rejects.toThrow(/No mail could be sent by 127.0.0.1/);
    expect(mails.received).toEqual([]);
  });

  it("is not sent to a server without TLS", async () => {
    const passwords: unknown[] = [];
    mails = await startMailServer(certificates, {
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
      onAuth({ username, password }, _session, done) {
        passwords.push(password);
        done(null, { user: username });
      },
    });
    const { port } = mails;

    await expect(sendMail(channel(port), message, async () => "right", patience)).rejects.toThrow(
      /No mail could be sent/,
    );
    expect(passwords).toEqual([]);
  });
});

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

describe("what a webhook takes", () => {
  const message: Message = {
    key: "failure users",
    kind: "failure",
    state: "open",
    subject: "t: <!channel> & more",
    paragraphs: ["[click](https://evil.example)", "two"],
  };
  const now = new Date("2026-03-02T08:00:00Z");

  it("goes to its address, and what is not taken is told without it", async () => {
    const bodies: string[] = [];
    let status = 200;
    const server = createServer(certificates, (request, response) => {
      void text(request).then((body) => {
        bodies.push(body);
        response.writeHead(status, { location: "https://localhost:1/" }).end("no");
      });
    });
    const address = `https://localhost:${await portOf(server)}/hooks/the-secret`;
    const send = () =>
      sendToWebhook({ format: "slack", vaultSecret: "s" }, message, `${address}\n`, { now, signal: patience });

    await send();
    expect(bodies).toEqual([payloadFor("slack", message, "", now).body]);
    for (status of [500, 302, 404]) {
      const outcome = await send().then(String, (error: unknown) => String(error));
      expect(outcome).toContain(`did not take the message (${status})`);
      expect(outcome).not.toContain("the-secret");
    }
    server.close();
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ["a few bytes now and then", (response) => response.write("x"), "The connection to localhost"],
    ["nothing at all", () => undefined, "The connection to localhost"],
  ])("is given up with %s for an answer when that has lasted for long enough", async (_, answer, outcome) => {
    const patience = new AbortController();
    const server = createServer(certificates, (request, response) => {
      request.resume().on("end", () => {
        answer(response.writeHead(200));
        setImmediate(() => patience.abort());
      });
    });
    const address = `https://localhost:${await portOf(server)}/hooks/the-secret`;
    const sent = sendToWebhook({ format: "slack", vaultSecret: "s" }, message, address, {
      now,
      signal: patience.signal,
    });

    await expect(sent).rejects.toThrow(outcome);
    server.closeAllConnections();
    server.close();
  });

  it("is taken where the answer has no end: no more than its beginning is read", async () => {
    const server = createServer(certificates, (request, response) => {
      request.resume().on("end", () => {
        const more = () => response.write("x".repeat(64 * 1024), () => !response.destroyed && more());
        response.writeHead(200).on("error", () => undefined);
        more();
      });
    });
    const address = `https://localhost:${await portOf(server)}/hooks/the-secret`;

    await sendToWebhook({ format: "slack", vaultSecret: "s" }, message, address, { now, signal: patience });

    server.closeAllConnections();
    server.close();
  });

  it.each(["http://hooks.example/x", "not-an-address", ""])("is not sent to %j", async (address) => {
    await expect(
      sendToWebhook({ format: "teams", vaultSecret: "s" }, message, address, { now, signal: patience }),
    ).rejects.toThrow(/no address of https/);
  });

  it("is for Slack a text in which nothing is a command", () => {
    expect(JSON.parse(payloadFor("slack", message, "", now).body)).toEqual({
      text: "t: &lt;!channel&gt; &amp; more\n[click](https://evil.example)\ntwo",
      mrkdwn: false,
      unfurl_links: false,
    });
  });

  it("is for Teams a card of runs of text, which know no Markdown", () => {
    const body = payloadFor("teams", message, "", now).body;
    expect(body).toContain(
      '"type":"RichTextBlock","inlines":[{"type":"TextRun","text":"[click](https://evil.example)"}]',
    );
    expect(body).not.toContain('TextBlock","text"');
  });

  it("has the page of the console: a paragraph, what opens it in Teams, and a value for a program", () => {
    const link = "https://console.contoso.com/runs/users/oneplan/0123456789ab";
    const linked = { ...message, link, paragraphs: [...message.paragraphs, `In the console: ${link}`] };
    const [slack, teams, program] = (["slack", "teams", "signed"] as const).map(
      (format) => JSON.parse(payloadFor(format, linked, "", now).body) as unknown,
    );

    expect(slack).toMatchObject({ text: expect.stringMatching(`\nIn the console: ${link}$`) });
    const actions = [{ type: "Action.OpenUrl", title: "Open in the console", url: link }];
    expect(teams).toMatchObject({ attachments: [{ content: { actions } }] });
    expect(program).toMatchObject({ data: { link, text: expect.stringContaining(link) } });
    expect(payloadFor("teams", message, "", now).body).not.toContain("Action.OpenUrl");
    expect(JSON.parse(payloadFor("signed", message, "", now).body)).not.toHaveProperty("data.link");
  });

  it("is for a program signed by the key, with its time", () => {
    const { body, headers } = payloadFor("signed", { ...message, id: "4711" }, "whsec_c2VjcmV0", now);

    expect(headers["webhook-id"]).toBe("msg_4711");
    const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature } = headers;
    const expected = createHmac("sha256", "secret").update(`${id}.${at}.${body}`).digest("base64");
    expect(signature).toBe(`v1,${expected}`);
    expect(at).toBe("1772438400");
    expect(JSON.parse(body)).toMatchObject({ type: "tenantwire.alert.open", data: { cause: "failure users" } });
  });
});
