/** Measured program, the baseline of full-read: a bare undici loop over the same pages that parses the same JSON. */
import { pagesOfPeople, readOutputs, throughProxy } from "./people.ts";

const outputs = readOutputs(process.argv[2] ?? "");
const dispatcher = throughProxy();

const started = performance.now();
let users = 0;
let requests = 0;
for await (const page of pagesOfPeople(outputs, dispatcher)) {
  users += page.length;
  requests += 1;
}
const milliseconds = performance.now() - started;

await dispatcher.close();
process.stdout.write(JSON.stringify({ milliseconds, users, requests }));
