import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createTcpServer, type Socket } from "node:net";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ensureEngine, EngineUnavailable } from "../../../sandbox/engine/index.ts";
import {
  BUILT_HOST_VERSION,
  ENGINE_VERSION,
  engineSuits,
  GO_VERSION,
  goSuits,
} from "../../../sandbox/engine/version.ts";
import {
  addCommand,
  addEngine,
  addGate,
  addGo,
  addPulumi,
  cacheEntries,
  createWorld,
  goCalls,
  goStarted,
  isRunning,
  listen,
  removeWorld,
  startScript,
  type World,
} from "./world.ts";

let world: World;
let messages: string[];

beforeEach(async () => {
  world = await createWorld();
  messages = [];
});

afterEach(() => removeWorld(world));

function ensure(env: NodeJS.ProcessEnv = {}, signal?: AbortSignal) {
  return ensureEngine({
    env: { ...world.env, ...env },
    onProgress: (message) => messages.push(message),
    ...(signal ? { signal } : {}),
  });
}

function builtParts(): string[] {
  return goCalls(world).map(({ name }) => name);
}

const EVERY_PART = ["pulumi-language-nodejs", "pulumi"];

describe("an engine on PATH", () => {
  it("is used", async () => {
    await addEngine(world.bin, "v3.300.1");
    expect(await ensure()).toEqual({ binDir: world.bin, version: "3.300.1", origin: "path" });
    expect(messages).toEqual([]);
  });

  it("may have its language host elsewhere on PATH", async () => {
    const hosts = join(world.root, "hosts");
    await addPulumi(world.bin, "v3.259.0");
    await addCommand(hosts, "pulumi-language-nodejs", "exit 0");
    const engine = await ensure({ PATH: `${world.env["PATH"]}${delimiter}${hosts}` });
    expect(engine).toEqual({ binDir: world.bin, version: "3.259.0", origin: "path" });
  });

  it("is passed over when too old, for the next one", async () => {
    const later = join(world.root, "later");
    await addEngine(world.bin, "v3.258.9");
    await addEngine(later, "v3.259.2");
    const engine = await ensure({ PATH: `${world.env["PATH"]}${delimiter}${later}` });
    expect(engine).toEqual({ binDir: later, version: "3.259.2", origin: "path" });
    expect(messages).toEqual([`Passed over: ${world.bin}/pulumi is 3.258.9, and 3.259 or newer is needed`]);
  });

  it("is passed over without a language host", async () => {
    await addPulumi(world.bin, "v3.259.0");
    await addEngine(world.engineFolder, "v3.259.0");
    expect((await ensure()).origin).toBe("cache");
    expect(messages).toEqual([`Passed over: ${world.bin}/pulumi has no pulumi-language-nodejs beside it or on PATH`]);
  });

  it("is passed over when it does not run", async () => {
    await addCommand(world.bin, "pulumi", "exit 1");
    await addEngine(world.engineFolder, "v3.259.0");
    expect((await ensure()).origin).toBe("cache");
    expect(messages).toEqual([`Passed over: ${world.bin}/pulumi does not tell its version`]);
  });
});

describe("the cache", () => {
  it("is used without a word", async () => {
    await addEngine(world.engineFolder, "v3.259.0");
    expect(await ensure()).toEqual({ binDir: world.engineFolder, version: "3.259.0", origin: "cache" });
    expect(messages).toEqual([]);
  });

  it("is made anew when files are missing from it", async () => {
    await addPulumi(world.engineFolder, "v3.259.0");
    await addGo(world);
    expect((await ensure()).origin).toBe("built");
    expect((await ensure()).origin).toBe("cache");
  });
});

