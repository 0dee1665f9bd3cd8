/** The engine is what its release publishes, or what somebody wrote down: the scripts of both kinds, without a network. */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Ran, run } from "../../sandbox/run.ts";
import { installScripts } from "./templates.ts";

let folder: string;
let archive: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-test-"));
  for (const name of ["bin", "release", "temp", "made/pulumi"]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, "made", "pulumi", "pulumi"), "the engine");
  archive = join(folder, "release", "pulumi-v3.259.0-linux-x64.tar.gz");
  const made = await run(["tar", "-czf", archive, "-C", join(folder, "made"), "pulumi"], {
    cwd: folder,
    env: process.env,
  });
  expect([made.code, made.stderr]).toEqual([0, ""]);
  const published = `${hashOf(archive)}  pulumi-v3.259.0-linux-x64.tar.gz\n${"0".repeat(64)}  pulumi-v3.259.0-darwin-x64.tar.gz\n`;
  writeFileSync(join(folder, "release", "pulumi-3.259.0-checksums.txt"), published);
  // What the release has is in a folder.
  writeFileSync(
    join(folder, "bin", "curl"),
    `#!/bin/bash\nname="$(basename "\${@: -1}")"\ncase "$1" in\n` +
      `  -fsSLO) cp "${folder}/release/$name" . ;;\n  *) cat "${folder}/release/$name" ;;\nesac\n`,
  );
  chmodSync(join(folder, "bin", "curl"), 0o755);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hashOf = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");

describe.each(installScripts())("%s", (_, script) => {
  function install(sha256 = ""): Promise<Ran> {
    const temp = join(folder, "temp");
    return run(["bash", "-eo", "pipefail", "-c", script], {
      cwd: folder,
      env: {
        PATH: [join(folder, "bin"), process.env["PATH"]].join(delimiter),
        ...{ RUNNER_TEMP: temp, AGENT_TEMPDIRECTORY: temp, GITHUB_PATH: join(folder, "path"), PULUMI_SHA256: sha256 },
      },
    });
  }
  const isInstalled = () => existsSync(join(folder, "temp", "pulumi", "pulumi"));

  it("installs what has the published hash", async () => {
    const { code, stdout } = await install();

    expect([code, isInstalled()]).toEqual([0, true]);
    const path = existsSync(join(folder, "path")) ? readFileSync(join(folder, "path"), "utf8") : stdout;
    expect(path).toContain(join(folder, "temp", "pulumi"));
  });

  it("installs what has the hash that somebody wrote down, whatever the release publishes", async () => {
    rmSync(join(folder, "release", "pulumi-3.259.0-checksums.txt"));
    expect([(await install(hashOf(archive))).code, isInstalled()]).toEqual([0, true]);
  });

  it.each([
    ["another archive than the published one", () => writeFileSync(archive, "of somebody"), ""],
    ["another one than the one that was written down", () => {}, "1".repeat(64)],
    [
      "one whose hash is not published",
      () => writeFileSync(join(folder, "release", "pulumi-3.259.0-checksums.txt"), ""),
      "",
    ],
  ])("does not install %s", async (_case, change, sha256) => {
    change();
    const { code } = await install(sha256);
    expect([code === 0, isInstalled()]).toEqual([false, false]);
  });
});
