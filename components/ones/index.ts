export {
  OnesApplicationPermission,
  OnesApplicationResourceOnly,
  type OnesApplicationArgs,
  OnesDelegatedPermission,
  OnesDelegatedResourceOnly,
  OnesSingleSignOn,
  type OnesSingleSignOnArgs,
} from "./modes.ts";
