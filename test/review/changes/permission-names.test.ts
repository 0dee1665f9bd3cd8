import { describe, expect, it } from "@jest/globals";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { permissionNames } from "../../../review/changes/permission-names.ts";
import { permissions } from "../../../contract/permissions/index.ts";

/** The published contracts are no part of the project: whoever has them names their folder. */
const file = join(
  process.env["TENANTWIRE_CONTRACTS"] ?? join(import.meta.dirname, "../../../../shared/contracts"),
  "graph/permissions-descriptions.json",
);
const missing = `[skipped: no published contract at ${file}; TENANTWIRE_CONTRACTS names its folder]`;

it.each(["application", "delegated"] as const)("has the id of each %s permission that is described", (kind) => {
  const named = new Set(Object.values(permissionNames[kind]));

  const without = permissions.filter((entry) => entry.kind === kind && !named.has(entry.name)).map(({ name }) => name);

  expect(without).toEqual([]);
});

(existsSync(file) ? describe : describe.skip)(existsSync(file) ? "ids" : `ids ${missing}`, () => {
  it.each([
    ["application", "applicationScopesList"],
    ["delegated", "delegatedScopesList"],
  ] as const)("of %s permissions are those that Microsoft published", (kind, list) => {
    // The upstream file begins with a byte order mark.
    const published = JSON.parse(readFileSync(file, "utf8").replace(/^\uFEFF/, "")) as Record<
      string,
      { id: string; value: string }[]
    >;
    const names = new Map(published[list]?.map(({ id, value }) => [id, value]));

    const wrong = Object.entries(permissionNames[kind]).filter(([id, name]) => names.get(id) !== name);

    expect(wrong).toEqual([]);
  });
});
