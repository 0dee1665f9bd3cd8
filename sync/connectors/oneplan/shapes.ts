/**
 * What answers about plans and tasks are made of. One of them that is odd keeps no other waiting: where OnePlan has no name
 * it is empty, and an id of another system may come as a number.
 *
 * @packageDocumentation
 */
import { z } from "zod";

export const Id = z.string().transform((id) => id.toLowerCase());
export const Text = z.union([z.string(), z.number()]).transform(String);
/** It is always there: what lacks it was answered partly. */
export const Name = Text.nullable().transform((name) => name ?? "");
