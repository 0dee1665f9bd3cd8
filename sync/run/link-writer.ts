import { BatchWriter } from "../state/queue.ts";
import type { Run } from "./context.ts";
import { picked } from "../model/fields.ts";
import { toJson } from "../model/json.ts";
import type { PlanRow } from "../scratch/plan.ts";
import type { Link, TargetObject } from "../model/types.ts";

/** Writes links as objects of the target were seen. */
export class LinkWriter {
  readonly #writer: BatchWriter;
  readonly #fields: readonly string[];

  constructor({ state, partitions, fields }: Run) {
    this.#writer = new BatchWriter(state, partitions.links);
    this.#fields = fields;
  }

  /** The pair stands, and the target holds this. */
  async keep({ change, origin }: PlanRow, object: TargetObject, refused?: NonNullable<Link["refused"]>): Promise<void> {
    const { replaces } = change;
    // In this order, since never may two be linked to one object.
    const ended = replaces === undefined ? undefined : this.#writer.delete(replaces);
    const kept = this.put({
      sourceId: change.sourceId,
      targetId: object.id,
      label: change.label,
      origin,
      active: object.active,
      agreed: picked(object.fields, this.#fields),
      ...(refused && { refused }),
    });
    await Promise.all([ended, kept]);
  }

  put(link: Link): Promise<void> {
    return this.#writer.put(link.sourceId, toJson(link));
  }
}
