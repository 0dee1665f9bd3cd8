/** A host failed where its system would not: shown on standard error, so that no client's retries hide it. */
export function reportDefect(host: string, error: Error): void {
  process.stderr.write(`sandbox: defect in the ${host} host: ${error.stack ?? error.message}\n`);
}
