export {
  OnesApplicationPermission,
  OnesApplicationResourceOnly,
  type OnesApplicationArgs,
  OnesDelegatedPermission,
  OnesDelegatedResourceOnly,
  OnesSingleSignOn,
  type OnesSingleSignOnArgs,
} from "./modes.ts";
export { exchangeCommands, exchangeTest } from "../../contract/exchange.ts";
export { Ones, type OnesArgs } from "./ones.ts";
export { onesModes, type OnesMode, onesPermissions } from "./permissions.ts";
