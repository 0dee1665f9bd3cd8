/** Whatever of the outputs is otherwise than the settings will have it, the page is another one. */
import { beforeAll, expect, it } from "@jest/globals";
import type { Outputs } from "../../contract/outputs.ts";
import { mockPulumi } from "../components/deploy.ts";
import { pageOf, renderMarkdown } from "../../cli/review-page/index.ts";
import { type PolicySource, reviewPreview } from "../../review/index.ts";
import type { Preview } from "../../review/preview.ts";
import { changed, type Written } from "../stacks/written.ts";
import { company } from "./company.ts";
import { previewBetween, type Ran, ran, TODAY } from "./pull-requests.ts";

const base: PolicySource = { file: "base.yaml", policy: { rules: company()["rules"] as never, production: true } };

type Path = readonly (string | number)[];

let before: Ran;
let unchanged: string;

beforeAll(async () => {
  await mockPulumi();
  before = await ran(company(), undefined);
  unchanged = page(await previewBetween(before, company()));
}, 30_000);

function page(preview: Preview): string {
  const review = reviewPreview(preview, { stack: "contoso", today: TODAY, withinDays: 14, base });
  return renderMarkdown(pageOf(review));
}

/** Every place of a structure: its values, its lists and its objects. */
function places(value: unknown, at: Path = []): Path[] {
  const own = at.length > 0 ? [at] : [];
  if (typeof value !== "object" || value === null) return own;
  return [
    ...own,
    ...Object.entries(value).flatMap(([name, each]) =>
      places(each, [...at, Array.isArray(value) ? Number(name) : name]),
    ),
  ];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((here, step) => (here as Record<string | number, unknown>)[step], value);
}

/** Other values that might be taken in this place: the first that is counts. */
function others(value: unknown): unknown[] {
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") return [value + 1];
  if (typeof value === "string") {
    return [
      ...(/^[0-9a-f-]{36}$/.test(value) ? ["11111111-2222-4333-8444-555555555555"] : []),
      ...(value.startsWith("https://") ? [value.replace("://", "://x")] : []),
      ...(/^\d{4}-\d\d-\d\d$/.test(value) ? ["2027-03-04"] : []),
      ...(/^\d{4}-\d\d-\d\dT/.test(value) ? ["2027-03-04T00:00:00Z"] : []),
      ...["x-" + value, `${value}x`, "eu", "USGovernment", "vault", "link", "none", "secret", "all", "jsonl", "b"],
      ...[
        "vendor",
        "multipleTenants",
        "delegatedResourceOnly",
        "department",
        "multiAuthentication",
        "onesKey",
        "pager",
      ],
      ...["oneplanKey", "mailbox"],
    ].filter((other) => other !== value);
  }
  return [undefined];
}

function withValue(written: Written, path: Path, value: unknown): Written {
  if (value !== undefined || typeof path.at(-1) === "string") return changed(written, path, value);
  const list = (at(written, path.slice(0, -1)) as unknown[]).filter((_, index) => index !== path.at(-1));
  return changed(written, path.slice(0, -1), list);
}

/** Answers of Azure and Entra, and what follows from them: changes of these resources are steps of the engine. */
const ANSWERS =
  /^(version|mark|(vault|vendorVault)(\..*)?)$|(clientId|objectId|principalId|[vV]aultSecret|commands\.\d+|consent\.link|exchangeScope\.commands)$|^credentials\.secrets\.\d+\.state/;

it("every output", async () => {
  const outputs = before.outputs as Outputs;
  const preview = await previewBetween(before, company());
  const silent: string[] = [];
  let looked = 0;
  for (const path of places(outputs)) {
    const name = path.join(".");
    // Absent they are what the contract has for outputs of an earlier version.
    if (ANSWERS.test(name) || /^registrations\.\d+\.owners$|\.policy$/.test(name)) continue;
    for (const value of others(at(outputs, path))) {
      const steps = preview.steps.map((step) =>
        step.urn.includes("pulumi:pulumi:Stack")
          ? { ...step, oldState: { ...step.oldState!, outputs: withValue(outputs as Written, path, value) } }
          : step,
      );
      looked++;
      if (page({ ...preview, steps }) === unchanged) silent.push(name);
      break;
    }
  }

  expect(silent).toEqual([]);
  expect(looked).toBeGreaterThan(100);
});
