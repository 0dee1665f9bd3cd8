/**
 * Measured program: our full read of the directory, as a sync does it, without anything after it: for the target of the
 * outputs, or for `1` or `3` of three that are declared, one after the other.
 */
import { readFileSync } from "node:fs";
import { type Outputs, parseOutputs } from "../contract/outputs.ts";
import { azureIdentity } from "../sync/connectors/azure-libraries.ts";
import { ReadOnce } from "../sync/connectors/graph/index.ts";
import { openSqliteState } from "../sync/index.ts";
import { declaredTargets, usersSync } from "../sync/kinds/users/index.ts";

const [outputsFile = "", stateFile = "", ofThree] = process.argv.slice(2);
const deployed = parseOutputs(JSON.parse(readFileSync(outputsFile, "utf8")), outputsFile);
const outputs = ofThree === undefined ? deployed : declaringThree(deployed);
const targets = declaredTargets(outputs).slice(0, Number(ofThree ?? 1));
const store = openSqliteState(stateFile);

// What the baselines do before they begin too: their libraries are loaded, and they have a way to the network. Settings
// and the file of the state have no part in reading.
azureIdentity();
const reads = targets.length > 1 ? new ReadOnce() : undefined;
const syncs = await Promise.all(
  targets.map(async (target) => {
    const sync = usersSync({
      outputs,
      environment: process.env,
      acceptReplacedGroups: false,
      reach: async () => undefined,
      target,
      ...(reads && { reads }),
    });
    return { ...sync, state: await store.lock(sync.definition.sync) };
  }),
);

const started = performance.now();
let users = 0;
for (const { definition, state } of syncs) {
  const reading = definition.source.read({
    mode: "full",
    dryRun: false,
    state,
    isLinked: () => Promise.resolve(false),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  for await (const page of reading) users += page.length;
}
reads?.close();
const milliseconds = performance.now() - started;

const requests = syncs.reduce((sum, { requests: { graph } }) => sum + graph, 0);
for (const { state } of syncs) await state.release();
await store.close();
process.stdout.write(JSON.stringify({ milliseconds, users, requests }));

/** With a file and a server of ONES, which are never reached: nothing is written here. */
function declaringThree(outputs: Outputs): Outputs {
  const { oneplan } = outputs.integrations;
  if (!oneplan) throw new Error("The outputs have no OnePlan.");
  const { groups } = oneplan.users;
  const ones = { baseUrl: "https://ones.contoso.com", keyName: "ones", keyVaultSecret: "ones" };
  const fields = { displayName: "displayName", email: "mail" };
  return {
    ...outputs,
    integrations: {
      ...outputs.integrations,
      ones: { ...ones, users: { groups, fields: { ...fields, userName: "userPrincipalName" }, defaultGroups: [] } },
      file: { path: "people.jsonl", format: "jsonl", users: { groups, fields } },
    },
  };
}
