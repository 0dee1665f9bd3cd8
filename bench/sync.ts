/** Measured program: `tenantwire sync users`, with the peak of the memory that it took. */
import { sync } from "../cli/sync.ts";
import { azureIdentity, azureVault } from "../sync/connectors/azure-libraries.ts";

const [outputs = "", state = ""] = process.argv.slice(2);
const write = process.stdout.write.bind(process.stdout);
let report = "";
process.stdout.write = (text: string | Uint8Array) => {
  report += String(text);
  return true;
};
// Loaded when somebody signs in or a key is read, as the libraries of the baselines are before they begin.
azureIdentity();
azureVault();
await sync("users", { outputs, state, json: true });
process.exitCode = 0;
// maxRSS: kilobytes, of the whole process from its start.
write(JSON.stringify({ report: JSON.parse(report) as unknown, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
