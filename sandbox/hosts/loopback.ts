/**
 * Deliveries of events: to receivers on loopback only, so that nothing leaves the machine.
 *
 * @packageDocumentation
 */
import { Agent, fetch } from "undici";

export interface Delivery {
  readonly isGood: boolean;
  /** The status that was answered, or why nothing was. */
  readonly detail: string;
}

/** Whatever proxy this process itself goes through: a receiver on this machine is reached without. */
const straight = new Agent({ keepAliveTimeout: 1, keepAliveMaxTimeout: 1 });

/** Posts JSON. Redirects are not followed. */
export async function deliver(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Delivery> {
  const isLoopback = URL.canParse(url) && ["127.0.0.1", "localhost", "[::1]"].includes(new URL(url).hostname);
  if (!isLoopback) return { isGood: false, detail: "The stand-in tenant delivers to loopback only." };
  try {
    const sent = { "content-type": "application/json; charset=utf-8", ...headers };
    const answer = await fetch(url, { method: "POST", headers: sent, body, redirect: "manual", dispatcher: straight });
    await answer.arrayBuffer();
    return { isGood: answer.ok, detail: String(answer.status) };
  } catch (error) {
    return { isGood: false, detail: (error as Error).message };
  }
}
