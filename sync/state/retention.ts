import { commitAll, type State } from "./session.ts";

/** Old entities go by so many at once, so that not every run has to look. */
const SURPLUS = 100;

/** Lets the oldest entities of a partition go whose keys begin with an instant: about `kept` stay. */
export async function dropOldest(state: State, partition: string, kept: number): Promise<void> {
  while ((await state.count(partition)) - kept >= SURPLUS) {
    for await (const page of state.list(partition)) {
      // In key order the oldest come first; a page holds at least as many as go.
      await commitAll(
        state,
        page.slice(0, SURPLUS).map(({ key }) => ({ partition, key })),
      );
      break;
    }
  }
}
