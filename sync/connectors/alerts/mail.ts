/** Alerts by mail, over SMTP with TLS. @packageDocumentation */
import { createTransport } from "nodemailer";
import { request } from "undici";
import { z } from "zod";
import { ConnectionError, CredentialError } from "../../../contract/errors.ts";
import type { AlertChannel } from "../../../contract/outputs/alerts.ts";
import { listed, messageOf, quoted } from "../../../contract/words.ts";
import { isPassingStatus } from "../http/answer.ts";
import { withoutEcho } from "../http/echo.ts";
import { dispatcherFor, unreachable } from "../network.ts";
import { jsonIn } from "../../model/json.ts";
import type { Message } from "../../alerts/messages.ts";
import { fill, storing } from "../../../contract/this-stack.ts";

const TIMEOUT_MS = 20_000;
/** Bytes. */
const MOST_OF_TOKEN = 256 * 1024;

type MailChannel = NonNullable<AlertChannel["mail"]>;

/**
 * Sends it once to all: a server that takes it for one of them has taken it.
 *
 * @param secret the password, or the client's secret; asked for each time
 * @param signal aborted when it has taken long enough, however little the server says now and then
 * @returns whom the server did not take it for, as a sentence
 */
export async function sendMail(
  mail: MailChannel,
  { id, subject, paragraphs }: Pick<Message, "id" | "subject" | "paragraphs">,
  secret: () => Promise<string>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { host, port, security, from, to, user, oauth2 } = mail;
  let proof = "";
  if (user !== undefined) proof = oauth2 ? await accessToken(oauth2, await secret(), signal) : await secret();
  const transport = createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: true,
    ...(user !== undefined && {
      auth: oauth2 ? { type: "OAuth2" as const, user, accessToken: proof } : { user, pass: proof },
    }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const text = `${paragraphs.join("\n\n")}\n`;
    // Of one message: a mailbox that got it at a try that seemed to fail can tell.
    const messageId = id !== undefined && { messageId: `<${id}@${from.slice(from.lastIndexOf("@") + 1)}>` };
    const { rejected } = await transport.sendMail({ from, to, subject, text, signal, ...messageId });
    if (rejected.length === 0) return undefined;
    // As they were sent, and not as a server says them.
    return `The mail server ${host} took the message for others, but not for ${listed(rejected)}: correct the addresses of the channel (to) and deploy, or have that server take mail for them.`;
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (code === "EAUTH") {
      throw new CredentialError(
        `The mail server ${host} did not let ${user ?? "anybody without an account"} in: store the password anew (${storing(fill("name under its secret"))}) and deploy.`,
        { cause: error },
      );
    }
    throw new ConnectionError(`No mail could be sent by ${host}:${port} (${answerOf(error, proof)}).`, {
      cause: error,
    });
  } finally {
    transport.close();
  }
}

/** What a server answers may repeat what it was shown, and name people; its codes do not. */
function answerOf(error: unknown, proof: string): string {
  const { code, responseCode } = error as { readonly code?: string; readonly responseCode?: number };
  const said = proof === "" ? messageOf(error) : withoutEcho(messageOf(error), `Bearer ${proof}`, { pieces: true });
  const named = [code, responseCode].filter((each) => each !== undefined).join(" ");
  return [named, quoted(said)].filter(Boolean).join(": ");
}

const Token = z.looseObject({ access_token: z.string() });

/** By the grant for clients of RFC 6749, section 4.4. */
async function accessToken(
  { tokenUrl, clientId, scope }: NonNullable<MailChannel["oauth2"]>,
  secret: string,
  signal: AbortSignal,
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: secret,
    scope,
  });
  const { host } = new URL(tokenUrl);
  const asked = async () => {
    const { statusCode, body } = await request(tokenUrl, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: form.toString(),
      dispatcher: dispatcherFor(process.env),
      headersTimeout: TIMEOUT_MS,
      bodyTimeout: TIMEOUT_MS,
      signal,
    });
    return { statusCode, answer: await beginningOf(body) };
  };
  const { statusCode, answer } = await asked().catch((error: unknown) => {
    throw unreachable(host, error);
  });
  const token = statusCode === 200 ? Token.safeParse(jsonIn(answer)).data?.access_token : undefined;
  if (token !== undefined) return token;
  // Of the answer nothing is told: it may repeat what it was asked with.
  if (isPassingStatus(statusCode)) {
    throw new ConnectionError(`${host} answered ${statusCode} when asked for a token to send mail with: try again.`);
  }
  throw new CredentialError(
    `${host} gave no token to ${clientId} to send mail with (${statusCode}): check oauth2 of the channel and its secret.`,
  );
}

/** A token is a few thousand characters, and what is none can be without end. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MOST_OF_TOKEN) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}