describe("a release", () => {
  let server: Server;
  let answer: RequestListener;
  let releases: NodeJS.ProcessEnv;
  let requested: string | undefined;

  beforeEach(async () => {
    server = createHttpServer((request, response) => {
      requested = request.url;
      answer(request, response);
    });
    releases = { TENANTWIRE_PULUMI_RELEASES: `http://127.0.0.1:${await listen(server)}/sdk` };
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  async function archive(version: string): Promise<Buffer> {
    const folder = join(world.root, "release");
    await addEngine(join(folder, "pulumi"), version);
    return execFileSync("tar", ["-czf", "-", "-C", folder, "pulumi"]);
  }

  it("is downloaded and kept", async () => {
    const content = await archive("v3.259.0");
    answer = (_, response) => void response.end(content);
    expect(await ensure(releases)).toEqual({ binDir: world.engineFolder, version: "3.259.0", origin: "installer" });
    expect(requested).toBe(`/sdk/pulumi-v3.259.0-${process.platform}-${process.arch}.tar.gz`);
    expect((await ensure()).origin).toBe("cache");
  });

  it("is not used when it was cut off", async () => {
    const content = await archive("v3.259.0");
    answer = (_, response) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, content.length / 2), () => response.destroy());
    };
    await addGo(world);
    expect((await ensure(releases)).origin).toBe("built");
    expect(messages).toContainEqual(expect.stringMatching(/^Not downloaded: /));
  });

  it("is not used when it is another version", async () => {
    const content = await archive("v3.100.0");
    answer = (_, response) => void response.end(content);
    await addGo(world);
    expect((await ensure(releases)).origin).toBe("built");
    expect(messages).toContain("Not downloaded: it calls itself 3.100.0, not 3.259.0");
  });

  it("is not used when it is no archive", async () => {
    answer = (_, response) => void response.end("<html>Please log in to the network</html>");
    await addGo(world);
    expect((await ensure(releases)).origin).toBe("built");
    expect(messages).toContainEqual(expect.stringMatching(/^Not downloaded: the archive cannot be unpacked: /));
  });

  it("is given up when nobody answers", async () => {
    const sockets: Socket[] = [];
    const silent = createTcpServer((socket) => void sockets.push(socket));
    const host = `127.0.0.1:${await listen(silent)}`;
    const start = performance.now();
    const { code, stderr } = await startScript(world, { TENANTWIRE_PULUMI_RELEASES: `http://${host}` }).ended;
    const seconds = (performance.now() - start) / 1000;
    silent.close();
    sockets.forEach((socket) => socket.destroy());
    expect(code).toBe(1);
    expect(stderr).toContain(`  as Pulumi's release: ${host} did not answer within 5 s\n`);
    expect(seconds).toBeLessThan(9);
  }, 20_000);
});

