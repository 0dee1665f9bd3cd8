/** What the company makes of the rules that a deployment is judged by. @packageDocumentation */
import { z } from "zod";
import { text } from "../values.ts";

/** Levels by the names of Pulumi's policies. */
const RuleLevel = z.enum(["disabled", "advisory", "mandatory"]);
export type RuleLevel = z.infer<typeof RuleLevel>;

/** Id of a rule -> what is otherwise here. */
export const Rules = z
  .record(
    z.string(),
    z
      .strictObject({
        level: RuleLevel.describe("how strict the rule is").optional(),
        /** Reviewers read it. */
        reason: text("why it has this level here").optional(),
        /** What the rule would find and may be there all the same. */
        exceptions: z
          .array(
            z
              .strictObject({
                registration: text("the name of a registration in the outputs, such as sync").optional(),
                subject: text("what the exception is for, such as the name of a permission").optional(),
                reason: text("why it may be there"),
              })
              .describe("settings: registration, subject, reason"),
          )
          .default([])
          .describe("a list of exceptions"),
      })
      .describe("settings: level, reason, exceptions"),
  )
  .describe("settings: the id of a rule, what is otherwise");
export type RulesSettings = z.output<typeof Rules>;
