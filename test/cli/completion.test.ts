/** Completion as a real bash asks for it when somebody presses Tab. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { repository } from "../../sandbox/project.ts";
import { run } from "../../sandbox/run.ts";

const launcher = join(repository, "bin", "tenantwire.js");

let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-completion-"));
  mkdirSync(join(folder, "stacks"));
  for (const stack of ["contoso", "example"]) writeFileSync(join(folder, "stacks", `Pulumi.${stack}.yaml`), "");
  writeFileSync(join(folder, "outputs.json"), "{}");
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  env = inherited;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("bash", () => {
  // What bash does when somebody presses Tab: the words, the place of the last one, and the function that is registered.
  const pressTab = `
    tenantwire() { node "$LAUNCHER" "$@"; }
    source <(tenantwire completion bash)
    COMP_WORDS=(tenantwire "$@") COMP_CWORD=$#
    "$(complete -p tenantwire | sed 's/.*-F \\([^ ]*\\) .*/\\1/')" 2> /dev/null
    printf '%s\\n' "\${COMPREPLY[@]}"`;

  it.each([
    ["a command", ["sy"], ["sync"]],
    ["kinds", ["sync", ""], ["users", "rooms", "plans", "access"]],
    ["an option", ["sync", "users", "--dr"], ["--dry-run"]],
    ["stacks, and not the example", ["review", "-s", ""], ["contoso"]],
    ["a target", ["sync", "--target", "on"], ["oneplan", "ones"]],
    ["files", ["test", "--outputs", "out"], ["outputs.json"]],
    ["folders", ["test", "--outputs", "stacks/"], ["stacks/Pulumi.contoso.yaml", "stacks/Pulumi.example.yaml"]],
    ["a word", ["runs", "show", ""], ["last"]],
    ["nothing where a word is somebody's own", ["explain", "user", ""], [""]],
  ])("completes %s", async (_, words, expected) => {
    const ran = await run(["bash", "--norc", "--noprofile", "-c", pressTab, "bash", ...words], {
      cwd: folder,
      env: { ...env, LAUNCHER: launcher },
    });

    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout.slice(0, -1).split("\n").sort()).toEqual([...expected].sort());
  });
});

describe.each(["bash", "zsh", "fish", "powershell"])("the script for %s", (shell) => {
  it("asks the command line itself", async () => {
    const ran = await run(["node", launcher, "completion", shell], { cwd: folder, env });

    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toMatch(/tenantwire complete '?--/);
  });
});

it("what is no shell is refused", async () => {
  const ran = await run(["node", launcher, "completion", "cmd"], { cwd: folder, env });

  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toBe('tenantwire: completion takes one of bash, zsh, fish, powershell, not "cmd".\n');
});

it("offers the options of a command to its subcommands, and asks neither Pulumi nor Azure", async () => {
  const ran = await run(["node", launcher, "complete", "--", "runs", "show", "--"], { cwd: folder, env });

  const offered = ran.stdout.split("\n").map((line) => line.split("\t")[0]);
  expect(offered).toEqual(expect.arrayContaining(["--stack", "--json", "--names", "--verbose"]));
});
