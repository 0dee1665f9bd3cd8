/** By whom and from what a review runs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { origin, originOf } from "../../cli/origin.ts";

const github = {
  GITHUB_ACTIONS: "true",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_REPOSITORY: "contoso/tenant",
  GITHUB_RUN_ID: "17",
  GITHUB_SHA: "base",
  GITHUB_ACTOR: "bot",
  GITHUB_REF: "refs/heads/main",
  AZURE_CLIENT_ID: "client",
};
const pull_request = { number: 5, head: { sha: "head", ref: "add-ones" }, user: { login: "ada" } };

it("on a machine of one's own nothing is said, or the identity", () => {
  expect(originOf({})).toEqual({});
  expect(originOf({ ARM_CLIENT_ID: "deploys", AZURE_CLIENT_ID: "syncs" })).toEqual({ identity: "deploys" });
});

it("a push on GitHub", () => {
  expect(originOf(github)).toEqual({
    ...{ source: "contoso/tenant, refs/heads/main", commit: "base", by: "bot", identity: "client" },
    run: "https://github.com/contoso/tenant/actions/runs/17",
  });
});

it("a pull request on GitHub is told by its own commit and author, not by those of the base branch", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-origin-"));
  const file = join(folder, "event.json");
  writeFileSync(file, JSON.stringify({ pull_request }));
  const known = await origin({ ...github, GITHUB_EVENT_PATH: file });
  writeFileSync(file, "no JSON");
  const unread = await origin({ ...github, GITHUB_EVENT_PATH: file });
  rmSync(folder, { recursive: true });

  expect(known).toMatchObject({ source: "contoso/tenant#5, add-ones", commit: "head", by: "ada" });
  expect(unread).toMatchObject({ commit: "base", by: "bot" });
});

it("a pull request in Azure DevOps", () => {
  const environment = {
    ...{
      TF_BUILD: "True",
      BUILD_REPOSITORY_NAME: "tenant",
      BUILD_SOURCEBRANCH: "refs/pull/7/merge",
      BUILD_BUILDID: "9",
    },
    ...{ BUILD_SOURCEVERSION: "merge", BUILD_REQUESTEDFOR: "Ada", SYSTEM_PULLREQUEST_PULLREQUESTID: "7" },
    ...{ SYSTEM_PULLREQUEST_SOURCEBRANCH: "refs/heads/x", SYSTEM_PULLREQUEST_SOURCECOMMITID: "head" },
    ...{ SYSTEM_COLLECTIONURI: "https://dev.azure.com/contoso/", SYSTEM_TEAMPROJECT: "Integrations" },
  };
  expect(originOf(environment)).toEqual({
    ...{ source: "tenant!7, refs/heads/x", commit: "head", by: "Ada" },
    run: "https://dev.azure.com/contoso/Integrations/_build/results?buildId=9",
  });
});
