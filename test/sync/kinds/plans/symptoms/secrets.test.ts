/**
 * Secrets, and addresses that people typed: what public syncs of work items got wrong, each under the symptom
 * that people reported.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { PlansBench } from "../bench.ts";
import { inNewProjects } from "../in-new-projects.ts";

const ONEPLAN_HOST = "my.oneplan.ai";
const BOARDS_HOST = "dev.azure.com";
const DESCRIPTION = "System.Description";

let bench: PlansBench;
inNewProjects((made) => (bench = made));

const tree = () => bench.tree();

describe("secrets and addresses", () => {
  /** All that is kept between runs, as bytes. */
  const stored = () =>
    readdirSync(bench.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
      .join("\n");

  it("that people typed into items and plans are asked for by nobody", async () => {
    const long = { azureDevOps: DESCRIPTION, oneplan: "Description", direction: "both" } as const;
    bench.set({ planFields: [{ azureDevOps: "System.Title", oneplan: "Name", direction: "both" }, long] });
    const typed = "https://169.254.169.254/latest/meta-data";
    const text = `<p><img src="${typed}/a.png"> <a href="${typed}/b">see</a></p>`;
    const epic = bench.item("Epic", `${typed}/c`, undefined, { [DESCRIPTION]: text });
    bench.patch(epic, [{ op: "add", path: "/relations/-", value: { rel: "Hyperlink", url: `${typed}/d` } }]);
    const refused: object[] = [];
    const run = async (options: { mode?: "full" } = {}) => {
      expect((await bench.run(options)).exceptions).toEqual([]);
      refused.push(bench.sandbox.requests.counts().refused);
    };

    await run();
    bench.editPlan(bench.plan(epic).id, { Fields: { Description: `${text}<p>From OnePlan</p>` } });
    bench.newPlan("Epic", `${typed}/e`);
    await run();
    await run({ mode: "full" });

    expect(bench.value(epic, DESCRIPTION)).toContain("From OnePlan");
    expect(bench.workItems()).toHaveLength(2);
    expect(refused).toEqual([{}, {}, {}]);
    // What tries to is seen.
    await expect(fetch(typed)).rejects.toThrow();
    expect(Object.keys(bench.sandbox.requests.counts().refused)).toEqual(["169.254.169.254:443"]);
  });

  it("that let the sync in are stored by no step, also where a run fails", async () => {
    const { epic } = tree();
    const proofs: string[] = [bench.sandbox.world.oneplanKey.value];
    const { connection } = bench;
    bench.connection = () => {
      const made = connection.call(bench);
      return {
        ...made,
        proof: async (renew) => {
          const proof = await made.proof(renew);
          if ("personalToken" in proof) proofs.push(proof.personalToken);
          return proof;
        },
      };
    };
    const results: unknown[] = [await bench.run()];
    bench.editPlan(bench.plan(epic).id, { Name: "From OnePlan" });
    const mend = "Make a new token.";
    for (const then of [{ status: 401 }, { status: 500 }, { cut: 10 }] as const) {
      bench.sandbox.faults.add({ host: BOARDS_HOST, method: "PATCH", then });
      results.push(await bench.run());
      bench.sandbox.faults.clear();
      bench.later(60);
    }
    bench.sandbox.faults.add({ host: ONEPLAN_HOST, then: { status: 401 } });
    results.push(await bench.run());

    expect(proofs.length).toBeGreaterThan(4);
    const kept = stored() + JSON.stringify(results);
    expect(stored()).toContain(mend);
    for (const proof of proofs) {
      for (const each of [proof, Buffer.from(`:${proof}`).toString("base64"), encodeURIComponent(proof)]) {
        expect(kept.includes(each)).toBe(false);
      }
    }
  });
});
