/** Writes people into a file, one after another, until it is killed. Tells of each on standard output. */
import { createFileTarget } from "../../../../sync/connectors/file/target.ts";

const [path = "", format] = process.argv.slice(2);
const fields = ["displayName"];
const target = createFileTarget({ path, format: format === "csv" ? "csv" : "jsonl", fields });
const signal = AbortSignal.timeout(60_000);
for (let number = 0; ; number += 1) {
  const sourceId = String(number);
  const text = "long enough to be cut ".repeat(200);
  await target.create({ sourceId, label: sourceId, fields: { displayName: text } }, signal);
  process.stdout.write(`${number}\n`);
}
