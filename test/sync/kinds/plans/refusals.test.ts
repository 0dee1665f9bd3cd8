/** A side that may be read and not written. */
import { describe, expect, it } from "@jest/globals";
import type { PlansBench } from "./bench.ts";
import { inNewProjects } from "./in-new-projects.ts";

const AZURE_DEVOPS = "dev.azure.com";
const ONEPLAN = "my.oneplan.ai";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

const refuse = (host: string, method: string, path: string, body?: unknown) =>
  bench.sandbox.faults.add({ host, method, path, then: { status: 403, ...(body !== undefined && { body }) } });

describe("a write that a side may not do is a refusal: it was kept as one of unknown outcome, and looked up by every run", () => {
  it.each([
    ["OnePlan", () => refuse(ONEPLAN, "POST", "*")],
    [
      "Azure DevOps",
      () => refuse(AZURE_DEVOPS, "PATCH", "*", { message: "TF401027: You need the Contributor permission." }),
    ],
  ])("%s", async (_, begin) => {
    const { feature, task } = bench.tree();
    await bench.settled();
    bench.edit(feature, { "System.Title": "Of Azure DevOps" });
    bench.editTask(bench.task(task), { Name: "Of OnePlan" });
    begin();
    for (let times = 0; times < 2; times += 1) {
      const report = await bench.run();
      expect([report.status, report.failure, report.exceptions.length, report.notes]).toEqual([
        "Success with Exceptions",
        undefined,
        1,
        [],
      ]);
      bench.later(30);
    }
    bench.sandbox.faults.clear();
    bench.later(24 * 60);
    await bench.settled();
    expect([bench.plan(feature).Name, bench.value(task, "System.Title")]).toEqual(["Of Azure DevOps", "Of OnePlan"]);
  });
});

describe("a page of a proxy, in place of Azure DevOps, was told as a missing right of the sync's", () => {
  const reasonFor = async (body: string) => {
    const epic = bench.item("Epic", "Epic");
    await bench.settled();
    bench.editPlan(bench.plan(epic).id, { Name: "Renamed" });
    refuse(AZURE_DEVOPS, "PATCH", "*", body);
    return (await bench.run()).exceptions.map(({ reason }) => reason).join();
  };

  it("names what is in between", async () => {
    expect(await reasonFor("<html>Blocked</html>")).toMatch(
      /^Something between this machine and dev\.azure\.com answered 403/,
    );
  });

  it("one that names an error of Azure DevOps is its own", async () => {
    expect(await reasonFor("<html>TF400813: not authorized</html>")).toMatch(
      /^The organization contoso of Azure DevOps does not let it/,
    );
  });
});
