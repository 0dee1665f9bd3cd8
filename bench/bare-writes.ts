/**
 * Measured program, the baseline of a first sync: the same creates at the same concurrency, and the one listing that
 * proves them, by undici and nothing else.
 */
import { request } from "undici";
import { createBody } from "../sync/connectors/oneplan/resources.ts";
import { CONCURRENCY } from "../sync/connectors/oneplan/target.ts";
import type { Fields } from "../sync/model/types.ts";
import { type Person, pagesOfPeople, readOutputs, throughProxy } from "./people.ts";

const outputs = readOutputs(process.argv[2] ?? "");
const { oneplan } = outputs.integrations;
if (!oneplan) throw new Error("The outputs have no OnePlan.");
const dispatcher = throughProxy();
const key = Buffer.from(`${oneplan.keyName}:${process.env["ONEPLAN_KEY"]}`).toString("base64");
const headers = { authorization: `Basic ${key}`, "content-type": "application/json" };
const url = `${oneplan.baseUrl}/api/resources`;

const readStarted = performance.now();
const people: Person[] = [];
for await (const page of pagesOfPeople(outputs, dispatcher)) people.push(...page);
const readMilliseconds = performance.now() - readStarted;

const bodies = people.filter(({ mail, accountEnabled }) => mail && accountEnabled).map(bodyOf);
const started = performance.now();
const todo = bodies.values();
await Promise.all(Array.from({ length: CONCURRENCY }, writeAll));
const listing = await request(`${url}?Generics=false`, { dispatcher, headers });
const listed = ((await listing.body.json()) as unknown[]).length;
const writeMilliseconds = performance.now() - started;

await dispatcher.close();
process.stdout.write(JSON.stringify({ readMilliseconds, writeMilliseconds, created: bodies.length, listed }));

async function writeAll(): Promise<void> {
  for (const body of todo) {
    const answer = await request(url, { dispatcher, method: "POST", headers, body });
    await answer.body.json();
  }
}

function bodyOf(person: Person): string {
  const fields: Record<string, Fields[string]> = {};
  for (const [field, property] of Object.entries(oneplan?.users.fields ?? {})) {
    fields[field] = (person[property] ?? null) as Fields[string];
  }
  return JSON.stringify(createBody({ sourceId: String(person["id"]), label: "", fields }));
}
