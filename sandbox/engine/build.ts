import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onPath } from "./locate.ts";
import { reporting, stopwatch, type EngineProgress } from "./progress.ts";
import { CommandFailed, run } from "./run.ts";
import { BUILT_HOST_VERSION, ENGINE_VERSION, GO_VERSION, goSuits, versionIn } from "./version.ts";

interface Part {
  name: string;
  version: string;
  /** The Go module that pins it, a folder beside this file. */
  module: string;
  package: string;
}

/** The small one first: what is wrong with Go or its module proxy shows within seconds. */
const PARTS: readonly Part[] = [
  {
    name: "Pulumi's Node language host",
    version: BUILT_HOST_VERSION,
    module: "language-nodejs",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  },
  {
    name: "the Pulumi CLI",
    version: ENGINE_VERSION,
    module: "cli",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  },
];

const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * Builds the engine from its published Go modules. `GOPROXY`, `GOTOOLCHAIN` and the rest of Go's settings are the
 * user's own.
 *
 * @returns the folder with the executables
 */
export async function build(
  partial: string,
  env: NodeJS.ProcessEnv,
  onProgress: EngineProgress,
  signal: AbortSignal,
): Promise<string> {
  const go = await suitableGo(env, signal);
  const bin = join(partial, "bin");
  // An interrupted `go` leaves its work folder behind. In here it is removed with the rest.
  const work = join(partial, "work");
  await Promise.all([mkdir(bin), mkdir(work)]);
  for (const part of PARTS) await buildPart(go, part, bin, { ...env, GOTMPDIR: work }, onProgress, signal);
  return bin;
}

async function suitableGo(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  const go = await onPath("go", env);
  if (go === undefined) throw new Error("no go on PATH");
  // Asked inside the module: where GOTOOLCHAIN allows it, an older Go gets the version that the module needs, and
  // tells that one.
  const said = await explained(run(go, ["env", "GOVERSION"], { cwd: moduleFolder("cli"), env: goEnv(env), signal }));
  const version = versionIn(said);
  if (version === undefined) throw new Error(`${go} does not tell its version`);
  if (!goSuits(version)) throw new Error(`${go} is ${version}, and ${GO_VERSION} or newer is needed`);
  return go;
}

async function buildPart(
  go: string,
  part: Part,
  target: string,
  env: NodeJS.ProcessEnv,
  onProgress: EngineProgress,
  signal: AbortSignal,
): Promise<void> {
  const seconds = stopwatch();
  const counts = { downloaded: 0, compiled: 0 };
  const work = () =>
    run(go, buildArguments(part, target), {
      cwd: moduleFolder(part.module),
      env: goEnv(env),
      signal,
      onErrorLine: (line) => count(line, counts),
    });
  const title = `${part.name} ${part.version}`;
  onProgress(`Building ${title} from source`);
  await explained(
    reporting(
      onProgress,
      () => `Building ${title}: ${counts.downloaded} modules downloaded, ${counts.compiled} packages compiled`,
      work,
    ),
  );
  onProgress(`Built ${title}: ${counts.compiled} packages compiled, ${seconds()} s`);
}

function buildArguments(part: Part, target: string): string[] {
  return [
    "build",
    "-v",
    "-mod=readonly",
    "-trimpath",
    "-buildvcs=false",
    // Without a version the CLI warns in every run, and the Automation API refuses it.
    `-ldflags=-s -w -X ${VERSION_VARIABLE}=v${part.version}`,
    `-o=${target}/`,
    part.package,
  ];
}

function goEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  // No C compiler is needed, and a workspace file above the checkout does not mix its modules in.
  return { ...env, CGO_ENABLED: "0", GOWORK: "off" };
}

/**
 * With -v, `go` writes a line for each module that it downloads, and the bare path of each package that it compiles.
 */
function count(line: string, counts: { downloaded: number; compiled: number }): void {
  if (isDownload(line)) counts.downloaded++;
  else if (isPackage(line)) counts.compiled++;
}

/** Puts what `go` complained about in place of its exit code. */
async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    const complaint = error.errorLines.find((line) => !isDownload(line) && !isPackage(line) && !line.startsWith("#"));
    throw new Error(complaint?.trim() ?? error.message, { cause: error });
  }
}

function isDownload(line: string): boolean {
  return line.startsWith("go: downloading ");
}

function isPackage(line: string): boolean {
  return /^\S+$/.test(line);
}

function moduleFolder(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
