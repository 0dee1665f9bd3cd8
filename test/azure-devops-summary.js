import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The published contracts are no part of the project: whoever has them names their folder. */
const folder = join(
  process.env.TENANTWIRE_CONTRACTS ?? join(import.meta.dirname, "../../shared/contracts"),
  "azure-devops",
);

/**
 * Holds what the stand-in's Azure DevOps took and answered in all tests against Microsoft's description of it.
 *
 * @param records the file that it was put aside in, a line of JSON each
 * @returns lines to print, and how many faults there are
 */
export async function summaryOfAzureDevOps(records) {
  const lines = readFileSync(records, "utf8").split("\n").filter(Boolean);
  const title = "Azure DevOps' published description";
  if (lines.length === 0) return { text: "", faults: 0 };
  if (!existsSync(folder)) {
    const text = `${title} is not at ${folder} (TENANTWIRE_CONTRACTS names its folder): ${lines.length} answers were not checked\n`;
    return { text, faults: 0 };
  }
  const { azureDevOpsContract } = await import("./sandbox/azure-devops-contract.ts");
  const contract = azureDevOpsContract(folder);
  const count = { bodies: 0, answers: 0, undescribed: 0 };
  const faults = new Map();
  for (const line of lines) {
    const { method, path, status, sent, answer } = JSON.parse(line);
    const ofBody = contract.sent(method, path, sent ?? null);
    if (ofBody === undefined) {
      count.undescribed++;
      continue;
    }
    const found = [...(sent === undefined ? [] : ofBody), ...contract.answer(method, path, status, answer)];
    if (sent !== undefined) count.bodies++;
    count.answers++;
    for (const fault of found) faults.set(fault, (faults.get(fault) ?? 0) + 1);
  }
  const summary = [...faults].map(([fault, times]) => `  ${times} x ${fault}\n`).join("");
  const text = `${title}: ${count.bodies} bodies and ${count.answers} answers were held against it, ${faults.size} faults; ${count.undescribed} answers are of what it does not describe\n`;
  return { text: summary + text, faults: faults.size };
}
