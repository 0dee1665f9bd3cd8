/** What the pages name is there: commands with their options, links, anchors and files. And nothing fetches a name that is not ours. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { type Command, CommanderError } from "commander";
import { program } from "../../cli/index.ts";
import { SettingsError } from "../../contract/errors.ts";
import manifest from "../../package.json" with { type: "json" };
import { ensureEngine } from "../../sandbox/engine/index.ts";
import { repository } from "../../sandbox/project.ts";
import { run } from "../../sandbox/run.ts";
import { anchorsOf, commandsIn, linksIn, pages, wordsOf } from "./pages.ts";

const commands = pages.flatMap((page) => commandsIn(page).map((command) => ({ file: page.file, command })));

function those(tool: string): readonly (readonly [command: string, file: string])[] {
  const found = commands.filter(({ command }) => command.startsWith(`${tool} `));
  return [...new Map(found.map(({ command, file }) => [command, file] as const))];
}

describe("tenantwire", () => {
  it("is named in many places, and a wrong word is seen", async () => {
    expect(those("tenantwire").length).toBeGreaterThan(60);
    expect(await refused(["snyc"])).toContain("has no command");
    expect(await refused(["sync", "users", "--ful"])).toContain("unknown option");
  });

  it.each(those("tenantwire"))("%s (%s)", async (command) => {
    const [, ...words] = wordsOf(command);

    expect(await refused(words)).toBeUndefined();
  });
});

/** Why the command line does not take these words; nothing is run. What is only named may lack what it takes. */
async function refused(words: readonly string[]): Promise<string | undefined> {
  const tenantwire = program();
  const quiet = (command: Command) => {
    command.action(() => {}).configureOutput({ writeOut: () => {}, writeErr: () => {} });
    command.commands.forEach(quiet);
  };
  tenantwire.commands.forEach(quiet);
  tenantwire.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  try {
    await tenantwire.parseAsync([...words], { from: "user" });
    return undefined;
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    if (!(error instanceof CommanderError)) throw error;
    const named = ["commander.help", "commander.helpDisplayed", "commander.version", "commander.missingArgument"];
    return [...named, "commander.missingMandatoryOptionValue"].includes(error.code) ? undefined : error.message;
  }
}

describe("npm", () => {
  it.each(those("npm").filter(([command]) => command.startsWith("npm run ")))("%s (%s)", (command) => {
    expect(Object.keys(manifest.scripts)).toContain(wordsOf(command)[2]);
  });
});

describe("pulumi", () => {
  const known = new Map<string, Promise<string>>();

  it.each(those("pulumi"))(
    "%s (%s)",
    async (command) => {
      const words = wordsOf(command);
      const options = words.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.split("=")[0] ?? "");
      const help = await helpOf(words.slice(1));

      for (const option of options) expect(help).toMatch(new RegExp(`(^|\\s)${option}\\b`, "m"));
    },
    120_000,
  );

  /** Help of the longest command that the words begin with. */
  async function helpOf(words: readonly string[]): Promise<string> {
    const names = words.slice(0, words.findIndex((word) => !/^[a-z][a-z-]*$/.test(word)) >>> 0).slice(0, 2);
    const key = names.join(" ");
    const asked = known.get(key) ?? ask(names);
    known.set(key, asked);
    return asked;
  }

  async function ask(names: readonly string[]): Promise<string> {
    const pulumi = join((await ensureEngine()).binDir, "pulumi");
    const env = { ...process.env, NODE_OPTIONS: "", PULUMI_SKIP_UPDATE_CHECK: "true" };
    const { code, stdout } = await run([pulumi, ...names, "--help"], { cwd: repository, env });
    expect([names, code]).toEqual([names, 0]);
    // A command that does not exist shows the help of the one above it.
    expect(stdout).toMatch(new RegExp(`pulumi ${names[0] ?? ""}\\b`));
    return stdout;
  }
});

describe.each(pages.map((page) => [page.file, page] as const))("%s", (_, page) => {
  it("leads nowhere that is not there", () => {
    for (const { link, path, anchor } of linksIn(page)) {
      expect([link, existsSync(join(repository, path))]).toEqual([link, true]);
      if (anchor !== undefined) expect([link, anchorsOf(path).has(anchor)]).toEqual([link, true]);
    }
  });

  it("names no file of the checkout that is not there", () => {
    const tops = readdirSync(repository, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !/^(\.|node_modules|dist)/.test(entry.name))
      .map(({ name }) => name);
    const named = [...page.text.matchAll(/`([\w-]+\/[\w./-]*)`/g)].map(([, path = ""]) => path);
    const ours = named.filter((path) => tops.includes(path.split("/")[0] ?? "") && !/Pulumi\.\w+\.yaml$/.test(path));

    expect(ours.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  });
});

it("the folder to copy for an integration has the files that its table names", () => {
  const { text = "" } = pages.find(({ file }) => file === "docs/add-an-integration.md") ?? {};
  const [, folder = ""] = /Copy \[`([\w/-]+)`\]/.exec(text) ?? [];
  const named = [...text.matchAll(/^\| `([\w.-]+)` /gm)].map(([, name = ""]) => name);

  expect(named.sort()).toEqual(readdirSync(join(repository, folder)).sort());
});

it("nothing that is shown, printed or run here fetches a package by a name that is not ours", () => {
  const folders = ["docs", "templates", "pipelines", "bin", "cli", "review", "doctor", "stacks", "components"];
  const more = ["sync", "contract", "bootstrap", "grants", "sandbox", ".ci"];
  const files = [...folders, ...more].flatMap((folder) =>
    readdirSync(join(repository, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
      .map(({ parentPath, name }) => join(parentPath, name)),
  );
  const tops = readdirSync(repository)
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(repository, name));

  const calls = [...files, ...tops].flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\bnpx\s+(?=[-\w<$])(.{0,60})/g)].map(([call]) => call),
  );

  expect(calls.length).toBeGreaterThan(20);
  // A tarball is a file, and not a name.
  expect(calls.filter((call) => !/^npx (--no-install\b|--package=<)/.test(call))).toEqual([]);
  const fetched = /\b(npm (exec|x|init|create)|pnpm dlx|yarn dlx|bunx|npm i(nstall)? (-g|--global)) /;
  expect([...files, ...tops].filter((file) => fetched.test(readFileSync(file, "utf8")))).toEqual([]);
});
