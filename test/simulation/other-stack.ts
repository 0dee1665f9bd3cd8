/** Another stack whose target is the same: it has a scope and a state of its own, and nothing goes wrong with it. */
import { join } from "node:path";
import type { Directory } from "../../sandbox/directory/index.ts";
import type { RunReport } from "../../sync/run/report.ts";
import type { StateStore } from "../../sync/state/session.ts";
import { openSqliteState } from "../../sync/state/sqlite/store.ts";
import { Oracle, type Settings } from "./oracle.ts";
import { OTHERS } from "./places.ts";
import type { MemoryTarget } from "./target.ts";

export class OtherStack {
  readonly oracle: Oracle;
  hasRun = false;
  /** Whom it never had in its scope: it cannot know of their objects. */
  readonly unsure = new Set<string>();
  readonly #known = new Set<string>();
  readonly #settings: () => Settings;
  readonly #target: () => MemoryTarget;
  readonly store: StateStore;

  constructor(folder: string, directory: Directory, settings: () => Settings, target: () => MemoryTarget) {
    this.#settings = () => ({
      ...settings(),
      groups: [OTHERS],
      // Who is whose manager in the target depends on whom a stack has in its scope: two would not agree on that.
      managers: false,
      unit: false,
      excludes: false,
      protects: false,
      filters: false,
      disables: 1000,
      percent: 100,
      creates: 1000,
    });
    this.#target = target;
    this.store = openSqliteState(join(folder, "other", "state.sqlite"));
    this.oracle = new Oracle(directory, this.#settings, target);
  }

  async run(sync: (store: StateStore, settings: Settings) => Promise<RunReport>): Promise<RunReport> {
    const { oracle, unsure } = this;
    this.hasRun = true;
    oracle.begins();
    for (const { sourceId } of this.#target().stored.values()) {
      if (sourceId === "" || this.#known.has(sourceId)) continue;
      for (const ids of [oracle.unknown, unsure]) ids.add(sourceId);
    }
    for (const id of oracle.scope() ?? []) oracle.unknown.delete(id);
    const report = await sync(this.store, this.#settings());
    if (report.failure !== undefined) return report;
    oracle.recovering = false;
    for (const id of oracle.scope() ?? []) {
      if (oracle.wanted(id).is !== "active") continue;
      this.#known.add(id);
      unsure.delete(id);
    }
    if (report.mode === "full") oracle.sawEverything();
    return report;
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
