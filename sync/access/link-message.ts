/** What somebody is mailed who gets a link that sets a password. Pure. @packageDocumentation */
import { printable } from "../../contract/text/printable.ts";
import type { Message } from "../alerts/messages.ts";
import type { Offered } from "./accounts.ts";

/** @param about `link`: the address with the token; `mark`: of the stack; `group`: name of the group */
export function linkMessage(
  { person, until }: Pick<Offered, "person" | "until">,
  { link, mark, group }: { readonly link: string; readonly mark: string; readonly group: string },
): Message {
  return {
    key: `link ${person.key}`,
    kind: "account",
    state: "open",
    subject: `${mark}: set your password for ${printable(group)}`,
    paragraphs: [
      `Hello ${printable(person.name)},`,
      `set the password that you sign in with to the console of ${printable(group)}: ${link}`,
      `The link works once, until ${until}. A link of before does nothing any more.`,
      "You did not ask for it? Then there is nothing to do: nothing changes unless the link is used. Tell the administrator of the console if it comes again.",
    ],
  };
}
