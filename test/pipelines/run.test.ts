/**
 * The scripts of the templates, in their order, by bash, with the real engine on the stand-in: a folder in place of the
 * azblob backend, a file in place of the state's blob, and a passphrase in place of the key. Each job works as the identity
 * of its environment or service connection, made by the bootstrap, with the token of that job and nothing else.
 */
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { directory } from "../../sandbox/directory/index.ts";
import { repository } from "../../sandbox/project.ts";
import { type Ran, run } from "../../sandbox/run.ts";
import { cli } from "../e2e/deployed.ts";
import { gitHubScripts, type Name, signedInJobs, workflow } from "./templates.ts";
import { type JobIdentity, type PipelineWorld, pipelineWorld } from "./world.ts";

let world: PipelineWorld;
let workspace: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  world = await pipelineWorld();
  workspace = world.folder;
  // In a checkout npx finds the project's own command; this folder is none.
  const bin = join(workspace, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift 2\nexec node ${cli} "$@"\n`);
  // What GitHub answers: the settings of the pull request.
  writeFileSync(
    join(bin, "gh"),
    `#!/bin/sh\ncase "$*" in */pulls/*) cat changed-by-somebody.txt ;; *) cat proposed-by-somebody.yaml ;; esac\n`,
  );
  for (const command of ["npx", "gh"]) chmodSync(join(bin, command), 0o755);
  cpSync(join(repository, "pipelines", "github"), join(workspace, ".github"), { recursive: true });
  cpSync(join(repository, "pipelines", "azure-devops"), join(workspace, "pipelines", "azure-devops"), {
    recursive: true,
  });
  symlinkSync(join(repository, "node_modules"), join(workspace, "node_modules"));
  propose((settings) => settings);
  mkdirSync(join(workspace, "outputs"));
  env = {
    ...world.env,
    PATH: [bin, world.env["PATH"]].join(delimiter),
    TENANTWIRE_STACK: "sandbox",
    TENANTWIRE_OUTPUTS: join(workspace, "outputs.json"),
    TENANTWIRE_GRANTS_BACKEND_URL: String(world.env["PULUMI_BACKEND_URL"]),
    TENANTWIRE_STATE: join(workspace, "state.sqlite"),
    GITHUB_OUTPUT: join(workspace, "github-output"),
    // What the event says of the pull request.
    ...{ GITHUB_REPOSITORY: "contoso/tenant", HEAD_REPOSITORY: "contoso/tenant" },
    ...{ BASE: "main", DEFAULT_BRANCH: "main", FILES: "1" },
  };
  const pull = { pullRequestId: 12, sourceRefName: "refs/heads/ada", createdBy: { displayName: "Ada" } };
  writeFileSync(join(workspace, "pull.json"), JSON.stringify(pull));
  writeFileSync(join(workspace, "commit.txt"), "0123456789abcdef0123456789abcdef01234567\n");
}, 180_000);

afterAll(() => world?.close());

/** Runs the scripts of a job in GitHub, as its runner does, until one fails. `npm ci` has been run. */
async function gitHub(name: Name, job: string, more: NodeJS.ProcessEnv = {}): Promise<Ran & { outputs: string }> {
  rmSync(join(workspace, "github-output"), { force: true });
  writeFileSync(join(workspace, "github-output"), "");
  let last: Ran | undefined;
  const identity = workflow(name).jobs[job]?.environment?.split("-").at(-1) as JobIdentity;
  const jobEnv = { ...env, ...world.gitHubJob(identity), ...more };
  for (const script of gitHubScripts(name, job).filter((each) => !each.startsWith("npm ci"))) {
    last = await run(["bash", "-e", "-c", script], { cwd: workspace, env: jobEnv });
    if (last.code !== 0) break;
  }
  if (!last) throw new Error(`${name}.yml has no job ${job} with a script.`);
  return { ...last, outputs: readFileSync(join(workspace, "github-output"), "utf8").trim() };
}

