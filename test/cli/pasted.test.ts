/** A secret that was pasted where a name belongs: refused, and not repeated. */
import { expect, it } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../sandbox/run.ts";
import { cli } from "../e2e/deployed.ts";

const SECRET = "Xy18Q~z.secretsecretPASS99";

it.each([
  [[SECRET]],
  [["sync", `--${SECRET}`]],
  [["sync", SECRET]],
  [["sync", "users", SECRET]],
  [["sync", "-s", SECRET]],
  [["sync", "-s", "contoso", "--allow-host", SECRET]],
  [["review", "--format", SECRET]],
  [["runs", "-s", "contoso", "--limit", SECRET]],
  [["credentials", "-s", SECRET]],
  [["drift", "-s", SECRET]],
  [["orphans", "-s", SECRET]],
  [["settings-sheet", "-s", SECRET]],
  [["explain", "user", "-s", SECRET, "a@contoso.com"]],
  [["init", "--vendor", SECRET]],
  [["init", "--pipelines", SECRET]],
  [["completion", SECRET]],
])(
  "%j",
  async (args) => {
    const cwd = mkdtempSync(join(tmpdir(), "tenantwire-pasted-"));
    const { code, stdout, stderr } = await run(["node", cli, ...args], { cwd, env: { PATH: process.env["PATH"] } });
    rmSync(cwd, { recursive: true });

    expect(code).not.toBe(0);
    expect(stderr).not.toBe("");
    expect(stdout + stderr).not.toContain(SECRET.slice(0, 8));
    expect(stdout + stderr).not.toContain("PASS99");
  },
  30_000,
);
