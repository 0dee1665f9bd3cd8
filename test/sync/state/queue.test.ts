import { expect, it } from "@jest/globals";
import { CommitQueue } from "../../../sync/state/queue.ts";
import { type Edit, MAX_COMMIT } from "../../../sync/state/session.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const put = (key: string, value = 1): Edit => ({ partition: "p", key, value });
const remove = (key: string): Edit => ({ partition: "p", key });

/** Keeps what it was given, one commit at a time, and fails for the key `bad`. */
function recording() {
  const commits: (readonly Edit[])[] = [];
  async function commit(edits: readonly Edit[]): Promise<void> {
    commits.push(edits);
    await turn();
    if (edits.some(({ key }) => key === "bad")) throw new Error("disk full");
  }
  return { commits, queue: new CommitQueue({ commit }) };
}

it("joins what is asked for at once into commits of at most 99", async () => {
  const { commits, queue } = recording();
  await Promise.all(Array.from({ length: 250 }, (_, index) => queue.commit(put(`k${index}`))));
  expect(commits.map(({ length }) => length)).toEqual([99, 99, 52]);
});

it("never takes apart what is asked for together, whatever the kinds", async () => {
  const { commits, queue } = recording();
  const pairs = Array.from({ length: 60 }, (_, index) =>
    queue.commit(put(`k${index}`), { partition: "q", key: `k${index}`, value: 1 }),
  );
  await Promise.all(pairs);
  expect(commits.map(({ length }) => length)).toEqual([98, 22]);
});

it("commits the last of several changes of one entity", async () => {
  const { commits, queue } = recording();
  await Promise.all([queue.commit(put("a")), queue.commit(put("b")), queue.commit(remove("a"))]);
  expect(commits).toEqual([[remove("a"), put("b")]]);
});

it("resolves only when it is stored", async () => {
  const { commits, queue } = recording();
  let stored = false;
  const write = queue.commit(put("a")).then(() => (stored = true));
  while (commits.length === 0) await turn();
  expect(stored).toBe(false);
  await write;
});

it("fails everybody in a commit that failed, and goes on with the next", async () => {
  const { queue } = recording();
  const full = Array.from({ length: MAX_COMMIT - 1 }, (_, index) => put(`f${index}`));
  const outcomes = await Promise.allSettled([queue.commit(put("bad")), queue.commit(...full), queue.commit(put("c"))]);
  await queue.commit(put("d"));
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});

it("lets a post travel with the next commit, and tells afterwards whether it was stored", async () => {
  const { commits, queue } = recording();
  queue.post(put("a"));
  await queue.commit(put("b"));
  await queue.flushed();
  expect(commits.map((commit) => commit.map(({ key }) => key))).toEqual([["a", "b"]]);

  queue.post(put("c"));
  for (let each = 0; each < 5; each += 1) await turn();
  expect(commits).toHaveLength(1);
  await queue.flushed();
  expect(commits[1]).toEqual([put("c")]);

  queue.post(put("bad"));
  await expect(queue.flushed()).rejects.toThrow("disk full");
});

it("makes several commits at once where the store can, each whole, in their order", async () => {
  const together: (readonly (readonly Edit[])[])[] = [];
  const single: (readonly Edit[])[] = [];
  const queue = new CommitQueue({
    commit: async (edits) => void single.push(edits),
    commitTogether: async (commits) => void together.push(commits),
  });
  await Promise.all(Array.from({ length: 250 }, (_, index) => queue.commit(put(`k${index % 200}`, index))));
  expect(together.map((commits) => commits.map(({ length }) => length))).toEqual([[99, 99, 52]]);
  expect(together[0]?.at(-1)?.at(-1)).toEqual(put("k49", 249));
  await queue.commit(put("a"));
  expect(single).toEqual([[put("a")]]);
});

it("takes no more together than one commit holds", () => {
  const { queue } = recording();
  expect(() => queue.commit(...Array.from({ length: MAX_COMMIT + 1 }, (_, index) => put(`${index}`)))).toThrow(
    RangeError,
  );
});