/** Runs the signed-in scripts of a job in Azure DevOps, with what their task puts into the environment. */
async function azureDevOps(name: Name, job: string): Promise<Ran> {
  let last: Ran | undefined;
  let said = "";
  for (const found of signedInJobs(name).filter((each) => each.job === job)) {
    last = await run(["bash", "-c", found.script], {
      cwd: workspace,
      env: {
        ...env,
        ...(await world.azureJob(found.identity as JobIdentity)),
        AGENT_TEMPDIRECTORY: workspace,
        PIPELINE_WORKSPACE: workspace,
        ...{ TF_BUILD: "True", BUILD_REPOSITORY_NAME: "tenant", BUILD_SOURCEBRANCH: "refs/heads/main" },
      },
    });
    said += last.stdout;
    if (last.code !== 0) break;
  }
  if (!last) throw new Error(`${name}.yml has no job ${job} that signs in.`);
  return { ...last, stdout: said };
}

/** What somebody writes into the settings in a pull request. */
function propose(change: (settings: string) => string, files: readonly string[] = []): void {
  const changed = ["stacks/Pulumi.sandbox.yaml", ...files].map((name) => `${name}\n`).join("");
  for (const name of ["changed-by-somebody.txt", "changed.txt"]) writeFileSync(join(workspace, name), changed);
  const settings = change(readFileSync(join(workspace, "stacks", "Pulumi.sandbox.yaml"), "utf8"));
  for (const name of ["proposed-by-somebody.yaml", "proposed.yaml"]) writeFileSync(join(workspace, name), settings);
}

/** The code, and what was said where it is another. */
const ended = ({ code, stdout, stderr }: Ran, expected = 0) =>
  code === expected ? code : `${code}: ${stdout.slice(-2000)}${stderr.slice(-2000)}`;

