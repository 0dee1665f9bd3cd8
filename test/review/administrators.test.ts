/** Who becomes an administrator of the stack's group: asked of the directory, and named on the page. */
import { beforeAll, expect, it } from "@jest/globals";
import { mockPulumi } from "../components/deploy.ts";
import { newPeople, type Person, reviewPreview } from "../../review/index.ts";
import { companyWith } from "./company.ts";
import { previewBetween, type Ran, ran, TODAY } from "./pull-requests.ts";

const ADA = "11111111-2222-4333-8444-555555555555";
const EVE = "66666666-7777-4888-8999-aaaaaaaaaaaa";
const ada = { displayName: "Ada", address: "ada@contoso.com", guest: false, disabled: false };
const eve = { displayName: "Ada|", address: "eve@evil.example", guest: true, disabled: true };

const group = (...administrators: string[]) => companyWith({ access: { name: "Contoso", id: "c", administrators } });

let before: Ran;

beforeAll(async () => {
  await mockPulumi();
  before = await ran(group(ADA), undefined);
}, 30_000);

async function noticesOf(from: Ran | undefined, people: Readonly<Record<string, Person>>): Promise<string[]> {
  const preview = await previewBetween(from, group(ADA, EVE));
  const settings = { stack: "contoso", today: TODAY, withinDays: 14, people: new Map(Object.entries(people)) };
  return reviewPreview(preview, settings).attention.flatMap(({ level, text }) =>
    /administrators/.test(text) ? [`${level}: ${text}`] : [],
  );
}

it("the directory is asked about those who are new", async () => {
  const preview = await previewBetween(before, group(ADA, EVE));

  expect(newPeople(preview, "contoso")).toEqual([EVE]);
});

it.each<[string, Readonly<Record<string, Person>>, string]>([
  [
    "by name, as what they are",
    { [EVE]: eve },
    "`Ada|` (`eve@evil.example`, a guest from another tenant, switched off)",
  ],
  ["as nobody", { [EVE]: { guest: false, disabled: false } }, `\`${EVE}\` (nobody in the directory has this id)`],
  ["by their ids where nobody could ask", {}, `\`${EVE}\` (name not known)`],
])("they are named: %s", async (_, people, who) => {
  expect(await noticesOf(before, people)).toEqual([
    `danger: \`integrations.access.administrators\`: people become administrators: ${who}.`,
  ]);
});

it("a first deployment says that whoever comes first becomes one, and so does a later one", async () => {
  const selfService = companyWith({ access: { name: "Contoso", id: "c", selfService: true } });
  const said = async (from: Ran | undefined) => {
    const preview = await previewBetween(from, selfService);
    const settings = { stack: "contoso", today: TODAY, withinDays: 14, people: new Map<string, Person>() };
    return reviewPreview(preview, settings).attention.flatMap(({ level, text }) => (level === "danger" ? [text] : []));
  };

  expect(await said(undefined)).toEqual([
    "It makes whoever of the tenant signs in first the administrator of the group.",
  ]);
  expect(await said(before)).toContain(
    "`integrations.access.selfService`: whoever of the tenant signs in first becomes the administrator of the group.",
  );
});

it("a first deployment names them too, and a guest is grave there", async () => {
  expect(await noticesOf(undefined, { [ADA]: ada, [EVE]: eve })).toEqual([
    "danger: It makes administrators of `Ada|` (`eve@evil.example`, a guest from another tenant, switched off).",
    "notice: It makes administrators of `Ada` (`ada@contoso.com`).",
  ]);
});
