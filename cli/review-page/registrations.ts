/** What is said of a registration. Pure. @packageDocumentation */
import type { RegistrationChange } from "../../review/changes/index.ts";
import { quoted } from "../../review/changes/words.ts";
import { permissionRows } from "./permissions.ts";
import type { Block, Row, Tone } from "./blocks.ts";

const TONES: Readonly<Record<RegistrationChange["change"], Tone>> = {
  created: "added",
  deleted: "removed",
  replaced: "danger",
  changed: "plain",
};

export function registrationBlocks(registration: RegistrationChange): Block[] {
  const { name, displayName, change } = registration;
  const rows = [...identityRows(registration), ...permissionRows(registration), ...otherRows(registration)];
  const heading: Block = {
    kind: "heading",
    tone: TONES[change],
    text: `${quoted(displayName)} is ${change}${name === displayName ? "" : ` (${quoted(name)} in the stack)`}`,
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
    ...redirectUris[change].map((uri) => row(change, change, "redirect URI", quoted(uri))),
    ...owners[change].map((id) => row(change, change, "owner (object id)", quoted(id))),
    ...trusts[change].map(({ name, issuer, subject }) =>
      row(change, change, "trusted identity", `${quoted(name)}: ${quoted(subject)} of ${quoted(issuer)}`),
    ),
  ]);
}

function row(tone: Tone, change: string, what: string, value: string): Row {
  return { tone, cells: [change, what, value, "", ""] };
}