describe("GitHub Actions", () => {
  it("review writes the page that becomes the comment", async () => {
    const ran = await gitHub("review", "review");

    expect(ended(ran)).toBe(0);
    expect(readFileSync(join(workspace, "review.md"), "utf8")).toMatch(/User\.Read\.All/);
  }, 60_000);

  it.each([
    ["from another repository", { HEAD_REPOSITORY: "somebody/tenant" }, "it comes from another repository"],
    ["from one that is gone", { HEAD_REPOSITORY: "" }, "it comes from another repository"],
    ["into a branch that is not deployed", { BASE: "somebody/prepared" }, "it is to be merged into another branch"],
    ["of more files than GitHub lists", { FILES: "3000" }, "it changes more files than can be told"],
  ])("review fails on a pull request %s, before anything of it is taken", async (_, event, why) => {
    for (const file of ["proposed.yaml", "review.md"]) rmSync(join(workspace, file), { force: true });

    const ran = await gitHub("review", "review", event);

    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain(why);
    expect(readFileSync(join(workspace, "review.md"), "utf8")).toBe(ran.stdout);
    expect(existsSync(join(workspace, "proposed.yaml"))).toBe(false);
    propose((settings) => settings);
  });

  it("review judges by the rules of the default branch, and asks where they change", async () => {
    const file = join(workspace, "stacks", "Pulumi.sandbox.yaml");
    const before = readFileSync(file, "utf8");
    propose((settings) =>
      settings.replace("tenantwire:rules:\n", "tenantwire:rules:\n    write-permission: { level: disabled }\n"),
    );

    const ran = await gitHub("review", "review");
    writeFileSync(file, before);
    const other = await azureDevOps("review", "review");
    writeFileSync(file, before);

    propose((settings) => settings);
    expect([ended(ran), ran.outputs]).toEqual([0, "policy=true"]);
    expect(ended(other)).toBe(0);
    expect(other.stdout).toContain("##vso[task.setvariable variable=policy;isOutput=true]true");
    for (const page of [join(workspace, "page", "review.md"), join(workspace, "page", "review.html")]) {
      expect(readFileSync(page, "utf8")).toMatch(/The rules themselves change/);
    }
    const [ask] = Object.entries(workflow("review").jobs).filter(([name]) => name === "policy");
    expect(ask?.[1].if).toBe("needs.review.outputs.policy == 'true'");
  }, 120_000);

  it("review names what else would be merged, in both", async () => {
    const file = join(workspace, "stacks", "Pulumi.sandbox.yaml");
    const before = readFileSync(file, "utf8");
    propose((settings) => settings, [".github/workflows/deploy.yml", "package.json", "::error::x\u202e`|<b>"]);

    const pages: string[] = [];
    expect(ended(await gitHub("review", "review"))).toBe(0);
    pages.push(readFileSync(join(workspace, "review.md"), "utf8"));
    writeFileSync(file, before);
    expect(ended(await azureDevOps("review", "review"))).toBe(0);
    pages.push(readFileSync(join(workspace, "page", "review.md"), "utf8"));
    writeFileSync(file, before);
    propose((settings) => settings);

    // A run of main: without what its script says it would name main's commit, and who owns the webhook.
    expect(pages[1]).toMatch(/tenant!12, refs\/heads\/ada.*0123456.*Ada/);
    for (const page of pages) {
      expect(page).toContain(
        "The pull request changes 3 other files, which are not on this page: read them: `.github/workflows/deploy.yml`, `package.json` and `::error::x\\u202e'",
      );
      expect(page).not.toContain("`stacks/Pulumi.sandbox.yaml`");
    }
  }, 120_000);

  it.each([
    ["where the job's credentials go", (settings: string) => `${settings}  azuread:metadataHost: evil.example.com\n`],
    ["what opens the secrets", (settings: string) => `secretsprovider: hashivault://evil\n${settings}`],
  ])("review does not try %s, and says so on the page", async (_, change) => {
    const before = readFileSync(join(workspace, "stacks", "Pulumi.sandbox.yaml"), "utf8");
    propose(change);

    const ran = await gitHub("review", "review");

    propose((settings) => settings);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("changes more of the settings file than tenantwire's own settings");
    expect(readFileSync(join(workspace, "review.md"), "utf8")).toMatch(/^❌ \*\*This could not be reviewed/);
    expect(readFileSync(join(workspace, "stacks", "Pulumi.sandbox.yaml"), "utf8")).toBe(before);
  });

  const hidden = (lineBreak: string) => (settings: string) =>
    settings.replace("config:\n", `config:\n  # A note${lineBreak}  azuread:metadataHost: evil.example.com\n`);
  const added = (line: string) => (settings: string) => settings.replace("config:\n", `config:\n  ${line}\n`);

  it.each([
    ["a line that CR begins", hidden("\r"), "a character that is not seen (U+000D)"],
    ["a line that NEL begins", hidden("\u0085"), "a character that is not seen (U+0085)"],
    ["a line that LS begins", hidden("\u2028"), "a character that is not seen (U+2028)"],
    ["a line that PS begins", hidden("\u2029"), "a character that is not seen (U+2029)"],
    [
      "a line break within a text, by its code",
      added('tenantwire:about: { description: "Board\\u0085Members" }'),
      "a character that is not seen (U+0085)",
    ],
    ["an octal number", added("tenantwire:sync: { users: { limit: 0100 } }"), "a number that is not in plain digits"],
    ["a text in base64", added("tenantwire:about: { description: !!binary QWRtaW5z }"), "a tag"],
    ["an alias", added("tenantwire:about: { description: &a b, serviceManagementReference: *a }"), "an alias"],
    ["a setting in two ways", added("tenantwire:config:production: true"), "changes more of the settings file"],
  ])("review refuses %s, which the engine would read otherwise", async (_, change, why) => {
    const before = readFileSync(join(workspace, "stacks", "Pulumi.sandbox.yaml"), "utf8");
    propose(change);

    const ran = await gitHub("review", "review");

    propose((settings) => settings);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(why);
    expect(readFileSync(join(workspace, "review.md"), "utf8")).toMatch(/^❌ \*\*This could not be reviewed/);
    expect(readFileSync(join(workspace, "stacks", "Pulumi.sandbox.yaml"), "utf8")).toBe(before);
  });

  it("deploy makes everything but grants, and the grants are asked for once", async () => {
    const deployed = await gitHub("deploy", "deploy");
    expect(ended(deployed)).toBe(0);
    expect(deployed.stdout).toMatch(/^ok +secret\/ones-client-secret /m);
    expect(grantsOfSync()).toBe(0);

    const wanted = await gitHub("deploy", "grants");
    expect([ended(wanted), wanted.outputs]).toEqual([0, "wanted=true"]);
    expect(ended(await gitHub("deploy", "consent"))).toBe(0);
    expect(grantsOfSync()).toBe(2);
    const again = await gitHub("deploy", "grants");
    expect([ended(again), again.outputs]).toEqual([0, "wanted=false"]);

    const [known, synced] = [await gitHub("deploy", "directory"), await gitHub("deploy", "syncs")];
    expect([ended(known), ended(synced)]).toEqual([0, 0]);
    expect(known.stdout).toMatch(/^ok +permissions\/ones /m);
    // The vendor publishes no client id: nobody could know.
    expect(known.stdout).toMatch(/^not checked +consent\/adminConsent /m);
    expect(synced.stdout).toMatch(/^ok +sign-in\/sync [^]*^ok +key\/oneplan /m);
  }, 180_000);

  it.each<[JobIdentity, string, string]>([
    ["sync", "directory", "permissions/ones"],
    ["sync", "vendors", "secret/ones-client-secret"],
    ["preview", "vendors", "secret/ones-client-secret"],
    ["preview", "syncs", "sign-in/sync"],
    ["deploy", "syncs", "sign-in/sync"],
  ])("%s may not look at the part %s, and is not green there", async (identity, part, check) => {
    const command = ["node", cli, "test", "--outputs", "outputs.json", "--only", part, "--strict", "--json"];
    const ran = await run(command as [string, ...string[]], {
      cwd: workspace,
      env: { ...env, ...world.gitHubJob(identity) },
    });

    expect(ran.code).toBe(10);
    const { checks } = JSON.parse(ran.stdout) as { checks: { id: string; status: string }[] };
    expect(checks.find(({ id }) => id === check)?.status).not.toBe("ok");
  });

  it("sync runs with the outputs, says what started it, and remembers", async () => {
    expect(ended(await gitHub("sync", "outputs"))).toBe(0);
    const first = await gitHub("sync", "sync");
    expect(ended(first)).toBe(0);
    const state = String(env["TENANTWIRE_STATE"]);
    const runs = await run(["node", cli, "runs", "--outputs", "outputs.json", "--state", state, "--json"], {
      cwd: workspace,
      env,
    });

    expect(JSON.stringify(JSON.parse(runs.stdout))).toContain('"schedule"');
  }, 120_000);

  it("scheduled finds nothing to do when nothing is", async () => {
    const due = await gitHub("scheduled", "due");
    expect([ended(due), due.outputs]).toEqual([0, "due=false"]);
    expect(ended(await gitHub("scheduled", "drift"))).toBe(0);
    expect(ended(await gitHub("scheduled", "credentials"))).toBe(0);
  }, 120_000);

  it("a sync that some failed in is a warning, one that a limit stopped is an error", async () => {
    const script = gitHubScripts("sync", "sync").at(-1) ?? "";
    const codes: (readonly [number, number])[] = [];
    for (const code of [0, 10, 20, 1]) {
      const stub = script.replace(/npx --no-install tenantwire .*? \|\|/s, `(exit ${code}) ||`);
      codes.push([code, (await run(["bash", "-e", "-c", stub], { cwd: workspace, env })).code]);
    }

    expect(codes).toEqual([
      [0, 0],
      [10, 0],
      [20, 20],
      [1, 1],
    ]);
  });
});

