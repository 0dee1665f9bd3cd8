/**
 * The directory extension that Entra Connect copies AD's `pager` into. Its name has the id of an application of the
 * tenant in it, so that it is looked for there.
 *
 * @packageDocumentation
 */
import { DIRECTORY_EXTENSION } from "../../../contract/user-properties.ts";
import { type Call, extensionNames, type GraphClient, type Purpose } from "../../connectors/graph/index.ts";
import { TenantwireError } from "../../../contract/errors.ts";
import { listed } from "../../../contract/words.ts";

/** Documented: what Entra Connect registers directory extensions under. */
const APPLICATION = "Tenant Schema Extension App";

const readApplications: Purpose = {
  doing: "look for the directory extension of pager",
  needs: ["Application.Read.All"],
};

/**
 * @param setting where users of the target are in the settings, for messages
 * @returns the name that `$select` takes
 * @throws TenantwireError when there is none, or more than one
 */
export async function pagerExtension(client: GraphClient, setting: string, signal: AbortSignal): Promise<string> {
  const call: Call = { ...readApplications, signal };
  const names = (await extensionNames(client, APPLICATION, call)).filter(
    (name) => DIRECTORY_EXTENSION.test(name) && name.endsWith("_pager"),
  );
  const [name, another] = [...new Set(names)].sort();
  if (name === undefined) {
    throw new TenantwireError(
      `Entra has no directory extension for pager. Choose pager in Entra Connect (Customize synchronization options > Optional features > Directory extension attribute sync) ` +
        `and let it synchronize, or write another source into ${setting}.cardNumber.source and deploy (pulumi up).`,
    );
  }
  if (another === undefined) return name;
  throw new TenantwireError(
    `Entra has several directory extensions for pager: ${listed([...new Set(names)].sort())}. ` +
      `Write the one that is meant into ${setting}.cardNumber.source and deploy (pulumi up).`,
  );
}
