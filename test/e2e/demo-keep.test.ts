/** The console that the demo leaves open: it is there, and goes with Ctrl-C. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "@jest/globals";
import { ensureEngine } from "../../sandbox/engine/index.ts";

it("is open at the address that is printed, with how to sign in, and ends whole with Ctrl-C", async () => {
  await ensureEngine();
  const { NODE_OPTIONS: _, ...env } = process.env;
  // A group of its own, as a shell makes one: Ctrl-C reaches everybody in it.
  const child = spawn("node", [join(import.meta.dirname, "kept-console.ts")], {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const closed = once(child, "close");
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  const printed: string[] = [];
  let address = "";
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      printed.push(line);
      address ||= /^The console is at (\S+)$/.exec(line)?.[1] ?? "";
      if (!line.includes("Ctrl-C ends")) continue;
      const answer = await fetch(`${address}/`);
      expect([answer.status, new URL(answer.url).pathname]).toEqual([200, "/sign-in"]);
      expect(await answer.text()).toContain("Sign in with Microsoft");
      process.kill(-(child.pid ?? 0), "SIGINT");
    }
    expect({ ended: await closed, complaint }).toEqual({ ended: [0, null], complaint: "" });
  } finally {
    if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid ?? 0), "SIGKILL");
  }
  expect(address).toMatch(/^http:\/\/localhost:\d+$/);
  expect(printed.join("\n")).toMatch(/--proxy-server=http:\/\/127\.0\.0\.1:\d+ .*http:\/\/localhost:\d+\n/);
  expect(printed.at(-1)).toBe("The tenant is gone.");
  await expect(fetch(`${address}/`)).rejects.toThrow("fetch failed");
}, 300_000);
