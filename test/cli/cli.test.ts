/** The command line as a person meets it. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../sandbox/project.ts";
import { type Ran, run } from "../../sandbox/run.ts";

const cli = join(repository, "cli", "index.ts");

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-cli-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function tenantwire(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  return run(["node", cli, ...args], { cwd: folder, env: { ...inherited, ...env } });
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("help", () => {
  it.each([[["--help"]], [["sync", "users", "--help"]], [["sandbox", "exec", "--help"]]])(
    "%j is an answer",
    async (args) => {
      const { code, stdout, stderr } = await tenantwire(args);

      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain("Usage: tenantwire");
    },
  );

  it("loads neither Pulumi nor Azure nor Graph", async () => {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const loaded = await run(
      ["node", "--import", "data:text/javascript," + encodeURIComponent(LIST_MODULES), cli, "--help"],
      {
        cwd: folder,
        env,
      },
    );

    expect(loaded.stderr).toContain("commander");
    expect(loaded.stderr).not.toMatch(/@pulumi|@azure|microsoft-graph-client|fastify/);
  });
});

/** Prints every module that is resolved, on standard error. */
const LIST_MODULES = `
  import { registerHooks } from "node:module";
  registerHooks({ resolve(specifier, context, next) {
    process.stderr.write(specifier + "\\n");
    return next(specifier, context);
  } });
`;

describe("wrong usage ends with 2 and says what is right", () => {
  it.each([
    [
      ["snyc"],
      /^tenantwire: tenantwire has no command "snyc": did you mean "sync"\? All of them: tenantwire --help\n$/,
    ],
    [
      ["credentials", "ak"],
      /^tenantwire: tenantwire credentials has no command "ak": did you mean "ack"\? All of them: tenantwire credentials --help\n$/,
    ],
    [
      ["plans", "events", "of"],
      /^tenantwire: tenantwire plans events has no command "of": did you mean "off" or "on"\? All of them: tenantwire plans events --help\n$/,
    ],
    [
      ["access", "x8Q~kB72hsJ19fQx"],
      /^tenantwire: tenantwire access has no command of the name that was given, which is not/,
    ],
    [
      ["sync", "users", "--ful"],
      /unknown option '--ful'[^]*Did you mean --full[^]*\(tenantwire sync users --help tells what it takes\)/,
    ],
    [
      ["sync", "users"],
      /^tenantwire: Which tenant\? Name its stack \(-s <stack>\) or give a file with its outputs \(--outputs <file>\)\.\n$/,
    ],
    [
      ["sync", "users", "-s", "a", "--outputs", "b"],
      /^tenantwire: --stack and --outputs are two sources for the same thing: give one of them\.\n$/,
    ],
    [["sync", "users", "--outputs", "nowhere.json"], /^tenantwire: nowhere\.json cannot be read \(ENOENT\)\.\n$/],
    [["sandbox", "exec", "--users", "many", "--", "true"], /^tenantwire: --users takes a whole number, not NaN\.\n$/],
    [["sandbox", "fault", "--status", "503"], /^tenantwire: SANDBOX_CONTROL is not set/],
  ])("%j", async (args, said) => {
    const { code, stdout, stderr } = await tenantwire(args, { SANDBOX_CONTROL: undefined });

    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(said);
  });

  it.each([
    ["not JSON", "{", /^tenantwire: .*outputs\.json is not JSON: .*pulumi stack output --json > FILE makes one\.\n$/],
    ["empty", "{}", /^tenantwire: .*outputs\.json has no outputs: deploy it first \(pulumi up\)\.\n$/],
    [
      "of another version",
      '{"version":7}',
      /has outputs of version 7, this tenantwire reads version 1: deploy the stack again/,
    ],
    ["incomplete", '{"version":1}', /^tenantwire: .*outputs\.json: mark: /],
  ])("outputs that are %s", async (_, content, said) => {
    const { code, stderr } = await tenantwire(["sync", "users", "--outputs", file("outputs.json", content)]);

    expect(code).toBe(2);
    expect(stderr).toMatch(said);
  });

  it("a machine without pulumi is told of the file as the other way", async () => {
    const { code, stderr } = await run([process.execPath, cli, "sync", "users", "-s", "contoso"], {
      cwd: folder,
      env: { PATH: folder },
    });

    expect(code).toBe(2);
    expect(stderr).toBe(
      'tenantwire: The outputs of stack "contoso" are read with pulumi, which is not on PATH: install Pulumi, or give the outputs as a file (--outputs).\n',
    );
  });
});

describe("sandbox exec", () => {
  it("runs a command in a world of its own and ends with its exit code", async () => {
    const script =
      "fetch('https://graph.microsoft.com/v1.0/users').then((answer) => process.exit(answer.status === 401 ? 7 : 1))";

    const { code, stdout } = await tenantwire(["sandbox", "exec", "--users", "5", "--", "node", "-e", script]);

    expect({ code, stdout }).toEqual({ code: 7, stdout: "" });
  });

  it("is made to misbehave by sandbox fault, from inside", async () => {
    const script = [
      `node ${cli} sandbox fault --host graph.microsoft.com --status 503 --retry-after 2 --times 1`,
      `node -e "fetch('https://graph.microsoft.com/v1.0/users').then((a) => console.log(a.status, a.headers.get('retry-after')))"`,
      `node -e "fetch('https://graph.microsoft.com/v1.0/users').then((a) => console.log(a.status))"`,
    ].join(" && ");

    const { stdout } = await tenantwire(["sandbox", "exec", "--users", "5", "--", "sh", "-c", script]);

    expect(stdout).toMatch(/^Fault 1 is set: .+\n503 2\n401\n$/);
  });
});
