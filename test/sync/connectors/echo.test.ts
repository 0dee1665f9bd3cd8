/** Answers that repeat what they were asked with. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "@jest/globals";
import { createApiClient, keptAuthorization } from "../../../sync/connectors/api.ts";
import { ConnectionError, CredentialError, PermissionError } from "../../../contract/errors.ts";
import { HTTP_EVENTS } from "../../../sync/connectors/http/events.ts";
import { streamWithoutEcho, withoutEcho } from "../../../sync/connectors/http/echo.ts";
import { subscribe, unsubscribe } from "node:diagnostics_channel";

const KEY = 'Zx9/q+w&"2Yt~7Lm';
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("without what was sent", () => {
  const proofs = [
    ["a raw key", KEY],
    ["a bearer token", `Bearer ${KEY}`],
    ["HTTP Basic with a name", basic(`tenantwire:${KEY}`)],
    ["HTTP Basic with the key for a name", basic(`${KEY}:`)],
    ["HTTP Basic without a name", basic(`:${KEY}`)],
  ] as const;
  const forms = [
    ["as it is", KEY],
    ["for an address", encodeURIComponent(KEY)],
    ["in base64", Buffer.from(KEY).toString("base64")],
    ["in JSON", JSON.stringify({ said: KEY })],
    ["in HTML", KEY.replaceAll("&", "&amp;").replaceAll('"', "&quot;")],
    ["in hex", Buffer.from(KEY).toString("hex")],
  ] as const;

  it.each(proofs.flatMap(([sent, proof]) => forms.map(([form, text]) => [sent, form, proof, text] as const)))(
    "%s, repeated %s",
    (_sent, _form, proof, text) => {
      const cut = withoutEcho(`before ${text} after, and ${proof}`, proof);
      for (const [, found] of forms) expect(cut).not.toContain(found);
      expect(cut).toMatch(/^before .*\[key\].* after, and .*\[key\]$/);
    },
  );

  it("of an answer that people read, also no piece of it", () => {
    const cut = withoutEcho(`The key ${KEY.slice(0, 10)}... is unknown.`, basic(`tenantwire:${KEY}`), { pieces: true });
    expect(cut).toBe("The key [key]... is unknown.");
  });

  it("and everything else as it is: the name of a key is no secret", () => {
    const text = "tenantwire may not do that.";
    expect(withoutEcho(text, basic(`tenantwire:${KEY}`), { pieces: true })).toBe(text);
  });
});

describe("an answer that comes in parts", () => {
  async function passed(text: string, size: number): Promise<string> {
    async function* parts() {
      const bytes = Buffer.from(text, "utf8");
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of streamWithoutEcho(parts(), basic(`tenantwire:${KEY}`))) chunks.push(chunk);
    return Buffer.concat(chunks).toString("utf8");
  }

  it("is without the key wherever it is parted, and otherwise the same byte by byte", async () => {
    const around = '{"name":"Ærø 李 👩","said":"';
    for (const form of [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString("hex")]) {
      for (let size = 1; size <= 40; size++) {
        expect(await passed(`${around}${form}"}${around}`, size)).toBe(`${around}[key]"}${around}`);
      }
    }
    expect(await passed(around, 3)).toBe(around);
    expect(await passed("", 3)).toBe("");
  });
});

describe("a product that repeats the key", () => {
  let server: Server;
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function asked(status: number): Promise<{ error: unknown; answer: unknown; events: string }> {
    server = createServer((request, response) => {
      const said = String(request.headers.authorization);
      const password = Buffer.from(said.slice(6), "base64").toString("utf8");
      response.writeHead(status, {
        "content-type": "application/json",
        "x-request-id": said.slice(6).replaceAll(/[^\w.:-]/g, ""),
        ...(status === 302 && { location: `https://${KEY.replaceAll(/\W/g, "")}.example.com/` }),
      });
      response.end(JSON.stringify({ message: `not known: ${said} (${password})`, name: KEY }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const client = createApiClient({
      product: "Product",
      root: `http://127.0.0.1:${port}`,
      authorization: keptAuthorization(async () => basic(`tenantwire:${KEY}`)),
      keyRejected: (host) => new CredentialError(`refused by ${host}`),
      notAllowed: (_host, doing, said) => new PermissionError(`not allowed to ${doing}.${said}`),
    });
    const events: unknown[] = [];
    const note = (event: unknown) => events.push(event);
    subscribe(HTTP_EVENTS, note);
    try {
      const answer = await client.write("POST", "x", {}, "do it", new AbortController().signal);
      return { error: undefined, answer, events: JSON.stringify(events) };
    } catch (error) {
      return { error, answer: undefined, events: JSON.stringify(events) };
    } finally {
      unsubscribe(HTTP_EVENTS, note);
    }
  }

  it.each([200, 302, 400, 401, 403, 404, 409, 500])("with status %d", async (status) => {
    const { error, answer, events } = await asked(status);

    const text = JSON.stringify([error instanceof Error ? [error.message, error.cause] : error, answer, events]);
    for (const form of [KEY, JSON.stringify(KEY).slice(1, -1), Buffer.from(`tenantwire:${KEY}`).toString("base64")]) {
      expect(text).not.toContain(form);
    }
    expect(
      error instanceof ConnectionError || error instanceof PermissionError || error instanceof CredentialError,
    ).toBe(status !== 200);
  });
});
