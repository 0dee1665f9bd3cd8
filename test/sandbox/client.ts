import { readFileSync } from "node:fs";
import { ProxyAgent, fetch } from "undici";
import type { Headers, Response } from "undici";
import type { Sandbox } from "../../sandbox/server.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; fails the test when it is no JSON. */
  json<T = Record<string, unknown>>(): T;
}

export interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

export interface Client {
  call(url: string, call?: Call): Promise<Answer>;
  /** Posts a form. */
  form(url: string, fields: Record<string, string>): Promise<Answer>;
  /** Signs in as a principal of the world. */
  token(principal: { clientId: string; clientSecret: string }, scope: string): Promise<string>;
  close(): Promise<void>;
}

/** A client in this process that reaches the stand-in as others do: through its proxy, trusting its authority. */
export function clientOf(sandbox: Sandbox): Client {
  const dispatcher = new ProxyAgent({ uri: sandbox.proxyUrl, requestTls: { ca: readFileSync(sandbox.caFile) } });
  const client: Client = {
    async call(url, { method = "GET", headers = {}, body } = {}) {
      const answer = await fetch(url, {
        method,
        dispatcher,
        headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return answered(answer);
    },
    form: async (url, fields) =>
      answered(await fetch(url, { method: "POST", dispatcher, body: new URLSearchParams(fields) })),
    async token({ clientId, clientSecret }, scope) {
      const answer = await client.form(
        `https://login.microsoftonline.com/${sandbox.world.tenant.id}/oauth2/v2.0/token`,
        {
          grant_type: "client_credentials",
          client_id: clientId,
          client_secret: clientSecret,
          scope,
        },
      );
      return answer.json<{ access_token: string }>().access_token;
    },
    close: () => dispatcher.close(),
  };
  return client;
}

async function answered(answer: Response): Promise<Answer> {
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: <T>() => JSON.parse(text) as T };
}
