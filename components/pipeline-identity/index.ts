export { PipelineIdentity, type PipelineIdentityArgs } from "./pipeline-identity.ts";
export { ONLY_VAULT_READERS, type Purpose, purposes, type Rights, rights } from "./rights.ts";
export {
  type AzureDevOpsProject,
  azureDevOpsJob,
  gitHubJob,
  type GitHubRepository,
  type OutsideIdentity,
  type ServiceConnection,
} from "./subjects.ts";
