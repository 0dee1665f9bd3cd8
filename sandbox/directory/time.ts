/** A time as the directory writes it: UTC, without fractions. */
export function graphTime(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, "Z");
}
