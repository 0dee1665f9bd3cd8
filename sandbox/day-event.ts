import type { Directory } from "./directory/index.ts";
import type { World } from "./world.ts";

/** Something that can happen in a company on one day. */
export interface Event {
  /** Names of the words that follow; a name with `?` may be left out. */
  readonly takes: readonly string[];
  /** What there is to tell of it, such as an id that was made. */
  readonly happens: (
    place: { readonly world: World; readonly directory: Directory },
    values: readonly string[],
  ) => string | void;
}
