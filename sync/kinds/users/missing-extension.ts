import { DIRECTORY_EXTENSION } from "../../../contract/user-properties.ts";
import { GraphRefusal } from "../../connectors/graph/index.ts";
import { TenantwireError } from "../../../contract/errors.ts";

/** Graph refuses to select a directory extension that nobody registered. Any other error is none of ours. */
export function missingExtension(error: unknown, select: readonly string[]): TenantwireError | undefined {
  if (!(error instanceof GraphRefusal) || error.status !== 400) return undefined;
  const name = select.find((each) => DIRECTORY_EXTENSION.test(each) && error.message.includes(each));
  if (name === undefined) return undefined;
  return new TenantwireError(
    `Entra has no directory extension "${name}", which users.cardNumber.source or tenantwire:sync.users.filter names. ` +
      `Its name is extension_, the id of the application that owns it without hyphens, and _pager: correct it there.`,
    { cause: error },
  );
}
