import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { summaryOfAzureDevOps } from "./azure-devops-summary.js";

/**
 * Ends a run with the one plain line that people and pipelines look for. Before it: how many bodies and answers of the
 * stand-in's Graph were held against the published model, for which the stand-in writes a letter each, and how many of
 * its Azure DevOps against Microsoft's description.
 */
export default class SummaryReporter {
  #folder = mkdtempSync(join(tmpdir(), "tenantwire-checks-"));
  #faults = 0;

  constructor() {
    process.env.TENANTWIRE_GRAPH_CHECKS = join(this.#folder, "graph");
    process.env.TENANTWIRE_AZURE_DEVOPS_CHECKS = join(this.#folder, "azure-devops");
    writeFileSync(process.env.TENANTWIRE_GRAPH_CHECKS, "");
    writeFileSync(process.env.TENANTWIRE_AZURE_DEVOPS_CHECKS, "");
  }

  getLastError() {
    return this.#faults === 0 ? undefined : new Error(`${this.#faults} bodies or answers are not as published`);
  }

  async onRunComplete(_contexts, results) {
    // A suite that could not be loaded ran no test, and must not look as if it had passed.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}\n`;
    const letters = readFileSync(process.env.TENANTWIRE_GRAPH_CHECKS, "latin1");
    const azureDevOps = await summaryOfAzureDevOps(process.env.TENANTWIRE_AZURE_DEVOPS_CHECKS);
    rmSync(this.#folder, { recursive: true });
    const count = (letter) => letters.split(letter).length - 1;
    const wrong = count("!");
    this.#faults = wrong + azureDevOps.faults;
    const checks = `Graph's published model: ${count("b")} bodies and ${count("a")} answers are as published, ${wrong} answers are not\n`;
    // Jest's own summary comes after its reporters'.
    process.once("exit", () => process.stdout.write(checks + azureDevOps.text + line));
  }
}
