/** Who and where, as the page says it. */
import { expect, it } from "@jest/globals";
import { registrationBlocks } from "../../../cli/review-page/registrations.ts";
import type { RegistrationChange } from "../../../review/changes/index.ts";
import type { Owner } from "../../../review/changes/types.ts";
import { outputDifferences } from "../../../review/outputs/differences.ts";
import type { ExpectedOutputs } from "../../../stacks/expected.ts";

const ID = "4c102969-7ee3-4871-9d3a-14a2add817c4";
const none = { added: [], removed: [] };

function rowsOf(change: Partial<RegistrationChange>): string[] {
  const registration = {
    ...{ kind: "registration", name: "ones", displayName: "ONES", change: "changed", consentMode: "none" },
    ...{
      permissions: { ...none, unchanged: [] },
      consent: none,
      redirectUris: none,
      owners: none,
      trusts: none,
      ...change,
    },
  } as unknown as RegistrationChange;
  const [, table] = registrationBlocks(registration);
  return table?.kind === "table" ? table.rows.map(({ cells }) => cells[2] ?? "") : [];
}

it.each<[string, Owner, string]>([
  [
    "by name",
    { id: ID, known: false, person: { displayName: "Ada", guest: false, disabled: false } },
    `\`Ada\`, object id \`${ID}\``,
  ],
  ["who is not looked up", { id: ID, known: false }, `\`${ID}\` (name not known)`],
  [
    "who is not there",
    { id: ID, known: false, person: { guest: false, disabled: false } },
    `\`${ID}\` (nobody in the directory has this id)`,
  ],
])("an owner %s has the id once", (_, owner, words) => {
  expect(rowsOf({ owners: { added: [owner], removed: [] } })).toEqual([words]);
});

it.each([
  ["https://ones.contoso.com/back", "`https://ones.contoso.com/back`"],
  ["https://ONES.contoso.com/back", "`https://ONES.contoso.com/back`"],
  [
    "https://оnes.contoso.com/?x=xn--nes-red.contoso.com",
    "`https://оnes.contoso.com/?x=xn--nes-red.contoso.com`, host `xn--nes-red.contoso.com`",
  ],
  ["https://ones.contoso.com@evil.com/", "`https://ones.contoso.com@evil.com/`, host `evil.com`"],
  ["https://ones.contoso.com\\@evil.com/", "`https://ones.contoso.com\\@evil.com/`, host `ones.contoso.com`"],
  ["myapp://auth", "`myapp://auth`"],
])("the host of %s is plain to see", (uri, words) => {
  expect(rowsOf({ redirectUris: { added: [uri], removed: [] } })).toEqual([words]);
});

it("a chapter of the outputs with nothing in it is no difference", () => {
  const after = { tenant: { id: ID, domain: "contoso.com", cloud: "Microsoft" }, consents: {}, integrations: {} };
  const paths = outputDifferences(undefined, after as unknown as ExpectedOutputs).map(({ path }) => path.join("."));
  expect(paths).toEqual(["tenant.cloud", "tenant.domain", "tenant.id"]);
});
