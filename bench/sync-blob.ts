/** Measured program: the sync of users with its state in a blob of the emulator; prints the report. */
import { Limits, runSync } from "../sync/index.ts";
import { usersSync } from "../sync/kinds/users/index.ts";
import { openBlobState } from "../sync/state/blob/index.ts";
import { credential } from "../test/sync/state/azurite.ts";
import { readOutputs } from "./people.ts";

const [outputs = "", address = ""] = process.argv.slice(2);
const { definition } = usersSync({
  outputs: readOutputs(outputs),
  environment: process.env,
  acceptReplacedGroups: false,
  reach: async () => undefined,
});
const store = openBlobState(address, credential);
const report = await runSync({ ...definition, limits: Limits.parse({}) }, { store });
await store.close();
process.stdout.write(JSON.stringify(report));
