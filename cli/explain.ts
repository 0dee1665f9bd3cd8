/**
 * `tenantwire explain user`: why somebody is or is not in the target. Reads only, and takes no lock.
 *
 * @packageDocumentation
 */
import { explainUser as explain, UnknownPerson } from "../sync/kinds/users/explain.ts";
import { usersSync } from "../sync/kinds/users/index.ts";
import { explainEach, type ExplainOptions } from "./explain-each.ts";
import { users } from "./sync-users.ts";
import { renderExplanation } from "./terminal/explain-user.ts";

/** An explanation for each target that is declared. */
export function explainUser(asked: string, options: ExplainOptions): Promise<void> {
  return explainEach(users, options, {
    explain: async ({ outputs, reach, target, ...rest }) => {
      const sync = usersSync({ outputs, environment: process.env, acceptReplacedGroups: false, reach, target });
      const { definition, properties } = sync;
      const explained = await explain({ ...rest, asked, definition, properties });
      return { target: definition.target.name, ...explained };
    },
    isUnknown: (error): error is UnknownPerson => error instanceof UnknownPerson,
    render: (each, look) => renderExplanation(each, { ...look, targetName: each.target }),
  });
}