it.each<[string, object, boolean]>([
  ["people", { file: { users: {} } }, true],
  ["rooms", { roomsFile: { rooms: {} } }, true],
  ["plans", { plans: { organizations: [] } }, true],
  ["the people of a linked group", { access: { oneplanConfiguration: "x" } }, true],
  ["a form that names rooms", { onesMicrosoft365: { rooms: ["room@contoso.com"] } }, false],
  ["alerts and a group of its own", { alerts: { channels: [] }, access: { name: "Contoso" } }, false],
])("whether there is anything to sync, in both: %s", async (_, integrations, expected) => {
  const scripts = [gitHubScripts("sync", "sync"), signedInJobs("sync").map(({ script }) => script)];
  const filters = scripts.flatMap((own) =>
    [...own.join("\n").matchAll(/jq -e '(\.integrations .*)'/g)].map(([, filter]) => filter),
  );

  expect(filters).toHaveLength(2);
  for (const filter of filters) {
    const { code } = await run(["jq", "-e", filter ?? ""], {
      cwd: workspace,
      env,
      input: JSON.stringify({ integrations }),
    });
    expect(code).toBe(expected ? 0 : 1);
  }
});

describe("Azure DevOps", () => {
  it.each<[Name, string]>([
    ["review", "review"],
    ["deploy", "deploy"],
    ["deploy", "grants"],
    ["deploy", "consent"],
    ["sync", "outputs"],
    ["deploy", "directory"],
    ["deploy", "syncs"],
    ["sync", "sync"],
    ["scheduled", "due"],
    ["scheduled", "rotate"],
    ["scheduled", "drift"],
    ["scheduled", "credentials"],
  ])(
    "%s: %s",
    async (name, job) => {
      const ran = await azureDevOps(name, job);
      // What `publish` and `download` carry from one stage to the next.
      if (job === "outputs" || job === "deploy")
        writeFileSync(join(workspace, "outputs", "outputs.json"), readFileSync(join(workspace, "outputs.json")));

      expect(ended(ran)).toBe(0);
      if (job === "deploy") expect(ran.stdout).toContain("variable=deployed;isOutput=true]true");
      if (job === "grants") expect(ran.stdout).toContain("##vso[task.setvariable variable=wanted;isOutput=true]false");
      if (job === "due") expect(ran.stdout).toContain("##vso[task.setvariable variable=due;isOutput=true]false");
    },
    120_000,
  );
});

