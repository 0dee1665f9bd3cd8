/**
 * Alerts by mail from a mailbox of the tenant, by Microsoft Graph: as a registration of its own, which Exchange lets send
 * from that mailbox and from no other.
 *
 * @packageDocumentation
 */
import type { TokenCredential } from "@azure/identity";
import { CredentialError, PermissionError, SettingsError } from "../../../contract/errors.ts";
import type { AlertChannel } from "../../../contract/outputs/alerts.ts";
import type { Outputs } from "../../../contract/outputs.ts";
import { MAIL } from "../../../contract/exchange.ts";
import type { Message } from "../../alerts/messages.ts";
import { applicationCredential, type ApplicationSignIn, keptProof } from "../credentials/application.ts";
import { findAssertion } from "../credentials/federated.ts";
import { vaultOf } from "../declared.ts";
import { createGraphClient, GraphError } from "../graph/index.ts";
import { readSecret } from "../vault/index.ts";
import { command } from "../../../contract/this-stack.ts";

type GraphChannel = NonNullable<AlertChannel["graph"]>;

interface Sending {
  readonly reader: () => TokenCredential;
  readonly signal: AbortSignal;
}

/**
 * Documented: `POST /users/{id}/sendMail` answers 202 before the mail is delivered; nothing is kept in Sent Items here.
 *
 * @param sending `reader`: credential of the sync identity, which reads what the registration signs in with; `signal`:
 *   aborted when it has taken long enough
 * @throws PermissionError where Exchange does not let the registration send from the mailbox (yet)
 */
export async function sendByGraph(
  channel: GraphChannel,
  { subject, paragraphs }: Pick<Message, "subject" | "paragraphs">,
  outputs: Outputs,
  sending: Sending,
): Promise<void> {
  const { mailbox, to } = channel;
  const credential = applicationCredential(outputs.tenant, await signInOf(channel, outputs, sending));
  const client = createGraphClient({ credential, cloud: outputs.tenant.cloud });
  const message = {
    subject,
    body: { contentType: "text", content: `${paragraphs.join("\n\n")}\n` },
    toRecipients: to.map((address) => ({ emailAddress: { address } })),
  };
  const path = `/users/${encodeURIComponent(mailbox)}/sendMail`;
  const call = { doing: `send mail from ${mailbox}`, needs: [MAIL], signal: sending.signal };
  try {
    await client.act(path, { message, saveToSentItems: false }, call);
  } catch (error) {
    if (error instanceof PermissionError) {
      throw new PermissionError(
        `Exchange does not let the registration ${channel.registration} send from ${mailbox}: have an Exchange administrator run the commands of ${command("settings-sheet", "mail")} (a new role holds after half an hour to two hours).`,
        { cause: error },
      );
    }
    if (error instanceof GraphError && error.status === 404) {
      throw new SettingsError(
        `There is no mailbox ${mailbox} in Exchange Online: correct tenantwire:alerts.graph.mailbox and deploy (pulumi up).`,
        { cause: error },
      );
    }
    throw error;
  }
}

async function signInOf(
  { registration, signIn }: GraphChannel,
  outputs: Outputs,
  { reader, signal }: Sending,
): Promise<ApplicationSignIn> {
  const found = outputs.registrations.find(({ name }) => name === registration);
  if (!found) throw missing(outputs, `registration ${registration}`);
  const { clientId } = found;
  const who = "the registration that sends mail";
  if (signIn === "federated") {
    const trusted = outputs.credentials.federated.filter((each) => each.clientId === clientId);
    return { clientId, who, proof: { assertion: () => findAssertion(process.env, trusted)() } };
  }
  const kept = outputs.credentials.secrets.find((each) => each.clientId === clientId);
  if (!kept) throw missing(outputs, `credential of ${registration}`);
  const value = await readSecret(vaultOf(outputs, "an alert channel").uri, kept.vaultSecret, reader(), signal);
  return { clientId, who, proof: keptProof(kept, value) };
}

function missing({ mark }: Outputs, what: string): CredentialError {
  return new CredentialError(`The outputs of ${mark} have no ${what}: deploy the stack again (pulumi up).`);
}
