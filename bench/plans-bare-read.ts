/** Measured program, the baseline of reading work items: the same queries and batches by Microsoft's client, and nothing else. */
import { readFileSync } from "node:fs";
import { getPersonalAccessTokenHandler, WebApi } from "azure-devops-node-api";
import type { PlansAsked, PlansMeasured } from "./plans-sync.ts";

const QUERY = 20_000;
const BATCH = 200;
const RELATIONS = 1;
const OMIT = 2;

const asked = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as PlansAsked;
const { organization, project, token } = asked;
const proxyUrl = process.env["HTTPS_PROXY"] ?? "";
const options = { proxy: { proxyUrl }, allowRetries: false };
const handler = getPersonalAccessTokenHandler(token);
const started = performance.now();
const wit = await new WebApi(`https://dev.azure.com/${organization}`, handler, options).getWorkItemTrackingApi();
let reads = 0;
let items = 0;
for (let last = 0; ;) {
  const query = `SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project AND [System.Id] > ${last} ORDER BY [System.Id]`;
  const { workItems = [] } = await wit.queryByWiql({ query }, { project }, true, QUERY - 1);
  reads += 1;
  const ids = workItems.flatMap(({ id }) => id ?? []);
  for (let start = 0; start < ids.length; start += BATCH) {
    const some = ids.slice(start, start + BATCH);
    items += (await wit.getWorkItemsBatch({ ids: some, $expand: RELATIONS, errorPolicy: OMIT })).length;
    reads += 1;
  }
  last = ids.at(-1) ?? 0;
  if (ids.length < QUERY - 1) break;
}
const seconds = (performance.now() - started) / 1000;
process.stdout.write(JSON.stringify({ seconds, items, reads, requests: reads } satisfies PlansMeasured));