describe("a build from source", () => {
  it("tells what it does, and is kept", async () => {
    await addGo(world);
    expect(await ensure()).toEqual({ binDir: world.engineFolder, version: "3.259.0", origin: "built" });
    expect(messages.slice(2)).toEqual([
      "Building Pulumi's Node language host 3.68.0 from source",
      expect.stringMatching(/^Built Pulumi's Node language host 3\.68\.0: 1 packages compiled, \d+ s$/),
      "Building the Pulumi CLI 3.259.0 from source",
      expect.stringMatching(/^Built the Pulumi CLI 3\.259\.0: 1 packages compiled, \d+ s$/),
    ]);
    expect((await ensure()).origin).toBe("cache");
    expect(builtParts()).toEqual(EVERY_PART);
  });

  it("happens once when two processes need it at once", async () => {
    await addGo(world);
    const gate = addGate(world);
    const first = startScript(world, { FAKE_GO_GATE: gate });
    await goStarted(world);
    const second = startScript(world);
    await second.says("Waiting for another process");
    await writeFile(gate, "go on\n");

    const results = await Promise.all([first.ended, second.ended]);
    for (const { code, stdout } of results) {
      expect(code).toBe(0);
      expect(stdout).toBe(`${world.engineFolder}\n`);
    }
    expect(builtParts()).toEqual(EVERY_PART);
  });

  it("is no trap when its process is killed", async () => {
    await addGo(world);
    const killed = startScript(world, { FAKE_GO_GATE: addGate(world) });
    await goStarted(world);
    killed.process.kill("SIGKILL");
    expect((await killed.ended).signal).toBe("SIGKILL");
    expect(await cacheEntries(world)).toContainEqual(expect.stringContaining(".partial-"));

    const { code, stdout, stderr } = await startScript(world).ended;
    expect(code).toBe(0);
    expect(stdout).toBe(`${world.engineFolder}\n`);
    // The lock of the killed one is gone with it.
    expect(stderr).not.toContain("Waiting");
    const name = `3.259.0-${process.platform}-${process.arch}`;
    expect(await cacheEntries(world)).toEqual([name, `${name}.lock`]);
  });

  it.each(["SIGINT", "SIGTERM"] as const)("is stopped by %s, with everything it started", async (signal) => {
    await addGo(world);
    const script = startScript(world, { FAKE_GO_GATE: addGate(world) });
    const go = await goStarted(world);
    script.process.kill(signal);
    expect(await script.ended).toMatchObject({ signal, stdout: "" });
    expect(isRunning(go)).toBe(false);
    expect(await cacheEntries(world)).toEqual([expect.stringMatching(/\.lock$/)]);
  });

  it("is stopped by its caller's signal", async () => {
    await addGo(world);
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    const engine = ensure({ FAKE_GO_GATE: addGate(world) }, controller.signal);
    const refused = expect(engine).rejects.toBe(reason);
    const go = await goStarted(world);
    controller.abort(reason);
    await refused;
    expect(isRunning(go)).toBe(false);
  });

  it("is begun by the one that waits when the first one gives up", async () => {
    await addGo(world);
    const first = startScript(world, { FAKE_GO_GATE: addGate(world) });
    await goStarted(world);
    const second = startScript(world);
    await second.says("Waiting for another process");
    first.process.kill("SIGINT");
    expect((await second.ended).stdout).toBe(`${world.engineFolder}\n`);
    expect((await first.ended).signal).toBe("SIGINT");
  });
});

describe("when nothing works", () => {
  async function refusal(env?: NodeJS.ProcessEnv): Promise<EngineUnavailable> {
    const error: unknown = await ensure(env).catch((error: unknown) => error);
    if (error instanceof EngineUnavailable) return error;
    throw error;
  }

  it("names every way, and what to install", async () => {
    const address = new URL(world.env["TENANTWIRE_PULUMI_RELEASES"]!).host;
    const { code, stdout, stderr } = await startScript(world).ended;
    const progress = ["Downloading Pulumi 3.259.0", `Not downloaded: connect ECONNREFUSED ${address}`];
    expect(stderr.split("\n")).toEqual([
      ...progress,
      "No Pulumi engine 3.259 or newer could be found, downloaded or built:",
      "  on PATH: no pulumi there",
      `  in the cache: nothing in ${world.engineFolder}`,
      `  as Pulumi's release: connect ECONNREFUSED ${address}`,
      "  built from source: no go on PATH",
      "Install Pulumi (https://www.pulumi.com/docs/install/), or Go 1.25.11 or newer (https://go.dev/dl/).",
    ]);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });

  it("tells which Go is too old", async () => {
    await addGo(world, { version: "go1.25.10" });
    expect((await refusal()).failures.at(-1)).toEqual({
      way: "built from source",
      reason: `${world.bin}/go is 1.25.10, and 1.25.11 or newer is needed`,
    });
    expect(builtParts()).toEqual([]);
  });

  it("tells what go complained about", async () => {
    const complaint = "go: example.com/a@v1.0.0: no such host";
    await addCommand(
      world.bin,
      "go",
      `[ "$1" = env ] && echo go1.26.1 && exit
echo "go: downloading example.com/a v1.0.0" >&2
echo "${complaint}" >&2
exit 1`,
    );
    expect((await refusal()).failures.at(-1)).toEqual({ way: "built from source", reason: complaint });
    expect(await cacheEntries(world)).toEqual([expect.stringMatching(/\.lock$/)]);
  });

  it("tells that the cache cannot be written", async () => {
    const file = join(world.root, "file");
    await writeFile(file, "");
    const failure = (await refusal({ XDG_CACHE_HOME: file })).failures.at(-1);
    expect(failure).toEqual({ way: "into the cache", reason: expect.stringContaining("ENOTDIR") });
  });
});

describe("the versions", () => {
  function read(path: string): string {
    return readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
  }

  it("agree with the SDK and the Go modules", () => {
    const { dependencies } = JSON.parse(read("package.json")) as { dependencies: Record<string, string> };
    expect(dependencies["@pulumi/pulumi"]).toBe(ENGINE_VERSION);
    const cli = read("sandbox/engine/cli/go.mod");
    expect(cli).toContain(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION} `);
    expect(cli).toContain(`\ngo ${GO_VERSION}\n`);
    expect(read("sandbox/engine/language-nodejs/go.mod")).toContain(
      `github.com/pulumi/pulumi/sdk/v3 v${BUILT_HOST_VERSION} `,
    );
  });

  it.each([
    ["3.259.0", true],
    ["3.260.0", true],
    ["3.258.4", false],
    ["2.300.0", false],
    ["4.0.0", false],
  ])("of the engine: %s suits: %s", (version, suits) => expect(engineSuits(version)).toBe(suits));

  it.each([
    ["1.25.11", true],
    ["1.26", true],
    ["2.0.0", true],
    ["1.25.10", false],
    ["1.24.20", false],
  ])("of Go: %s suits: %s", (version, suits) => expect(goSuits(version)).toBe(suits));
});
