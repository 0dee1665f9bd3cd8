/** What the outputs declare of people of a linked group. @packageDocumentation */
import type { Outputs } from "../../../contract/outputs.ts";

/** As `--target` calls the group. */
const TARGET = "group";

/** What the outputs declare: a group that is linked. */
export function declaredAccess({ integrations }: Outputs): string[] {
  return integrations.access?.oneplanConfiguration === undefined ? [] : [TARGET];
}
