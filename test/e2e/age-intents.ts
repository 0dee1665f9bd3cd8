import { DatabaseSync } from "node:sqlite";
import type { Deployed } from "./deployed.ts";

/**
 * A create whose answer never came is looked for during ten minutes before it is done again. The command line goes by
 * the machine's clock: so it is the intents that grow older.
 */
export function ageIntents({ stateFile }: Deployed): void {
  const database = new DatabaseSync(stateFile);
  const then = new Date(Date.now() - 11 * 60_000).toISOString();
  database
    .prepare("UPDATE entities SET value = json_set(value, '$.at', ?) WHERE partition = 'users-journal'")
    .run(then);
  database.close();
}
