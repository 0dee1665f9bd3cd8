/** Ends a run with the one plain line that people and pipelines look for. */
export default class SummaryReporter {
  onRunComplete(_contexts, results) {
    // A suite that could not be loaded ran no test, and must not look as if it had passed.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}\n`;
    // Jest's own summary comes after its reporters'.
    process.once("exit", () => process.stdout.write(line));
  }
}
