/** A real mail server, which keeps what it gets. */
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { z } from "zod";
import type { Certificates } from "../../../sandbox/certificates.ts";

export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came, with its headers. */
  readonly mail: string;
  readonly user: string | undefined;
  readonly secure: boolean;
}

export interface MailServer {
  readonly port: number;
  readonly server: SMTPServer;
  readonly received: readonly Received[];
  close(): Promise<void>;
}

/** Passwords that begin with `right` are right, and so is the token `a-token`. @param other what is otherwise at this one */
export async function startMailServer(
  certificates: Certificates,
  other: Partial<SMTPServerOptions> = {},
): Promise<MailServer> {
  const received: Received[] = [];
  const server = new SMTPServer({
    ...certificates,
    authMethods: ["PLAIN", "XOAUTH2"],
    onAuth({ method, username, password, accessToken }, _session, done) {
      const right = method === "XOAUTH2" ? accessToken === "a-token" : /^right/.test(String(password));
      done(right ? null : new Error("wrong"), right ? { user: username } : undefined);
    },
    onData(stream, session, done) {
      void text(stream).then((mail) => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          mail,
          user: z.string().optional().catch(undefined).parse(session.user),
          secure: session.secure,
        });
        done();
      });
    },
    ...other,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.server.address() as AddressInfo;
  return { port, server, received, close: () => new Promise<void>((resolve) => void server.close(() => resolve())) };
}
