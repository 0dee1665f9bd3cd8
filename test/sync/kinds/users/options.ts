/** What users as a source are read by where a test says nothing else: everybody. */
import { type ScopeSettings, scopeRules } from "../../../../sync/kinds/users/scope-rules.ts";
import type { UsersSourceOptions } from "../../../../sync/kinds/users/source-types.ts";
import { USERS_SYNC } from "../../../../sync/model/user-target.ts";

const placeOf = (setting: string) => `tenantwire:sync.users.${setting}`;

/** Nobody is out of scope. */
export const open: ScopeSettings = { guests: true, exclude: [], placeOf };

export const plain: Omit<UsersSourceOptions, "client" | "mapping" | "properties"> = {
  setting: "tenantwire:oneplan.users",
  sync: USERS_SYNC,
  groups: [],
  units: [],
  excludedGroups: [],
  protectedGroups: [],
  acceptReplacedGroups: false,
  rules: scopeRules(open),
  excluded: [],
  excludedSetting: placeOf("exclude"),
  protected: [],
  protectedSetting: placeOf("protected"),
};
