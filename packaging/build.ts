/**
 * `npm run build`: the two packages, each a folder under dist/ that `npm pack` takes as it is, and the tarballs. JavaScript with types and
 * source maps; what is not code (pipelines, Go modules, a model) beside it, at the same place as in the checkout.
 *
 * @packageDocumentation
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "..");
const DIST = process.argv[2] ?? join(ROOT, "dist");
const PRODUCT = join(DIST, "tenantwire");
const SANDBOX = join(DIST, "tenantwire-sandbox");

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

for (const folder of [PRODUCT, SANDBOX]) rmSync(folder, { recursive: true, force: true });
buildProduct();
buildSandbox();
for (const folder of [PRODUCT, SANDBOX]) {
  keepTypesOf(folder);
  pack(folder);
}

function buildProduct(): void {
  compile("product", PRODUCT);
  copy(PRODUCT, [
    "bin/tenantwire.js",
    "components/plugin/pulumi-resource-tenantwire",
    "components/plugin/pulumi-resource-tenantwire.cmd",
    "components/plugin/schema.json",
    "console/static",
    "pipelines",
    "templates",
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs",
  ]);
  // What makes the pages stays here.
  rmSync(join(PRODUCT, "docs", "generate"), { recursive: true });
  const { dependencies, ...manifest } = manifestOf(".");
  const isPeer = ([name]: [string, unknown]) => name.startsWith("@pulumi/");
  writeManifest(PRODUCT, {
    ...shared(manifest),
    bin: { tenantwire: "bin/tenantwire.js" },
    exports: {
      ".": entry("components/index"),
      "./components": entry("components/index"),
      "./program": entry("stacks/index"),
      "./bootstrap": entry("bootstrap/index"),
      "./grants": entry("grants/index"),
      "./contract": entry("contract/index"),
      "./package.json": "./package.json",
    },
    dependencies: Object.fromEntries(Object.entries(dependencies).filter((one) => !isPeer(one))),
    // The program's own: two copies of Pulumi's SDK in one program do not see each other's resources.
    peerDependencies: Object.fromEntries(Object.entries(dependencies).filter(isPeer)),
  });
}

function buildSandbox(): void {
  compile("sandbox", SANDBOX);
  copy(SANDBOX, [
    "sandbox/README.md",
    "sandbox/data/graph-model.json",
    "sandbox/engine/cli",
    "sandbox/engine/language-nodejs",
  ]);
  cpSync(join(ROOT, "stacks", "Pulumi.sandbox.yaml"), join(SANDBOX, "Pulumi.sandbox.yaml"));
  const { dependencies, peerDependencies, ...manifest } = manifestOf("sandbox");
  writeManifest(SANDBOX, {
    ...shared(manifest),
    exports: { ".": entry("sandbox/index") },
    dependencies,
    peerDependencies,
  });
}

/** Takes away the types that no entry of the package leads to: nobody can import what they are of. */
function keepTypesOf(folder: string): void {
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
  const wanted = new Set<string>();
  const follow = (file: string): void => {
    if (wanted.has(file) || !existsSync(file)) return;
    wanted.add(file);
    const named = readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)\.ts"/g);
    for (const [, path = ""] of named) follow(join(dirname(file), `${path}.d.ts`));
  };
  for (const one of Object.values(exports)) if (typeof one !== "string") follow(join(folder, one.types));
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (file.endsWith(".d.ts") && !wanted.has(join(folder, file))) rmSync(join(folder, file));
  }
}

function pack(folder: string): void {
  const args = ["pack", "--silent", "--pack-destination", DIST, folder];
  execFileSync("npm", args, { cwd: ROOT, stdio: "inherit", shell: process.platform === "win32" });
}

function compile(part: string, target: string): void {
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  execFileSync(process.execPath, [tsc, "-p", join(import.meta.dirname, `tsconfig.${part}.json`), "--outDir", target], {
    stdio: "inherit",
  });
  for (const file of readdirSync(target, { recursive: true, encoding: "utf8" })) {
    if (file.endsWith(".js.map")) nameSourceBeside(join(target, file));
  }
}

/** The source is in the map, so that its path need not be that of this machine: a stack trace names it beside the script. */
function nameSourceBeside(file: string): void {
  const map = JSON.parse(readFileSync(file, "utf8")) as { sources: readonly string[] };
  writeFileSync(file, JSON.stringify({ ...map, sources: map.sources.map((source) => basename(source)) }));
}

function copy(target: string, paths: readonly string[]): void {
  for (const path of paths) cpSync(join(ROOT, path), join(target, path), { recursive: true });
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")) as Manifest;
}

/** What a checkout's manifest and a package's have in common. */
function shared(manifest: Omit<Manifest, "dependencies">) {
  const { name, version, description, license, type, engines } = manifest;
  return { name, version, private: manifest["private"], description, license, type, engines };
}

function entry(path: string) {
  return { types: `./${path}.d.ts`, default: `./${path}.js` };
}

function writeManifest(folder: string, manifest: object): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
}
