/**
 * Measured program, the baseline of reading work items: the same requests by Microsoft's client, one after another, and
 * nothing else. It is connected before the time begins, as ours is.
 */
import { readFileSync } from "node:fs";
import { getPersonalAccessTokenHandler, WebApi } from "azure-devops-node-api";
import type { PlansAsked, PlansMeasured } from "./plans-sync.ts";

const QUERY = 20_000;
const BATCH = 200;
const RELATIONS = 1;
const OMIT = 2;
const PARENTS = "System.LinkTypes.Hierarchy-Forward";
const FEEDS = 2;

const asked = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as PlansAsked;
const { organization, project, token } = asked;
const proxyUrl = process.env["HTTPS_PROXY"] ?? "";
const options = { proxy: { proxyUrl }, allowRetries: false };
const handler = getPersonalAccessTokenHandler(token);
const wit = await new WebApi(`https://dev.azure.com/${organization}`, handler, options).getWorkItemTrackingApi();
await wit.getFields(project);
const started = performance.now();
let reads = 0;
let items = 0;
// From where on a later run reads what has changed.
const since = new Date(Date.now() - 60_000);
await wit.readReportingRevisionsPost({ fields: ["System.Id"], includeDeleted: true }, project, undefined, since);
await wit.getReportingLinksByLinkType(project, [PARENTS], undefined, undefined, since);
for (let last = 0; ;) {
  const query = `SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Id] > ${last} ORDER BY [System.Id]`;
  const { workItems = [] } = await wit.queryByWiql({ query }, { project }, true, QUERY);
  reads += 1;
  const ids = workItems.flatMap(({ id }) => id ?? []);
  for (let start = 0; start < ids.length; start += BATCH) {
    const some = ids.slice(start, start + BATCH);
    items += (await wit.getWorkItemsBatch({ ids: some, $expand: RELATIONS, errorPolicy: OMIT })).length;
    reads += 1;
  }
  last = ids.at(-1) ?? 0;
  if (ids.length < QUERY) break;
}
const seconds = (performance.now() - started) / 1000;
process.stdout.write(JSON.stringify({ seconds, items, reads, requests: FEEDS + reads } satisfies PlansMeasured));
