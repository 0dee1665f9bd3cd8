import type { World } from "../../world.ts";
import type { Call, Route } from "./call.ts";
import { exchangeForbidden } from "./errors.ts";
import { isRecord } from "./entities.ts";
import { mailboxOf } from "./schedule.ts";

/** A mail that Exchange took. */
export interface SentMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
}

/** What was sent from the tenant's mailboxes by Graph, oldest first. Nobody's mailbox shows it. */
export function sentMail(world: World): SentMail[] {
  return world.section<{ sent: SentMail[] }>("mail", () => ({ sent: [] })).sent;
}

/** Documented: 202 without a body; the mail is delivered later. The published action calls its parameter `Message`. */
export const mailRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/users/:id/sendMail",
    forbid(call) {
      // Documented: a role in Exchange lets an application in that was granted nothing in Entra.
      if (!call.directory.rooms.maySend(call.claims.oid)) throw exchangeForbidden();
    },
    handle(call) {
      const from = mailboxOf(call);
      if (!maySend(call, from)) throw exchangeForbidden();
      const message = record(record(call.body)["Message"]);
      const to = list(message["toRecipients"]).map((each) => String(record(record(each)["emailAddress"])["address"]));
      const { content } = record(message["body"]);
      sentMail(call.world).push({ from, to, subject: String(message["subject"]), text: String(content) });
      return { status: 202 };
    },
  },
];

/** Documented: grants add up. The permission of Entra reaches every mailbox, a role of Exchange those in its scope. */
function maySend({ claims, directory }: Call, address: string): boolean {
  return claims.roles?.includes("Mail.Send") === true || directory.rooms.maySend(claims.oid, address);
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value as never) ? (value as Readonly<Record<string, unknown>>) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
