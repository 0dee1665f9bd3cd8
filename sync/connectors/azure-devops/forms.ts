/**
 * What answers of Azure DevOps look like. What a gateway answers in its place is JSON too: taken for an answer it says that
 * nothing is there, and everything on the other side would go.
 *
 * @packageDocumentation
 */
import { z } from "zod";

const listOf = (element: z.ZodType) => z.looseObject({ value: z.array(element) });
const Batch = z.looseObject({ values: z.array(z.looseObject({})) });

/** What every work item has. By them it is known where it belongs: one that is answered without is not out of scope. */
const ALWAYS = ["TeamProject", "WorkItemType", "AreaPath", "IterationPath", "State", "Title"] as const;
const WorkItem = z.looseObject({
  id: z.int(),
  rev: z.int(),
  fields: z.looseObject(Object.fromEntries(ALWAYS.map((name) => [`System.${name}`, z.string()]))),
});

/** Whether a work item was answered whole. */
export function isWorkItem(answer: unknown): boolean {
  return WorkItem.safeParse(answer).success;
}

/** By paths of requests that read (documented). */
const FORMS: readonly (readonly [path: RegExp, form: z.ZodType])[] = [
  [/\/wit\/wiql$/i, z.looseObject({ workItems: z.array(z.looseObject({ id: z.int() })) })],
  // `null` stands in the place of what a batch leaves out (reported).
  [/\/wit\/workitemsbatch$/i, listOf(z.looseObject({}).nullable())],
  [/\/wit\/workitems\/\d+$/i, WorkItem],
  [/\/wit\/reporting\/workitem(revisions|links)(\/[^/]*)?$/i, Batch],
  [/\/wit\/workitemtypes$/i, listOf(z.looseObject({ name: z.string() }))],
  [/\/wit\/workitemtypes\/[^/]+\/fields$/i, listOf(z.looseObject({}))],
  [/\/wit\/fields$/i, listOf(z.looseObject({ referenceName: z.string() }))],
  [/\/work\/backlogconfiguration$/i, z.looseObject({ portfolioBacklogs: z.array(z.looseObject({})) })],
  [/\/_apis\/projects\/[^/]+$/i, z.looseObject({ id: z.string(), name: z.string() })],
];

/** Whether what was answered is of the form that answers from there have; what no form is known of may be anything. */
export function isOfForm(path: string, answer: unknown): boolean {
  return FORMS.find(([pattern]) => pattern.test(path))?.[1].safeParse(answer).success ?? true;
}
