/** A time as Azure DevOps writes it: UTC, fractions without zeros at their end (published examples). */
export function azureDevOpsTime(iso: string): string {
  return new Date(iso).toISOString().replace(/\.?0+Z$/, "Z");
}

/** What the newest revision ends with (published examples). */
export const NEVER = "9999-01-01T00:00:00Z";
