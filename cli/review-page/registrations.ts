/** What is said of a registration. Pure. @packageDocumentation */
import { hostOf } from "../../contract/redirect-uris.ts";
import type { RegistrationChange } from "../../review/changes/index.ts";
import type { Owner } from "../../review/changes/types.ts";
import { listed, whoWords, quoted } from "../../review/changes/words.ts";
import { permissionRows } from "./permissions.ts";
import type { Block, Row, Tone } from "./blocks.ts";

const TONES: Readonly<Record<RegistrationChange["change"], Tone>> = {
  created: "added",
  deleted: "removed",
  replaced: "danger",
  changed: "plain",
};

export function registrationBlocks(registration: RegistrationChange): Block[] {
  const { kind, name, displayName, change } = registration;
  const rows = [...identityRows(registration), ...permissionRows(registration), ...otherRows(registration)];
  const heading: Block = {
    kind: "heading",
    tone: TONES[change],
    text: `${kind === "registration" ? "" : `The ${kind} `}${quoted(displayName)} is ${change}${name === displayName ? "" : ` (${quoted(name)} in the stack)`}`,
  };
  if (rows.length === 0) return [heading];
  return [heading, { kind: "table", columns: ["", "what", "", "tier", "what it allows"], rows }];
}

function identityRows({ renamedFrom, displayName, audience }: RegistrationChange): Row[] {
  const rows: Row[] = [];
  if (renamedFrom !== undefined) {
    rows.push(row("notice", "renamed", "display name", `${quoted(renamedFrom)} to ${quoted(displayName)}`));
  }
  if (audience) {
    const { before, after } = audience;
    const words =
      before === undefined ? audienceWords(after) : `${audienceWords(before)} before, now ${audienceWords(after)}`;
    const tone = after === OWN_TENANT ? "plain" : "danger";
    rows.push(row(tone, before === undefined ? "set" : "changed", "who can sign in", words));
  }
  return rows;
}

const OWN_TENANT = "AzureADMyOrg";

function audienceWords(audience: string): string {
  return audience === OWN_TENANT ? "identities of this tenant only" : `not only this tenant's: ${quoted(audience)}`;
}

function otherRows({ redirectUris, owners, trusts }: RegistrationChange): Row[] {
  return (["added", "removed"] as const).flatMap((change) => [
    ...redirectUris[change].map((uri) => row(change, change, "redirect URI", redirectWords(uri))),
    ...owners[change].map((owner) => row(change, change, "owner", ownerWithId(owner))),
    ...trusts[change].map(({ name, issuer, subject, audiences }) =>
      row(
        change,
        change,
        "trusted identity",
        `${quoted(name)}: ${quoted(subject)} of ${quoted(issuer)}, for ${listed(audiences.map(quoted))}`,
      ),
    ),
  ]);
}

/** Where the words have no name they have the id already. */
function ownerWithId(owner: Owner): string {
  const words = whoWords(owner);
  return words.includes(owner.id) ? words : `${words}, object id ${quoted(owner.id)}`;
}

/** Where the host does not stand right after the scheme, letter by letter, it is said as a browser has it. */
function redirectWords(uri: string): string {
  const host = hostOf(uri);
  if (host === undefined) return quoted(uri);
  const isPlain = new RegExp(`^[a-z][a-z0-9+.-]*://${host.replaceAll(".", "\\.")}(?:[/?#]|$)`, "i").test(uri);
  return isPlain ? quoted(uri) : `${quoted(uri)}, host ${quoted(host)}`;
}

function row(tone: Tone, change: string, what: string, value: string): Row {
  return { tone, cells: [change, what, value, "", ""] };
}
