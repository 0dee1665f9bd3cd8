import type { Partitions } from "./partitions.ts";
import { commitAll, type Edit, type State } from "./session.ts";

/** Old entities go by so many at once, so that not every run has to look. */
const SURPLUS = 100;

/**
 * Adds new entities of a partition, in one commit, and lets the oldest go: about `kept` stay. Their keys begin with an
 * instant. How many there are is kept beside the links' counts, so that nobody has to count them.
 *
 * @param along other changes that go into the same commit
 * @param added together with those at most 98
 */
export async function addNewest(
  state: State,
  { counts }: Pick<Partitions, "counts">,
  partition: string,
  added: readonly Edit[],
  kept: number,
  along: readonly Edit[] = [],
): Promise<void> {
  if (added.length === 0) return;
  const known = await state.get(counts, partition);
  let count = (known === undefined ? await state.count(partition) : Number(known)) + added.length;
  await state.commit([...added, ...along, { partition: counts, key: partition, value: count }]);
  while (count - kept >= SURPLUS) {
    const oldest = await firstOf(state, partition);
    count -= oldest.length;
    await commitAll(state, [...oldest, { partition: counts, key: partition, value: count }]);
    if (oldest.length === 0) return;
  }
}

/** In key order the oldest come first; a page holds at least as many as go. */
async function firstOf(state: State, partition: string): Promise<readonly Edit[]> {
  for await (const page of state.list(partition)) return page.slice(0, SURPLUS).map(({ key }) => ({ partition, key }));
  return [];
}
