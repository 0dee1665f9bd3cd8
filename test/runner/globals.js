/** What `@jest/globals` is for the file of tests that is about to be loaded. */
export const { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } =
  globalThis[Symbol.for("tenantwire.jest")];
