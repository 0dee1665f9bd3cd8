/** Real projects that were published: every item comes or says why not, and a run after it writes nothing. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadProject, type PublishedItem } from "../../../../sandbox/hosts/azure-devops/seed.ts";
import { processOf, tracking } from "../../../../sandbox/hosts/azure-devops/tracking.ts";
import type { Sandbox } from "../../../../sandbox/server.ts";
import { inOneTenant } from "../../../sandbox/in-one-tenant.ts";
import { PlansBench } from "./bench.ts";

const folder = join(
  process.env["TENANTWIRE_CONTRACTS"] ?? join(import.meta.dirname, "../../../../../shared/contracts"),
  "azure-devops/work-items",
);
const isThere = existsSync(folder);
const files = isThere ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [""];
const test = isThere ? it.each(files) : it.skip.each(files);

let sandbox: Sandbox;
let bench: PlansBench | undefined;
let items = 0;

inOneTenant({ users: 20 }, (started) => (sandbox = started));
afterEach(async () => {
  await bench?.close();
  bench = undefined;
});

describe(`published projects${isThere ? "" : ` [skipped: nothing at ${folder}; TENANTWIRE_CONTRACTS names their folder]`}`, () => {
  test("%s comes whole, or says why not, and comes once", async (file) => {
    const { items: published } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { items: PublishedItem[] };
    const { project, ids } = loadProject(sandbox.world, file.replace(/\.json$/, ""), published);
    bench = new PlansBench(sandbox, { project });
    const process = processOf(tracking(sandbox.world), project);
    const isPlan = (name: string) => ["Epic", "Feature"].includes(name);
    const taskTypes = process.types
      .map(({ name }) => name)
      .filter((name) => !isPlan(name) && !/Test|Code|Feedback|Shared/.test(name));
    for (const Name of taskTypes) {
      if (!bench.data.workTypes.some((type) => type.Name === Name))
        bench.data.workTypes.push({ Id: crypto.randomUUID(), Name });
    }
    const description = { azureDevOps: "System.Description", oneplan: "Description", direction: "both" } as const;
    const title = { azureDevOps: "System.Title", oneplan: "Name", direction: "both" } as const;
    bench.set({ taskTypes, planFields: [title, description], taskFields: [title, description] });

    const report = await bench.run();

    expect([report.failure, report.exceptions]).toEqual([undefined, []]);
    const left = new Set(report.skips.map(({ sourceId }) => Number(sourceId)));
    const types = new Set([...taskTypes, "Epic", "Feature"]);
    const meant = bench
      .workItems()
      .filter((item) => types.has(item.revisions[0]?.values["System.WorkItemType"] as string));
    const missing = meant.filter(({ id }) => !bench?.has(id) && bench?.value(id, "System.State") !== "Removed");
    // The report names the first hundred of those that are left alone.
    if (report.counts.skip <= 100) expect(missing.filter(({ id }) => !left.has(id))).toEqual([]);
    expect(missing.length).toBeLessThanOrEqual(report.counts.skip);
    const stamps = [
      ...bench.plans().flatMap(({ Integrations }) => Integrations.map(({ ItemId }) => ItemId)),
      ...Object.values(bench.data.tasks).flatMap((task) => task.Integration?.ExternalItemId ?? []),
    ];
    expect(new Set(stamps).size).toBe(stamps.length);
    for (const mode of [{}, { mode: "full" as const }]) {
      const again = await bench.run(mode);
      expect([again.exceptions, bench.writes]).toEqual([[], []]);
    }
    items += ids.size;
  }, 120_000);

  (isThere ? it : it.skip)("are all of them", () => {
    expect(items).toBe(1257);
  });
});
