/**
 * Runs a Pulumi program in the stand-in's world: what the engine's Node language host starts in place of the SDK's own
 * `cmd/run`, which then does the same with less (`PULUMI_LANGUAGE_NODEJS_RUN_PATH`).
 *
 * The language host that can be built from published modules is older than the engine, and is not told a project's
 * `runtime.options` any more (seen: 3.68.0 under 3.259.0): it has the SDK load ts-node for every program. And the SDK
 * reads a stack for each promise, through its own and its libraries' source maps: a fourth of what a deployment's program
 * costs, for a text that nobody sees. Another third of it is what the SDK loads for other programs.
 *
 * @packageDocumentation
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";

/**
 * For programs that hand functions to the engine, which read them with a debugger, a compiler and npm's own reading of
 * packages. For them V8 is told of another syntax, after which nothing fits that it compiled for other programs.
 */
const CLOSURES = "@pulumi/pulumi/runtime/closure";
const COMPILER = "typescript";

/** For programs that are traced, by one of these variables, or as the engine's `--tracing` says. */
const FOR_TRACES = [
  "@opentelemetry/exporter-zipkin",
  "@opentelemetry/instrumentation",
  "@opentelemetry/instrumentation-grpc",
  "@opentelemetry/resources",
  "@opentelemetry/sdk-trace-base",
  "@opentelemetry/sdk-trace-node",
];
const TRACED_BY = ["TRACEPARENT", "PULUMI_EXPERIMENTAL"];

type Called = (...args: unknown[]) => unknown;

const project = projectFile(process.cwd());
if (project !== undefined && /^\s+typescript:\s*false\s*$/m.test(readFileSync(project, "utf8"))) {
  delete process.env["PULUMI_NODEJS_TYPESCRIPT"];
}

// The program's own SDK: its resources are no resources of another copy.
const requireOfProgram = createRequire(join(process.cwd(), "program"));
const requireOfSdk = createRequire(requireOfProgram.resolve("@pulumi/pulumi/cmd/run"));
putInPlaceOf(`${CLOSURES}/serializeClosure`, (load) =>
  whenCalled(load, ["serializeFunction", "serializeFunctionAsync"]),
);
putInPlaceOf(`${CLOSURES}/codePaths`, (load) => whenCalled(load, ["computeCodePaths"]));
putInPlaceOf(`${CLOSURES}/v8Hooks`, (load) => whenUsed(load, { isInitializedAsync: async () => {} }));
putInPlaceOf(COMPILER, (load) => whenUsed(load));
const isTraced = TRACED_BY.some((name) => process.env[name]) || process.argv.some((arg) => /^--tracing(=|$)/.test(arg));
if (!isTraced) for (const name of FOR_TRACES) putInPlaceOf(name, () => ({}));

requireOfProgram("@pulumi/pulumi/cmd/run");
Reflect.deleteProperty(Error, "prepareStackTrace");

/** What the SDK is given when it asks for a module; another version of the SDK may do without it. */
function putInPlaceOf(name: string, exportsOf: (load: () => object) => object): void {
  const file = resolved(name);
  if (file === undefined) return;
  const inPlace = new Module(file);
  const load = (): object => {
    Reflect.deleteProperty(requireOfSdk.cache, file);
    const real = requireOfSdk(file) as object;
    requireOfSdk.cache[file] = inPlace;
    return real;
  };
  Object.assign(inPlace, { filename: file, loaded: true, exports: exportsOf(load) });
  requireOfSdk.cache[file] = inPlace;
}

function resolved(name: string): string | undefined {
  try {
    return requireOfSdk.resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

/** The module, loaded when something else of it is asked for than what is there already. */
function whenUsed(load: () => object, already: object = {}): object {
  let real: object | undefined;
  return new Proxy(
    // So that the SDK copies none of its names.
    { ...already, __esModule: true },
    { get: (own, name) => Reflect.get(name in own ? own : (real ??= load()), name) as unknown },
  );
}

/** The module's functions, of which the SDK keeps copies; it is loaded by the first call. */
function whenCalled(load: () => object, names: readonly string[]): object {
  const call = (name: string, args: unknown[]) => (load() as Record<string, Called>)[name]?.(...args);
  return Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => call(name, args)]));
}

function projectFile(folder: string): string | undefined {
  const file = join(folder, "Pulumi.yaml");
  if (existsSync(file)) return file;
  const above = dirname(folder);
  return above === folder ? undefined : projectFile(above);
}
