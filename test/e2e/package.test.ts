/**
 * The two packages as people install them: made from this checkout, put into folders elsewhere, and used there with
 * nothing else of the checkout. The stand-in tenant is the packages' own too.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { repository } from "../../sandbox/project.ts";
import { type Ran, run } from "../../sandbox/run.ts";

// Installing what the package needs is half a gigabyte.
const MINUTES = 60_000;

let folder: string;
/** A repository for GitHub, begun with an older version. */
let tenants: string;
/** A repository for Azure DevOps, begun by somebody at a terminal. */
let others: string;
let newest: string;
let older: string;
let standIn: string;
/** Node 24 and the machine's own commands: nothing of the checkout's. */
let outside: NodeJS.ProcessEnv;
/** The same in the stand-in's world. */
let env: NodeJS.ProcessEnv;
let world: ChildProcess | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-package-"));
  [tenants, others] = [join(folder, "tenants"), join(folder, "others")];
  for (const each of [tenants, others]) mkdirSync(each);
  outside = { ...process.env, PATH: withoutCheckout(process.env["PATH"] ?? "") };
  delete outside["NODE_OPTIONS"];
  outside["npm_config_cache"] = await ownCache();
  await must(["node", join(repository, "packaging", "build.ts"), folder], { cwd: repository, env: outside });
  newest = tarball(/^tenantwire-\d.*\.tgz$/);
  standIn = tarball(/^tenantwire-sandbox-.*\.tgz$/);
  older = await olderVersion();
}, 5 * MINUTES);

afterAll(async () => {
  if (world?.exitCode === null) {
    world.kill("SIGTERM");
    await once(world, "close");
  }
  rmSync(folder, { recursive: true, force: true });
});

function withoutCheckout(path: string): string {
  const others = path.split(delimiter).filter((each) => !each.startsWith(repository));
  return [dirname(process.execPath), ...others].join(delimiter);
}

/** npm's cache as this machine has it, but for what npx installs, which stays there for good: half a gigabyte. */
async function ownCache(): Promise<string> {
  const { stdout } = await must(["npm", "config", "get", "cache"], { cwd: folder, env: outside });
  const [kept, cache] = [join(stdout.trim(), "_cacache"), join(folder, "npm")];
  for (const each of [kept, cache]) mkdirSync(each, { recursive: true });
  symlinkSync(kept, join(cache, "_cacache"));
  return cache;
}

/** What npx installed, in a second place: links, since npm changes no file of a package that it leaves there. */
async function linkInstalled(): Promise<void> {
  const [made = ""] = readdirSync(join(folder, "npm", "_npx"));
  await must(["cp", "-al", join(folder, "npm", "_npx", made, "node_modules"), tenants], { env: outside });
}

function tarball(name: RegExp): string {
  return join(folder, readdirSync(folder).find((each) => name.test(each)) ?? "");
}

async function must(
  command: readonly [string, ...string[]],
  { cwd = tenants, env: environment = env, input = "" } = {},
): Promise<Ran> {
  const ran = await run(command, { cwd, env: environment, input });
  if (ran.code !== 0) throw new Error(`${command.join(" ")} ended with ${ran.code}:\n${ran.stdout}${ran.stderr}`);
  return ran;
}

function tenantwire(...args: string[]): Promise<Ran> {
  return run(["npx", "--no-install", "tenantwire", ...args], { cwd: tenants, env });
}

function pulumi(...args: string[]): Promise<Ran> {
  return must(["pulumi", ...args, "--stack", "contoso", "--non-interactive"]);
}

/** As the README of a tenant repository says: a tarball is kept in it. */
function install(file: string, ...options: string[]): Promise<Ran> {
  cpSync(file, join(tenants, "packages", basename(file)));
  const what = ["--save-exact", ...options, `./packages/${basename(file)}`];
  return must(["npm", "install", "--prefer-offline", "--no-audit", "--no-fund", ...what], { env: outside });
}

/**
 * The same code as it might have been: under an earlier version, and asking for a permission more. (What a version that
 * was really deployed left behind is in upgrade.test.ts.)
 */
