/** Measured program, the other baseline of full-read: the Graph client's own PageIterator over the same pages. */
import { Client, PageIterator, type PageCollection } from "@microsoft/microsoft-graph-client";
import { peopleUrl, readOutputs, signIn, throughProxy } from "./people.ts";

const outputs = readOutputs(process.argv[2] ?? "");
const dispatcher = throughProxy();

const started = performance.now();
const token = await signIn(outputs, dispatcher);
const client = Client.initWithMiddleware({ authProvider: { getAccessToken: () => Promise.resolve(token) } });
let users = 0;
const first = (await client.api(peopleUrl(outputs)).get()) as PageCollection;
await new PageIterator(client, first, () => {
  users += 1;
  return true;
}).iterate();
const milliseconds = performance.now() - started;

await dispatcher.close();
process.stdout.write(JSON.stringify({ milliseconds, users }));
