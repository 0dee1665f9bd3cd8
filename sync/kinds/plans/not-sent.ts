import { TenantwireError } from "../../../contract/errors.ts";
import type { Became } from "../../model/became.ts";

/** A write that is not sent, since it is known what would become of it. */
export class NotSent extends TenantwireError {
  override name = "NotSent";
  readonly became: Became;

  constructor(message: string, became: Became = "rejected") {
    super(message);
    this.became = became;
  }
}

/** Somebody else was there between reading and writing: nothing is written, and the item is planned anew. */
export function changedMeanwhile(what: string): NotSent {
  return new NotSent(`${what} was changed by somebody else meanwhile: the next run looks at it again.`, "stale");
}
