import { exchangeTest } from "../../contract/exchange.ts";
import type { Outputs } from "../../contract/outputs.ts";
import { registrationNamed, type Sheet } from "../../contract/sheet.ts";
import { command } from "../../contract/this-stack.ts";

/** What an Exchange administrator does once, so that the registration can send from one mailbox and from no other. */
export function mailSheets(outputs: Outputs): Sheet[] {
  const [channel] = (outputs.integrations.alerts?.channels ?? []).flatMap(({ graph }) => graph ?? []);
  if (!channel) return [];
  const { displayName, clientId, principalId, exchangeScope } = registrationNamed(outputs, channel.registration);
  return [
    {
      name: "mail",
      title: "Exchange: the mailbox that alerts are sent from",
      where: "PowerShell, signed in as an Exchange administrator",
      parts: [
        {
          title: "Registration",
          fields: [
            { label: "Name", value: displayName },
            { label: "Client Id", value: clientId },
            { label: "Mailbox", value: channel.mailbox },
          ],
        },
      ],
      further: [
        "The mailbox has to be there: a shared mailbox will do. Then, once:",
        ...(exchangeScope?.commands ?? []),
        exchangeTest(principalId, channel.mailbox),
        `InScope must be True there, and False for any other mailbox. Then: ${command("alerts test")}`,
      ],
    },
  ];
}
