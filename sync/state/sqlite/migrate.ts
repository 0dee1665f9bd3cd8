/**
 * From the first format to the second, within the transaction that opens the file.
 *
 * @packageDocumentation
 */
import type { DatabaseSync } from "node:sqlite";
import { withoutNames } from "../../../contract/words.ts";
import { addressKey } from "../address-key.ts";

/** Links are found by both ids and counted, and what failed is told without names. */
export function migrateFrom1(database: DatabaseSync): void {
  database.exec(`
    INSERT OR REPLACE INTO entities
      SELECT substr(partition, 1, length(partition) - length('links')) || 'linked',
        json_extract(value, '$.targetId'), json_quote(key)
      FROM entities WHERE partition LIKE '%-links';
    INSERT OR REPLACE INTO entities
      SELECT substr(partition, 1, length(partition) - length('links')) || 'counts', 'links',
        json_object('links', count(*), 'active', total(json_extract(value, '$.active')) + 0)
      FROM entities WHERE partition LIKE '%-links' GROUP BY partition;
  `);
  rewrite(database, "%-retries", (value) => {
    const retry = value as { readonly reason: string };
    return { ...retry, reason: withoutNames(retry.reason) };
  });
  rewrite(database, "%-protected", (value) =>
    Object.fromEntries(Object.entries(value as object).map(([name, ids]) => [addressKey(name), ids as unknown])),
  );
}

function rewrite(database: DatabaseSync, partitions: string, change: (value: unknown) => object): void {
  const rows = database.prepare("SELECT partition, key, value FROM entities WHERE partition LIKE ?").all(partitions);
  const put = database.prepare("UPDATE entities SET value = ? WHERE partition = ? AND key = ?");
  for (const { partition, key, value } of rows) {
    put.run(JSON.stringify(change(JSON.parse(String(value)))), String(partition), String(key));
  }
}
