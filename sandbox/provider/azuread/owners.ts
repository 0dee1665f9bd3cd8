/** Owners that Graph takes together with a new object; more are added one by one. */
export const OWNERS_AT_CREATION = 20;

export function isIn(owner: string, owners: readonly string[]): boolean {
  return owners.some((other) => other.toLowerCase() === owner.toLowerCase());
}
