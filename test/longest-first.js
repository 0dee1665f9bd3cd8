import { readFileSync } from "node:fs";
import Sequencer from "@jest/test-sequencer";

/** Seconds of the long files, by their paths, as a run on two cores had them. */
const seconds = JSON.parse(readFileSync(new URL("seconds.json", import.meta.url), "utf8"));

/**
 * Long files first, so that no core is idle while the other one is in the middle of a long one: a clean checkout knows
 * of no run before, and Jest goes by the sizes of files then. What is not in the list comes last; where a run is known,
 * it counts.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const known = [...tests].map((test) => ({ test, seconds: (test.duration ?? 0) / 1000 || this.#recorded(test) }));
    return known.sort((a, b) => b.seconds - a.seconds || (a.test.path < b.test.path ? -1 : 1)).map(({ test }) => test);
  }

  #recorded({ path, context }) {
    return seconds[path.slice(context.config.rootDir.length + 1).replaceAll("\\", "/")] ?? 0;
  }
}
