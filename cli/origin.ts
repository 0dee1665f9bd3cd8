/**
 * By whom and from what a command runs, as GitHub Actions and Azure Pipelines tell it to their jobs (documented: default
 * and predefined variables). Everybody who may write a workflow can set these: they say where to look, and prove nothing.
 *
 * @packageDocumentation
 */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Origin } from "../review/index.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const PullRequest = z.object({
  pull_request: z.object({
    number: z.number(),
    head: z.object({ sha: z.string(), ref: z.string() }),
    user: z.object({ login: z.string() }),
  }),
});
type PullRequest = z.infer<typeof PullRequest>["pull_request"];

/** Pure. @param pull the pull request that the job is for, as GitHub hands it over */
export function originOf(environment: Environment, pull?: PullRequest): Origin {
  const { ARM_CLIENT_ID, AZURE_CLIENT_ID } = environment;
  const where = environment["GITHUB_ACTIONS"] ? gitHub(environment, pull) : azureDevOps(environment);
  return defined({ ...where, identity: ARM_CLIENT_ID || AZURE_CLIENT_ID });
}

/** With what GitHub says of the pull request: `GITHUB_SHA` is another commit than the one under review. */
export async function origin(environment: Environment): Promise<Origin> {
  const file = environment["GITHUB_EVENT_PATH"];
  if (!file) return originOf(environment);
  try {
    const event = PullRequest.safeParse(JSON.parse(await readFile(file, "utf8")));
    return originOf(environment, event.data?.pull_request);
  } catch {
    // It says where to look, and is needed for nothing else.
    return originOf(environment);
  }
}

type Wanted = { readonly [Key in keyof Origin]?: string | undefined };

function gitHub(environment: Environment, pull: PullRequest | undefined): Wanted {
  const {
    GITHUB_SERVER_URL,
    GITHUB_REPOSITORY = "",
    GITHUB_RUN_ID,
    GITHUB_SHA,
    GITHUB_ACTOR,
    GITHUB_REF,
  } = environment;
  return {
    source: pull
      ? `${GITHUB_REPOSITORY}#${pull.number}, ${pull.head.ref}`
      : `${GITHUB_REPOSITORY}, ${GITHUB_REF ?? ""}`,
    commit: pull?.head.sha ?? GITHUB_SHA,
    by: pull?.user.login ?? GITHUB_ACTOR,
    run: GITHUB_RUN_ID && `${GITHUB_SERVER_URL ?? ""}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`,
  };
}

function azureDevOps(environment: Environment): Wanted {
  if (!environment["TF_BUILD"]) return {};
  const { BUILD_REPOSITORY_NAME = "", BUILD_SOURCEBRANCH = "", BUILD_SOURCEVERSION, BUILD_REQUESTEDFOR } = environment;
  const { SYSTEM_PULLREQUEST_PULLREQUESTID: number, SYSTEM_PULLREQUEST_SOURCEBRANCH: branch } = environment;
  const { SYSTEM_PULLREQUEST_SOURCECOMMITID: commit, SYSTEM_COLLECTIONURI, SYSTEM_TEAMPROJECT } = environment;
  const { BUILD_BUILDID: build } = environment;
  return {
    source: number
      ? `${BUILD_REPOSITORY_NAME}!${number}, ${branch ?? ""}`
      : `${BUILD_REPOSITORY_NAME}, ${BUILD_SOURCEBRANCH}`,
    commit: commit ?? BUILD_SOURCEVERSION,
    by: BUILD_REQUESTEDFOR,
    run: build && `${SYSTEM_COLLECTIONURI ?? ""}${SYSTEM_TEAMPROJECT ?? ""}/_build/results?buildId=${build}`,
  };
}

function defined(wanted: Wanted): Origin {
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined && value !== ""));
}