it("finds what was changed by hand, in both", async () => {
  const { applications } = directory(world.sandbox.world);
  const application = [...applications.values()].find(({ displayName }) => displayName === "tenantwire sync");
  if (!application) throw new Error("There is no application of the sync identity.");
  applications.change(application, { displayName: "renamed in the portal" });

  expect(ended(await gitHub("scheduled", "drift"), 7)).toBe(7);
  expect(ended(await azureDevOps("scheduled", "drift"), 7)).toBe(7);
}, 120_000);

it("finds a secret that somebody added to a registration, which no refresh sees, in both", async () => {
  const { applications } = directory(world.sandbox.world);
  const application = [...applications.values()].find(({ displayName }) => displayName === "renamed in the portal");
  if (!application) throw new Error("There is no application of the sync identity.");
  const keyId = "3f8a1f0e-6a52-4f5e-9a53-0c3a6b8f2f11";
  const secret = {
    keyId,
    displayName: "##vso[task.complete]by hand",
    hint: "abc",
    endDateTime: "2099-12-31T00:00:00Z",
  };
  applications.change(application, { displayName: "tenantwire sync", passwordCredentials: [secret] });

  const [one, two] = [await gitHub("scheduled", "drift"), await azureDevOps("scheduled", "drift")];

  for (const ran of [one, two]) {
    expect(ended(ran, 10)).toBe(10);
    expect(ran.stdout).toContain(keyId);
  }
  // What it is called is no command, to neither.
  expect(one.stdout).toMatch(/^::stop-commands::\w+$/m);
  expect(two.stdout).not.toContain("##vso[task.complete]");
}, 120_000);

function grantsOfSync(): number {
  const { appRoleAssignments } = directory(world.sandbox.world);
  return [...appRoleAssignments.values()].filter((grant) => grant["principalDisplayName"] === "tenantwire sync").length;
}
