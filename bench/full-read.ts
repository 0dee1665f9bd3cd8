/** Measured program: our full read of the directory, as a sync does it, without anything after it. */
import { readFileSync } from "node:fs";
import { parseOutputs } from "../contract/outputs.ts";
import { openSqliteState } from "../sync/index.ts";
import { usersSync } from "../sync/kinds/users/index.ts";

const [outputsFile = "", stateFile = ""] = process.argv.slice(2);
const outputs = parseOutputs(JSON.parse(readFileSync(outputsFile, "utf8")), outputsFile);
const { source, requests } = usersSync({
  outputs,
  environment: process.env,
  acceptReplacedGroups: false,
  reach: async () => undefined,
});
const store = openSqliteState(stateFile);
const state = await store.lock("users");

// Loaded when somebody signs in, as the libraries of the baselines are before they begin.
await import("@azure/identity");

const started = performance.now();
const reading = source.read({
  mode: "full",
  dryRun: false,
  state,
  isLinked: () => Promise.resolve(false),
  signal: new AbortController().signal,
  onProgress: () => undefined,
});
let users = 0;
for await (const page of reading) users += page.length;
const milliseconds = performance.now() - started;

await state.release();
await store.close();
process.stdout.write(JSON.stringify({ milliseconds, users, requests: requests.graph }));
