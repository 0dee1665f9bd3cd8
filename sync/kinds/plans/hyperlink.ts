/**
 * The hyperlink by which a work item carries what it goes with in OnePlan: it comes in the patch that makes the item, so
 * that it is found also where nothing else was stored afterwards.
 *
 * @packageDocumentation
 */
import type { ReadItem, Step } from "../../connectors/azure-devops/index.ts";

const HYPERLINK = "Hyperlink";

/**
 * Assumed: where a plan or a task is shown.
 *
 * @param root of OnePlan, without a slash at the end
 * @param oneplanId of a plan, or of a plan and a task
 */
function urlOf(root: string, oneplanId: string): string {
  const [plan, task] = oneplanId.split("/");
  return `${root}/plan/${plan}${task === undefined ? "" : `/task/${task}`}`;
}

/** What an item goes with, as far as it says. */
export function oneplanIdOf({ relations }: Pick<ReadItem, "relations">, root: string): string | undefined {
  const url = relations?.find(({ rel, url: to }) => rel === HYPERLINK && to?.startsWith(`${root}/plan/`))?.url;
  return url?.slice(`${root}/plan/`.length).replace("/task/", "/");
}

export function hyperlinkStep(root: string, oneplanId: string): Step {
  const value = { rel: HYPERLINK, url: urlOf(root, oneplanId), attributes: { comment: "OnePlan" } };
  return { op: "add", path: "/relations/-", value };
}

/** What takes them away, found by what they are: their places are those of the revision that the patch is for. */
export function withoutHyperlinkSteps({ relations }: Pick<ReadItem, "relations">, root: string): Step[] {
  const all = relations ?? [];
  return [...all.keys()]
    .filter((at) => all[at]?.rel === HYPERLINK && all[at]?.url?.startsWith(`${root}/plan/`))
    .reverse()
    .map((at): Step => ({ op: "remove", path: `/relations/${at}` }));
}