async function olderVersion(): Promise<string> {
  const copy = join(folder, "older");
  cpSync(join(folder, "tenantwire"), copy, { recursive: true });
  edit(join(copy, "package.json"), (text) => text.replace('"version": "0.1.0"', '"version": "0.0.9"'));
  edit(join(copy, "CHANGELOG.md"), (text) => text.replace("## 0.1.0", "## 0.0.9"));
  edit(join(copy, "components", "sync-identity", "user-permissions.js"), (text) =>
    text.replace('["User.Read.All"]', '["User.Read.All", "Group.Read.All"]'),
  );
  const { stdout } = await must(["npm", "pack", "--silent", copy], { cwd: folder, env: outside });
  return join(folder, stdout.trim());
}

function edit(file: string, change: (text: string) => string): void {
  const text = readFileSync(file, "utf8");
  expect(change(text)).not.toBe(text);
  writeFileSync(file, change(text));
}

const FLAGS = [
  ...["--tenant", "e9da86d3-51cf-4a76-82d8-c50195c3f466", "--domain", "contoso.onmicrosoft.com"],
  ...["--vendor", "oneplan", "ones", "--pipelines", "github"],
];

describe("the tarballs", () => {
  const contents = async (file: string) =>
    (await must(["tar", "-tzf", file], { env: outside })).stdout
      .split("\n")
      .map((path) => path.replace(/^package\//, ""));

  it.each([
    ["the product", () => newest, ["sandbox", "test", "bench", "node_modules", "packaging"]],
    ["the stand-in", () => standIn, ["components", "stacks", "sync", "cli", "test", "bench", "node_modules"]],
  ])("%s: holds what it says, compiled, and nothing of the rest", async (_, file, foreign) => {
    const paths = await contents(file());
    const tops = new Set(paths.map((path) => path.split("/")[0]));

    expect([...tops].filter((name) => foreign.includes(name ?? ""))).toEqual([]);
    expect(paths.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);
    expect(paths.filter((path) => /\.test\.|(^|\/)\.|secret.*\.json$|tsconfig/.test(path))).toEqual([]);
  });

  it.each(["tenantwire", "tenantwire-sandbox"])("%s: has the types that its entries lead to, and no others", (name) => {
    const top = join(folder, name);
    const types = readdirSync(top, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"));
    const named = types.flatMap((file) =>
      [...readFileSync(join(top, file), "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)\.ts"/g)].map(
        ([, path = ""]) => join(dirname(file), `${path}.d.ts`),
      ),
    );
    const { exports } = JSON.parse(readFileSync(join(top, "package.json"), "utf8")) as {
      readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
    };
    const entries = Object.values(exports).flatMap((one) => (typeof one === "string" ? [] : [join(one.types)]));

    expect(types.sort()).toEqual([...new Set([...named, ...entries])].sort());
  });

  it("have the pages that their README names", async () => {
    const paths = new Set(await contents(newest));
    const readme = readFileSync(join(folder, "tenantwire", "README.md"), "utf8");
    const linked = [...readme.matchAll(/\]\((docs\/[^)#]+)/g)].map(([, path = ""]) => path);

    expect(linked.length).toBeGreaterThan(10);
    expect(linked.filter((path) => !paths.has(path))).toEqual([]);
  });

  it.each(["tenantwire", "tenantwire-sandbox"])(
    "%s: source maps hold their sources, and name no other place",
    (name) => {
      const top = join(folder, name);
      const files = readdirSync(top, { recursive: true, encoding: "utf8" });
      const maps = files.filter((file) => file.endsWith(".js.map"));

      expect(maps.length).toBeGreaterThan(50);
      for (const file of maps) {
        const map = JSON.parse(readFileSync(join(top, file), "utf8")) as {
          sources: string[];
          sourcesContent: string[];
        };
        expect(map.sources).toEqual([basename(file).replace(/\.js\.map$/, ".ts")]);
        expect(map.sourcesContent).toEqual([expect.stringMatching(/\S/)]);
      }
      for (const file of files.filter((each) => each.endsWith(".js"))) {
        const [, named] = /^\/\/# sourceMappingURL=(.*)$/m.exec(readFileSync(join(top, file), "utf8")) ?? [];
        if (named !== undefined) expect(maps).toContain(join(dirname(file), named));
      }
    },
  );
});

describe("a tenant repository", () => {
  it(
    "is made in an empty folder, and not twice",
    async () => {
      // By npx the tree is installed from nothing. Of its own `npm install` init is left the lock file, by which npm then
      // judges the same tree, rather than to unpack it again.
      const command = ["npx", "--yes", "--prefer-offline", `--package=${older}`] as const;
      const init = `npm_config_package_lock_only=true tenantwire init ${FLAGS.join(" ")}`;
      await must([...command, "--call", init], { env: outside });
      await linkInstalled();
      await must(["npm", "install", "--prefer-offline", "--no-audit", "--no-fund"], { env: outside });
      const again = await run(["npx", "--no-install", "tenantwire", "init", ...FLAGS], { cwd: tenants, env: outside });

      expect(readdirSync(tenants).sort()).toEqual([
        ".github",
        ".gitignore",
        ".npmrc",
        "Pulumi.yaml",
        "README.md",
        "bootstrap",
        "grants",
        "index.js",
        "node_modules",
        "package-lock.json",
        "package.json",
        "packages",
        "stacks",
      ]);
      const owners = readFileSync(join(tenants, ".github", "CODEOWNERS"), "utf8").split("\n");
      expect(owners.filter((line) => line !== "" && !line.startsWith("#")).map((line) => line.split(/ +/))).toEqual([
        ["*", "@your-organization/platform"],
        ["/stacks/", "@your-organization/microsoft-365"],
      ]);
      expect(readFileSync(join(tenants, "README.md"), "utf8")).toContain("`.github/CODEOWNERS` says so");
      expect(existsSync(join(tenants, "node_modules", "tenantwire-sandbox"))).toBe(false);
      expect(existsSync(join(tenants, "node_modules", "rfc6902"))).toBe(false);
      expect(again).toMatchObject({ code: 2, stdout: "" });
      expect(again.stderr).toContain("a tenant repository already");
      // Nobody has to install anything to get the same again.
      await must(["npm", "ci", "--dry-run", "--prefer-offline", "--no-audit"], { env: outside });
    },
    10 * MINUTES,
  );

  it(
    "is made by answers at a terminal, for Azure DevOps",
    async () => {
      const command = `node ${join(tenants, "node_modules", "tenantwire", "bin", "tenantwire.js")} init`;
      // The lock file alone: what would be installed is that of the repository above.
      const terminal = spawn("script", ["-qec", command, "/dev/null"], {
        cwd: others,
        env: { ...outside, npm_config_package_lock_only: "true", npm_config_offline: "true" },
      });
      const code = await answered(terminal, [
        ["Tenant ID): ", "e9da86d3-51cf-4a76-82d8-c50195c3f466"],
        ["contoso.onmicrosoft.com: ", "contoso.onmicrosoft.com"],
        ["with blanks between): ", "azure-devops files"],
        ["azure-devops): ", "azure-devops"],
      ]);

      expect(code).toBe(0);
      expect(readdirSync(others).sort()).toEqual([
        ".gitignore",
        ".npmrc",
        "Pulumi.yaml",
        "README.md",
        "bootstrap",
        "grants",
        "index.js",
        "package-lock.json",
        "package.json",
        "packages",
        "pipelines",
        "stacks",
      ]);
      const readme = readFileSync(join(others, "README.md"), "utf8");
      expect(readme).not.toContain("CODEOWNERS");
      expect(readme).toContain("automatically included reviewers: one for `/stacks/*`, one for the rest.");
      const settings = readFileSync(join(others, "stacks", "Pulumi.example.yaml"), "utf8");
      expect(settings).toContain("tenantwire:azureDevOps:");
      expect(settings).toContain("tenantwire:files:");
      // Files that the pipelines name are where they look for them.
      const pipelines = join(others, "pipelines", "azure-devops");
      for (const file of readdirSync(pipelines).filter((name) => name.endsWith(".yml"))) {
        const named = readFileSync(join(pipelines, file), "utf8").matchAll(/pipelines\/azure-devops\/\S+/g);
        for (const [path] of named) expect([path, existsSync(join(others, path))]).toEqual([path, true]);
      }
    },
    5 * MINUTES,
  );

  it("says what to install for the stand-in, which the product does without", async () => {
    const ran = await run(["npx", "--no-install", "tenantwire", "sandbox", "exec", "--", "true"], {
      cwd: tenants,
      env: outside,
    });

    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("tenantwire-sandbox");
  });

  it(
    "has the stand-in tenant when that package is installed beside it",
    async () => {
      await install(standIn, "--save-dev");
      const launcher = join(tenants, "node_modules", "tenantwire", "bin", "tenantwire.js");
      world = spawn("node", [launcher, "sandbox", "start", "--users", "60"], { cwd: tenants, env: outside });
      env = { ...outside, ...(await worldOf(world)) };

      expect(env["PULUMI_BACKEND_URL"]).toMatch(/^file:/);
      expect(existsSync(join(tenants, "node_modules", "tenantwire-sandbox", "Pulumi.sandbox.yaml"))).toBe(true);
      expect(env["PATH"]).not.toContain(repository + delimiter);
    },
    5 * MINUTES,
  );

  it(
    "is reviewed, deployed with the grants apart, and synced",
    async () => {
      await writeSettings();
      await must(["pulumi", "stack", "init", "contoso", "--non-interactive"]);
      for (const [name, variable] of [
        ["oneplanKey", "ONEPLAN_KEY"],
        ["onesKey", "ONES_KEY"],
      ] as const) {
        const set = ["pulumi", "config", "set", "--stack", "contoso", "--secret", name] as const;
        await must(set, { input: env[variable] ?? "" });
      }
      const reviewed = await tenantwire("review", "-s", "contoso");
      await deploy();
      const synced = await tenantwire("sync", "-s", "contoso", "--json");

      expect([0, 10]).toContain(reviewed.code);
      expect(reviewed.stdout).toContain("tenantwire sync");
      expect([synced.stderr, [0, 10].includes(synced.code)]).toEqual([synced.stderr, true]);
      const reports = JSON.parse(synced.stdout) as { sync: string }[];
      expect(reports.map(({ sync }) => sync)).toEqual([
        expect.stringContaining("users"),
        expect.stringContaining("users"),
        expect.stringContaining("rooms"),
      ]);
    },
    10 * MINUTES,
  );

  it("has a bootstrap that says what it would make", async () => {
    edit(join(tenants, "bootstrap", "Pulumi.example.yaml"), (text) =>
      text
        .replace("your-stack", "contoso")
        .replace("your-organization", "contoso")
        .replace("your-repository", "tenants"),
    );
    cpSync(join(tenants, "bootstrap", "Pulumi.example.yaml"), join(tenants, "bootstrap", "Pulumi.contoso.yaml"));
    await must(["pulumi", "stack", "init", "contoso", "--cwd", "bootstrap", "--non-interactive"]);
    const preview = await pulumi("preview", "--cwd", "bootstrap", "--json");

    const { steps } = JSON.parse(preview.stdout) as { steps: { op: string; urn: string }[] };
    const names = steps.map(({ urn }) => urn.split("::").at(-1));
    expect(names).toEqual(expect.arrayContaining(["preview", "deploy", "consent", "state", "stack-group"]));
  }, 60_000);

  it(
    "is moved to a newer version, which changes what the check told and nothing else",
    async () => {
      const checked = await run(
        ["npx", "--no-install", "tenantwire", "upgrade-check", "-s", "contoso", "--to", newest],
        // The registry is outside of the stand-in's world: what npm needs is in its cache.
        { cwd: tenants, env: { ...env, npm_config_offline: "true" } },
      );
      await install(newest);
      const version = await tenantwire("-V");
      await deploy();
      const outputs = JSON.parse((await pulumi("stack", "output", "--json")).stdout) as {
        registrations: { name: string; permissions: { application: string[] } }[];
      };
      const again = await pulumi("preview", "--expect-no-changes");
      const synced = await tenantwire("sync", "-s", "contoso", "--json");

      expect([checked.stderr, checked.code]).toEqual([checked.stderr, 10]);
      expect(checked.stdout).toMatch(/^tenantwire 0\.0\.9 -> 0\.1\.0\n\n## 0\.1\.0\n\n- /);
      expect(checked.stdout).toContain(
        'A deployment of "contoso" would do besides:\n' +
          "  update azuread:index/applicationApiAccess:ApplicationApiAccess sync-registration-access-graph (roleIds)\n",
      );
      expect(checked.stdout).toMatch(
        /\nTo move to it, copy the tarball into packages\/, and: npm install --save-exact \.\/packages\/tenantwire-0\.1\.0\.tgz\n$/,
      );
      expect(version.stdout).toBe("0.1.0\n");
      expect(outputs.registrations.find(({ name }) => name === "sync")?.permissions.application).not.toContain(
        "Group.Read.All",
      );
      expect(again.code).toBe(0);
      expect([0, 10]).toContain(synced.code);
    },
    10 * MINUTES,
  );

  it("is installed from a clone of it alone: every tarball is in it", async () => {
    const clone = join(folder, "clone");
    mkdirSync(clone);
    for (const part of ["package.json", "package-lock.json", "packages", ".npmrc"]) {
      cpSync(join(tenants, part), join(clone, part), { recursive: true });
    }
    // npm finds a tarball that is not there in its cache, where it has one: the names are looked at besides.
    const lock = readFileSync(join(clone, "package-lock.json"), "utf8");
    const tarballs = [...lock.matchAll(/"resolved": "file:([^"]+)"/g)].map(([, path = ""]) => path);
    await must(["npm", "ci", "--dry-run", "--prefer-offline", "--no-audit"], { cwd: clone, env: outside });

    expect(tarballs.sort()).toEqual([newest, standIn].map((file) => `packages/${basename(file)}`).sort());
    expect(tarballs.filter((path) => !existsSync(join(clone, path)))).toEqual([]);
  }, 60_000);

  it(
    "upgrade-check says so where nothing would change",
    async () => {
      const checked = await run(
        ["npx", "--no-install", "tenantwire", "upgrade-check", "-s", "contoso", "--to", newest],
        {
          cwd: tenants,
          env: { ...env, npm_config_offline: "true" },
        },
      );

      expect(checked).toMatchObject({ code: 0 });
      expect(checked.stdout).toBe(
        'tenantwire 0.1.0 -> 0.1.0\nNothing that a deployment of "contoso" would do changes.\n' +
          "To move to it, copy the tarball into packages/, and: npm install --save-exact ./packages/tenantwire-0.1.0.tgz\n",
      );
    },
    10 * MINUTES,
  );
});

describe("a program of somebody else's", () => {
  it("imports every part that the package has", async () => {
    for (const name of ["tenantwire", "tenantwire-sandbox"]) {
      const manifest = manifestOf(name);
      for (const [entry, target] of Object.entries(manifest.exports)) {
        const script = `console.log(Object.keys(await import(${JSON.stringify(join(name, entry))})).length > 0)`;
        const args = entry.endsWith(".json")
          ? ["-e", `require("${join(name, entry)}"); console.log(true)`]
          : ["--input-type=module", "-e", script];
        const ran = await must(["node", ...args]);

        expect([entry, ran.stdout]).toEqual([entry, "true\n"]);
        if (typeof target !== "string")
          expect(existsSync(join(tenants, "node_modules", name, target.types))).toBe(true);
      }
    }
  }, 60_000);

  it("in another language gets a schema of every component", async () => {
    const plugin = join("node_modules", "tenantwire", "components", "plugin", "pulumi-resource-tenantwire");
    const { stdout } = await must(["pulumi", "package", "get-schema", `./${plugin}`]);
    const script = `console.log(Object.keys(await import("tenantwire/components")).join())`;
    const components = await must(["node", "--input-type=module", "-e", script]);

    const { resources } = JSON.parse(stdout) as { resources: object };
    const names = components.stdout.trim().split(",");
    expect(Object.keys(resources).sort()).toEqual(names.map((name) => `tenantwire:index:${name}`).sort());
  }, 60_000);

  it.each(["nodenext", "bundler"])(
    "has types: %s",
    async (moduleResolution) => {
      writeFileSync(join(tenants, "program.ts"), PROGRAM);
      const module = moduleResolution === "bundler" ? "preserve" : "nodenext";
      const options = ["--moduleResolution", moduleResolution, "--module", module, "--target", "es2024"];
      const tsc = join(repository, "node_modules", "typescript", "bin", "tsc");
      const strict = [
        "--strict",
        "--noEmit",
        "--ignoreConfig",
        "--typeRoots",
        join(repository, "node_modules", "@types"),
      ];
      const ran = await run(["node", tsc, ...options, ...strict, "--types", "node", "program.ts"], {
        cwd: tenants,
        env: outside,
      });

      // What others' packages say of themselves is theirs.
      const faults = ran.stdout.split("\n").filter((line) => /^(node_modules\/tenantwire|program)/.test(line));
      expect(faults).toEqual([
        "program.ts(9,3): error TS2322: Type 'number' is not assignable to type 'Input<string>'.",
      ]);
    },
    120_000,
  );
});

/** With one mistake, which only types that were found can tell. */
const PROGRAM = `import { AppRegistration, type AppRegistrationArgs } from "tenantwire";
import { RotatedSecret } from "tenantwire/components";
import { type Outputs, parseOutputs } from "tenantwire/contract";
import program from "tenantwire/program";
import bootstrap from "tenantwire/bootstrap";
import grants from "tenantwire/grants";
import { execInSandbox } from "tenantwire-sandbox";
export const args: AppRegistrationArgs = {
  displayName: 5,
};
export const outputs: Outputs = parseOutputs({}, "outputs.json");
export const all = [AppRegistration, RotatedSecret, program, bootstrap, grants, execInSandbox];
`;

function manifestOf(name: string) {
  return JSON.parse(readFileSync(join(tenants, "node_modules", name, "package.json"), "utf8")) as {
    exports: Record<string, string | { types: string }>;
  };
}

/** The stack, and then its grants by their own project. */
async function deploy(): Promise<void> {
  await pulumi("up", "--yes", "--skip-preview");
  const file = join(tenants, "outputs.json");
  writeFileSync(file, (await pulumi("stack", "output", "--json")).stdout);
  env["TENANTWIRE_OUTPUTS"] = file;
  if (!existsSync(join(tenants, "grants", "Pulumi.contoso.yaml"))) {
    await must(["pulumi", "stack", "init", "contoso", "--cwd", "grants", "--non-interactive"]);
  }
  await pulumi("up", "--yes", "--skip-preview", "--cwd", "grants");
}

/** What the example leaves to a person, as the stand-in's directory says it. */
async function writeSettings(): Promise<void> {
  const script = `
    import { EnvironmentCredential, ClientSecretCredential } from "@azure/identity";
    const { ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET } = process.env;
    const credential = new ClientSecretCredential(ARM_TENANT_ID, ARM_CLIENT_ID, ARM_CLIENT_SECRET);
    const { token } = await credential.getToken("https://graph.microsoft.com/.default");
    const graph = async (path) => {
      const headers = { authorization: "Bearer " + token };
      return (await (await fetch("https://graph.microsoft.com/v1.0/" + path, { headers })).json());
    };
    const { id } = await graph("servicePrincipals(appId='" + ARM_CLIENT_ID + "')?$select=id");
    const { value } = await graph("users?$top=2&$select=id");
    console.log([id, ...value.map((user) => user.id)].join(" "));`;
  const { stdout } = await must(["node", "--input-type=module", "-e", script]);
  const ids = stdout.trim().split(" ");
  const token = readFileSync(env["AZURE_FEDERATED_TOKEN_FILE"] ?? "", "utf8").split(".")[1] ?? "";
  const { iss, sub } = JSON.parse(Buffer.from(token, "base64url").toString()) as { iss: string; sub: string };
  const example = readFileSync(join(tenants, "stacks", "Pulumi.example.yaml"), "utf8");
  const settings = ids
    .reduce((text, id, index) => text.replace(`00000000-0000-0000-0000-00000000000${index}`, id), example)
    .replace(/issuer: .*/, `issuer: ${iss}`)
    .replace(/subject: .*/, `subject: ${sub}`)
    .replace("resourceGroup: tenantwire", "resourceGroup: tenantwire-sandbox")
    .replace("ones.your-company.com", "ones.contoso.com")
    .replace("groups: [ONES Users]", "groups: [OnePlan Users]")
    .replace("consent: link", "consent: apart");
  writeFileSync(join(tenants, "stacks", "Pulumi.contoso.yaml"), settings);
}

/** Answers each question when it is asked. @returns the exit code */
async function answered(terminal: ChildProcess, answers: readonly (readonly [string, string])[]): Promise<number> {
  const left = [...answers];
  let said = "";
  terminal.stdout?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    const [question, answer] = left[0] ?? [];
    if (question === undefined || !said.includes(question)) return;
    left.shift();
    said = "";
    terminal.stdin?.write(`${answer}\n`);
  });
  const [code] = (await once(terminal, "close")) as [number];
  if (code !== 0) throw new Error(said);
  expect(left).toEqual([]);
  return code;
}

/** The variables that the stand-in prints for a shell, once it runs. */
async function worldOf(child: ChildProcess): Promise<Record<string, string>> {
  let [script, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (script += text));
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      if (stderr.includes("is running")) resolve();
    });
    child.once("close", () => reject(new Error(stderr)));
  });
  return Object.fromEntries(
    [...script.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}
