/** The role of somebody whom the group remembers, now. */
import { expect, it } from "@jest/globals";
import { type Person, roleOf } from "../../../contract/access/people.ts";

const OF_ENTRA = { key: "entra:t:o", objectId: "o", tenant: "t" };
const OF_ONEPLAN = { key: "oneplan:1", oneplanId: "1", oneplan: "active" as const, oneplanConfiguration: "g" };

it.each<[string, boolean, Partial<Person>, string | undefined]>([
  ["of Entra, as given", false, { ...OF_ENTRA, given: "Editor" }, "Editor"],
  ["of Entra, given nothing", false, OF_ENTRA, undefined],
  ["of Entra, removed", false, { ...OF_ENTRA, given: "Editor", removed: true }, undefined],
  ["of OnePlan, as given", true, { ...OF_ONEPLAN, given: "Editor" }, "Editor"],
  ["of OnePlan, active", true, OF_ONEPLAN, "Reader"],
  ["of OnePlan, an owner", true, { ...OF_ONEPLAN, oneplan: "owner" }, "Administrator"],
  ["of another OnePlan group, which was linked before", true, { ...OF_ONEPLAN, oneplanConfiguration: "h" }, undefined],
  ["of OnePlan, removed", true, { ...OF_ONEPLAN, removed: true }, undefined],
  ["of Entra, in a linked group", true, { ...OF_ENTRA, given: "Administrator" }, undefined],
  ["of OnePlan, in a group that is linked no more", false, { ...OF_ONEPLAN, given: "Editor" }, undefined],
])("%s", (_, linked, person, expected) => {
  const oneplanConfiguration = linked ? "g" : undefined;
  expect(roleOf({ oneplanConfiguration }, { key: "", name: "Ada", since: "2026-01-01T00:00:00.000Z", ...person })).toBe(
    expected,
  );
});
