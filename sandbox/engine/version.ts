/** The engine that tenantwire gets where there is none. It is the version of `@pulumi/pulumi` in package.json. */
export const ENGINE_VERSION = "3.259.0";

/** The newest Node language host that is published as a Go module; newer ones come only with Pulumi's own releases. */
export const BUILT_HOST_VERSION = "3.68.0";

/** What the CLI's module asks of Go. */
export const GO_VERSION = "1.25.11";

/** Finds the first `1.2` or `1.2.3` in what a tool says about itself, such as `v3.259.0` or `go1.26rc1`. */
export function versionIn(text: string): string | undefined {
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0];
}

/**
 * Whether an engine somebody already has can run the program.
 *
 * The same major version and at least the SDK's minor one: an engine serves older SDKs, but a newer SDK may make calls
 * that an older engine answers with "unimplemented", which ends the program in the middle of an update. Patch releases
 * add no calls.
 */
export function engineSuits(version: string): boolean {
  const [major, minor] = numbers(version);
  const [neededMajor, neededMinor] = numbers(ENGINE_VERSION);
  return major === neededMajor && minor >= neededMinor;
}

/** The oldest engine that {@link engineSuits} accepts, as people write it. */
export function oldestEngine(): string {
  const [major, minor] = numbers(ENGINE_VERSION);
  return `${major}.${minor}`;
}

export function goSuits(version: string): boolean {
  const found = numbers(version);
  const needed = numbers(GO_VERSION);
  const differs = found.findIndex((part, index) => part !== needed[index]);
  return differs === -1 || found[differs]! > needed[differs]!;
}

function numbers(version: string): [number, number, number] {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  return [major, minor, patch];
}
