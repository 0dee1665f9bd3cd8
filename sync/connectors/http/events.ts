/**
 * What is told of requests while they are sent, to whoever shows it.
 *
 * @packageDocumentation
 */
import { channel } from "node:diagnostics_channel";

/** What can be told of the requests to a host; nothing of it is a body or a secret. */
export type HttpEvent =
  | {
      readonly kind: "answer";
      readonly method: string;
      readonly host: string;
      readonly path: string;
      readonly status: number;
      readonly milliseconds: number;
      /** What the service calls the request, if it says so. */
      readonly id: string;
    }
  | {
      readonly kind: "no answer";
      readonly method: string;
      readonly host: string;
      readonly path: string;
      readonly why: string;
    }
  | { readonly kind: "retry"; readonly host: string; readonly path: string; readonly why: string }
  | {
      readonly kind: "load";
      readonly host: string;
      /** What the service calls that which is loaded. */
      readonly resource: string;
      /** Of the last five minutes, and from where on requests are delayed, in TSTU. */
      readonly used: number;
      readonly limit: number;
      /** For how long the request was held back. */
      readonly delayedMs: number;
    }
  | {
      readonly kind: "wait";
      readonly host: string;
      readonly milliseconds: number;
      readonly why: string;
      /** Milliseconds after the wait for which the host is still asked again, if nothing succeeds; absent: it did not fail. */
      readonly patience?: number | undefined;
    };

/** Every event of every host is published there. */
export const HTTP_EVENTS = "tenantwire:http";

const events = channel(HTTP_EVENTS);

/** Whether anybody listens: nothing has to be put together for nobody. */
export function hasListeners(): boolean {
  return events.hasSubscribers;
}

export function httpEvent(event: HttpEvent): void {
  events.publish(event);
}
