import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { WorkItemExpand } from "azure-devops-node-api/interfaces/WorkItemTrackingInterfaces.js";
import { loadProject, seedBigProject } from "../../sandbox/hosts/azure-devops/seed.ts";
import type { LoadedProject, PublishedItem } from "../../sandbox/hosts/azure-devops/seed.ts";
import { openWorld } from "../../sandbox/data-dir.ts";
import { liveItem, newest, parentOf, tracking, typeName } from "../../sandbox/hosts/azure-devops/tracking.ts";
import { CHILD, PARENT, startOrganization } from "./azure-devops-client.ts";
import type { Organization } from "./azure-devops-client.ts";

/** Real items are no part of the project: whoever has them names their folder. */
const folder = join(
  process.env["TENANTWIRE_CONTRACTS"] ?? join(import.meta.dirname, "../../../shared/contracts"),
  "azure-devops/work-items",
);
const missing = `[skipped: no published work items at ${folder}; TENANTWIRE_CONTRACTS names the folder above]`;
const suite = existsSync(folder) ? describe : describe.skip;
const title = (text: string) => (existsSync(folder) ? text : `${text} ${missing}`);

let home: Organization;

beforeAll(async () => {
  home = await startOrganization();
});
afterAll(() => home.stop());

suite(title("real projects"), () => {
  const published = new Map<string, readonly PublishedItem[]>();
  const loaded = new Map<string, LoadedProject>();

  beforeAll(() => {
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
      const { items } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { items: PublishedItem[] };
      const name = file.replace(".json", "");
      published.set(name, items);
      loaded.set(name, loadProject(home.sandbox.world, name, items));
    }
  });

  it("come with every item, once", () => {
    const items = [...published.values()].flat();
    const ids = new Set([...loaded.values()].flatMap((each) => [...each.ids.values()]));

    expect(items).toHaveLength(1257);
    expect(ids.size).toBe(1257);
  });

  it("have the parents that they had, as far as those are among them", () => {
    const store = tracking(home.sandbox.world);
    for (const [name, items] of published) {
      const { ids } = loaded.get(name) as LoadedProject;
      const known = new Set(items.map(({ id }) => id));
      for (const { id, relations } of items) {
        const item = liveItem(store, ids.get(id) ?? 0);
        const parent = relations.find(({ rel, id: other }) => rel === PARENT && known.has(other));
        if (item && parent) expect([name, id, parentOf(store, item)]).toEqual([name, id, ids.get(parent.id)]);
      }
    }
  });

  it("are read by Microsoft's client: every project, with as many links as it has", async () => {
    for (const [name, { ids }] of loaded) {
      const text = "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project ORDER BY [System.Id]";
      const { workItems = [] } = await home.wit.queryByWiql({ query: text }, { project: name });
      expect(workItems).toHaveLength(ids.size);
      const children = new Set<string>();
      const parents = new Set<string>();
      for (let at = 0; at < workItems.length; at += 200) {
        const batch = workItems.slice(at, at + 200).map(({ id = 0 }) => id);
        const items = await home.wit.getWorkItemsBatch({ ids: batch, $expand: WorkItemExpand.Relations });
        for (const { id, relations = [], fields = {} } of items) {
          for (const { rel, url = "" } of relations) {
            const other = url.split("/").at(-1);
            if (rel === PARENT) parents.add(`${id} under ${other}`);
            if (rel === CHILD) children.add(`${other} under ${id}`);
          }
          expect(fields["System.IterationPath"]).toMatch(new RegExp(`^${name}(\\\\|$)`));
        }
      }
      expect([...parents].sort()).toEqual([...children].sort());
    }
  });
});

describe("a big project from a seed", () => {
  it("has five levels, a few items without a parent, and no parent of the wrong level", () => {
    const { world } = home.sandbox;
    const project = seedBigProject(world, { name: "Big", items: 20_000 });

    const store = tracking(world);
    const levels = ["Initiative", "Epic", "Feature", "User Story", "Task"];
    const counts = new Map<string, number>();
    let orphans = 0;
    for (const item of Object.values(store.data.items).filter((each) => newest(each).projectId === project.id)) {
      const level = levels.indexOf(typeName(newest(item)));
      counts.set(levels[level] ?? "", (counts.get(levels[level] ?? "") ?? 0) + 1);
      const parent = parentOf(store, item);
      if (parent === undefined) {
        orphans += level > 0 ? 1 : 0;
        continue;
      }
      const above = store.data.items[parent];
      expect(above && newest(above).values["System.WorkItemType"]).toBe(levels[level - 1]);
    }

    expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(20_000);
    expect(levels.map((level) => counts.get(level))).toEqual([200, 600, 1600, 5600, 12_000]);
    expect(orphans).toBeGreaterThan(100);
    expect(orphans).toBeLessThan(400);
  });

  it("of 60,000 items is read in windows of ids, since a query may not have as many", async () => {
    seedBigProject(home.sandbox.world, { name: "Huge", items: 60_000 });
    const where = "[System.TeamProject] = 'Huge'";
    await expect(
      home.wit.queryByWiql({ query: `SELECT [System.Id] FROM WorkItems WHERE ${where}` }),
    ).rejects.toMatchObject({
      statusCode: 400,
    });

    const seen: number[] = [];
    for (let last = 0; ;) {
      const query = `SELECT [System.Id] FROM WorkItems WHERE ${where} AND [System.Id] > ${last} ORDER BY [System.Id]`;
      const { workItems = [] } = await home.wit.queryByWiql({ query }, undefined, undefined, 20_000);
      if (workItems.length === 0) break;
      seen.push(...workItems.map(({ id = 0 }) => id));
      last = seen.at(-1) ?? 0;
    }

    expect(new Set(seen).size).toBe(60_000);
  });

  it("is the same again from the same seed", () => {
    const [one, other, third] = [1, 1, 2].map((seed) => {
      const world = openWorld({ users: 20 });
      seedBigProject(world, { name: "Big", items: 500, seed });
      return JSON.stringify(Object.values(tracking(world).data.items).map((item) => newest(item).values));
    });

    expect(other).toBe(one);
    expect(third).not.toBe(one);
  });
});
