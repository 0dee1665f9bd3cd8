/** The templates as they stand: triggers, rights, identities, no secret, and commands that exist. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { repository } from "../../sandbox/project.ts";
import { run } from "../../sandbox/run.ts";
import { ensureEngine } from "../../sandbox/engine/index.ts";
import { allFiles, azurePipeline, gitHubScripts, type Name, signedInJobs, workflow } from "./templates.ts";

const files = [...allFiles()];

describe.each(files)("%s", (_, text) => {
  it("is YAML", () => {
    expect(parse(text)).toEqual(expect.any(Object));
  });

  it("refers to no stored secret, no passphrase and no folder of the engine", () => {
    expect(text).not.toMatch(
      /\bsecrets(\.\w|\[)|PASSPHRASE|PULUMI_HOME|PULUMI_ACCESS_TOKEN|CLIENT_SECRET|AZURE_STORAGE_KEY/i,
    );
  });

  it("takes only actions of one commit, or its own", () => {
    for (const [, action] of text.matchAll(/^\s*(?:- )?uses: (\S+)/gm)) {
      expect(action).toMatch(/^(\.\/\.github\/actions\/tenantwire|[\w-]+\/[\w-]+@[0-9a-f]{40})$/);
    }
  });

  it("installs the engine that the project is tested with", () => {
    const { dependencies } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    for (const [, version] of text.matchAll(/(?:pulumi-version: |^ *version=)(\d\S+)/gm)) {
      expect(version).toBe(dependencies["@pulumi/pulumi"]);
    }
  });
});

describe("GitHub Actions", () => {
  it.each<[Name, object]>([
    ["review", { pull_request_target: { types: ["opened", "reopened", "synchronize", "edited"] } }],
    ["deploy", { push: { branches: ["main"] }, workflow_dispatch: null }],
    ["scheduled", { schedule: [{ cron: "17 5 * * *" }], workflow_dispatch: null }],
    ["sync", { schedule: [{ cron: "*/30 * * * *" }], workflow_dispatch: null }],
  ])("%s runs when it should", (name, on) => {
    expect(workflow(name).on).toEqual(on);
  });

  const signedIn = { contents: "read", "id-token": "write" };
  it.each<[Name, Record<string, [environment: string | undefined, permissions: object]>]>([
    [
      "review",
      {
        review: ["preview", { ...signedIn, "pull-requests": "read" }],
        policy: ["deploy", {}],
        comment: [undefined, { "pull-requests": "write" }],
      },
    ],
    [
      "deploy",
      {
        deploy: ["deploy", signedIn],
        grants: ["preview", signedIn],
        consent: ["consent", signedIn],
        directory: ["preview", signedIn],
        syncs: ["sync", signedIn],
      },
    ],
    [
      "scheduled",
      {
        due: ["preview", signedIn],
        rotate: ["deploy", signedIn],
        drift: ["preview", signedIn],
        credentials: ["preview", signedIn],
      },
    ],
    ["sync", { outputs: ["preview", signedIn], sync: ["sync", signedIn] }],
  ])("%s: each job has its own identity, and no right more than it needs", (name, expected) => {
    const { permissions, jobs } = workflow(name);

    expect(permissions).toEqual({});
    const found = Object.entries(jobs).map(([job, { environment, permissions: own }]) => {
      return [job, [environment?.replace("${{ vars.TENANTWIRE_STACK }}-", ""), own]];
    });
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it("runs no code of a pull request: what is checked out is the default branch, and names are no part of a script", () => {
    const { review, comment } = workflow("review").jobs;

    // A required check passes where its job is skipped.
    expect([review?.if, review?.needs]).toEqual([undefined, undefined]);
    const checkout = review?.steps.find(({ uses }) => uses?.startsWith("actions/checkout"));
    expect(checkout?.with).toEqual({ "persist-credentials": false });
    for (const job of ["review", "comment"]) {
      expect(gitHubScripts("review", job).join("\n")).not.toMatch(/\$\{\{|git (fetch|checkout|merge)/);
    }
    expect(comment?.steps.some(({ uses }) => uses?.startsWith("actions/checkout") || uses?.startsWith("./"))).toBe(
      false,
    );
  });

  it("lets one deployment of a stack run at a time, and one sync", () => {
    expect(workflow("deploy").concurrency).toEqual({ group: "tenantwire-${{ vars.TENANTWIRE_STACK }}" });
    expect(workflow("scheduled").jobs["rotate"]?.concurrency).toEqual(workflow("deploy").concurrency);
    expect(workflow("sync").concurrency).toEqual({ group: "tenantwire-sync-${{ vars.TENANTWIRE_STACK }}" });
  });
});

describe("Azure DevOps", () => {
  it.each<[Name, object]>([
    ["review", { trigger: "none", pr: "none" }],
    ["deploy", { trigger: { branches: { include: ["main"] } }, pr: "none", lockBehavior: "sequential" }],
    ["scheduled", { trigger: "none", pr: "none", schedules: [expect.objectContaining({ cron: "17 5 * * *" })] }],
    ["sync", { trigger: "none", pr: "none", schedules: [expect.objectContaining({ cron: "*/30 * * * *" })] }],
  ])("%s runs when it should", (name, expected) => {
    expect(azurePipeline(name)).toMatchObject(expected);
  });

  it.each<[Name, string[]]>([
    ["review", ["review: preview"]],
    [
      "deploy",
      ["deploy: deploy", "deploy: deploy", "grants: preview", "consent: consent", "directory: preview", "syncs: sync"],
    ],
    ["scheduled", ["due: preview", "rotate: deploy", "drift: preview", "credentials: preview"]],
    ["sync", ["outputs: preview", "sync: sync"]],
  ])("%s: each job has its own identity", (name, expected) => {
    expect(signedInJobs(name).map(({ job, identity }) => `${job}: ${identity}`)).toEqual(expected);
  });

  it("asks those who are named whether the rules may change, and nobody where nobody is", () => {
    const ask = azurePipeline("review").jobs?.find(({ job }) => job === "ask");

    expect(ask?.condition).toContain("ne('${{ parameters.approvers }}', '')");
    expect(ask?.steps).toMatchObject([
      {
        task: "ManualValidation@1",
        inputs: {
          approvers: "${{ parameters.approvers }}",
          notifyUsers: "${{ parameters.approvers }}",
          allowApproversToApproveTheirOwnRuns: false,
          onTimeout: "reject",
        },
      },
    ]);
  });

  it("runs no code of a pull request", () => {
    const [review] = azurePipeline("review").jobs ?? [];

    expect(review?.condition).toBe("eq(variables['Build.SourceBranch'], 'refs/heads/main')");
    expect(JSON.stringify(review)).toContain("git show");
    expect(JSON.stringify(review)).not.toMatch(/git (checkout|merge)\b/);
  });
});

it("what is handed to vendors holds nothing up where it does not work, in both", () => {
  const { deploy, grants, consent, directory, syncs } = workflow("deploy").jobs;
  const upload = deploy?.steps.findIndex(({ uses }) => uses?.startsWith("actions/upload-artifact"));

  expect(deploy?.steps[upload ?? -1]?.id).toBe("deployed");
  expect(upload).toBe((deploy?.steps.length ?? 0) - 2);
  for (const job of [grants, directory, syncs]) {
    expect(job?.if).toMatch(/!cancelled\(\) && needs\.deploy\.outputs\.deployed == 'success'/);
  }
  // Without a status function of its own a job is skipped where one that it needs, by others, failed (documented).
  expect(consent?.if).toMatch(/!cancelled\(\)/);

  const stages = new Map(azurePipeline("deploy").stages?.map(({ stage, condition = "" }) => [stage, condition]));
  const deployed = "eq(dependencies.deploy.outputs['deploy.up.deployed'], 'true')";
  for (const stage of ["grants", "test"]) expect(stages.get(stage)).toContain(deployed);
  for (const [, condition] of stages) expect(condition).not.toContain("succeeded()");
});

it("no update leaves anything out, and no alarm waits for an approver", () => {
  for (const [, text] of files) expect(text).not.toMatch(/--(target|exclude)\b/);
  const { drift, credentials } = workflow("scheduled").jobs;

  expect([drift?.needs, credentials?.needs]).toEqual([undefined, undefined]);
});

describe("commands", () => {
  let pulumi: string;
  beforeAll(async () => {
    pulumi = join((await ensureEngine()).binDir, "pulumi");
  }, 600_000);

  const commands = files.flatMap(([file, text]) => commandsIn(text).map((command) => ({ file, command })));

  it("are found in both kinds of pipelines", () => {
    const kinds = new Set(commands.map(({ file, command }) => `${file.split("/")[0]} ${command.split(" ")[0]}`));

    expect([...kinds].toSorted()).toEqual([
      "azure-devops pulumi",
      "azure-devops tenantwire",
      "github pulumi",
      "github tenantwire",
    ]);
  });

  it.each([...new Set(commands.map(({ command }) => command))])("%s: exists with its options", async (command) => {
    const { words, options } = partsOf(command);
    const [tool, ...rest] = words;
    const line: [string, ...string[]] =
      tool === "pulumi"
        ? [pulumi, ...rest, "--help"]
        : ["node", join(repository, "cli", "index.ts"), ...rest, "--help"];
    const env = { ...process.env, NODE_OPTIONS: "", PULUMI_SKIP_UPDATE_CHECK: "true" };
    const { code, stdout } = await run(line, { cwd: repository, env });

    expect(code).toBe(0);
    const known = new Set(
      [...stdout.matchAll(/^ +(-\w, )?(--[\w-]+)/gm)].flatMap(([, short, long]) => [short?.slice(0, 2), long]),
    );
    expect(options.filter((option) => !known.has(option))).toEqual([]);
    // A command that does not exist shows the help of the one above it.
    expect(stdout).toMatch(new RegExp(`Usage:\\s+${words.join(" ")}\\b|^Usage: ${words.join(" ")}\\b`));
  });
});

/** Lines that call pulumi or tenantwire, joined where they go on. */
function commandsIn(text: string): string[] {
  const joined = text.replace(/ \\\n\s*/g, " ").replace(/>-\n\s*(pulumi .*)\n\s*(--.*)/g, "\n $1 $2");
  return [
    ...joined.matchAll(
      /^(?:\s|- |run: |bash \S*printed\.sh )*(?:npx --no-install )?((?:pulumi (?!\/)|tenantwire )[^\n]*)/gm,
    ),
  ]
    .map(([, command = ""]) => command.replace(/ (\|\|?|>|2>&1) .*$/, "").trim())
    .filter((command) => /^(pulumi|tenantwire) [a-z]/.test(command));
}

function partsOf(command: string): { words: string[]; options: string[] } {
  const all = command.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  const first = all.findIndex((word) => word.startsWith("-"));
  const words = first < 0 ? all : all.slice(0, first);
  return { words: [...words], options: all.filter((word) => word.startsWith("-")) };
}
