/** What somebody is mailed who gets a link that sets a password. Pure. @packageDocumentation */
import { inZone } from "../../contract/instants.ts";
import type { DeclaredAccess } from "../../contract/outputs/access.ts";
import { printable } from "../../contract/text/printable.ts";
import type { Message } from "../alerts/messages.ts";
import type { Offered } from "./accounts.ts";

/** @param about `link`: the address with the token; `mark`: of the stack; `group`: whom it is to let in */
export function linkMessage(
  { person, until }: Pick<Offered, "person" | "until">,
  {
    link,
    mark,
    group: { name: group, timeZone },
  }: { readonly link: string; readonly mark: string; readonly group: Pick<DeclaredAccess, "name" | "timeZone"> },
): Message {
  return {
    key: `link ${person.key}`,
    kind: "account",
    state: "open",
    subject: `${mark}: set your password for ${printable(group)}`,
    paragraphs: [
      `Hello ${printable(person.name)},`,
      `set the password that you sign in with to the console of ${printable(group)}: ${link}`,
      `The link works once, until ${inZone(until, timeZone)}. A link of before does nothing any more.`,
      "You did not ask for it? Then there is nothing to do: nothing changes unless the link is used. Tell the administrator of the console if it comes again.",
    ],
  };
}
