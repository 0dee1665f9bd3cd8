/** A command that is told to stop while a library waits that has not heard of it. */
import { expect, it } from "@jest/globals";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { repository } from "../../sandbox/project.ts";

const program = `
  const { interruption, endWhereInterrupted } = await import(${JSON.stringify(pathToFileURL(join(repository, "cli/interruption.ts")).href)});
  // As the client of a vault waits out what it is asked to.
  setTimeout(() => undefined, 600_000);
  const signal = interruption();
  signal.addEventListener("abort", () => {
    process.exitCode = 1;
    endWhereInterrupted();
  });
  process.stdout.write("ready");
`;

it("a vault that wants to be left alone for ten minutes kept a stopped process for half an hour: it is gone at once", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([1, null]);
}, 30_000);

it("a command that was told to stop in the middle ended with a stack", async () => {
  const url = (path: string) => JSON.stringify(pathToFileURL(join(repository, path)).href);
  const stopped = `
    const { interruption } = await import(${url("cli/interruption.ts")});
    const { describeFailure } = await import(${url("cli/failure.ts")});
    const signal = interruption();
    const tick = setInterval(() => undefined, 1000);
    signal.addEventListener("abort", () => {
      clearInterval(tick);
      process.stdout.write(describeFailure(signal.reason).message);
    });
    process.stdout.write(describeFailure(new TypeError("a defect")).message.split("\\n")[0] + "\\n");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", stopped], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  await once(child, "close");
  expect(output).toBe(
    "tenantwire: unexpected: TypeError: a defect\ntenantwire: Stopped on request, before it was done.",
  );
}, 30_000);
