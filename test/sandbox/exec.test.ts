import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shellScript } from "../../sandbox/exec.ts";
import { run, runNode, start } from "./child.ts";
import type { Ran } from "./child.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tenantwire-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function script(command: readonly string[], options: object): string {
  return `const { execInSandbox } = await import("./sandbox/exec.ts");
    process.exitCode = await execInSandbox(${JSON.stringify(command)}, ${JSON.stringify({ users: 10, provider: false, engine: false, ...options })});`;
}

/** Runs a command by `execInSandbox` in a process of its own, without provider and engine. */
function exec(command: readonly string[], options: object = {}): Promise<Ran> {
  return runNode(script(command, options));
}

describe("execInSandbox", () => {
  it.each([0, 1, 42])("passes exit code %i on", async (code) => {
    expect(await exec(["sh", "-c", `exit ${code}`])).toMatchObject({ code, stderr: "" });
  });

  it("gives 128 and the signal's number for a command ended by a signal", async () => {
    expect((await exec(["sh", "-c", "kill -TERM $$"])).code).toBe(143);
  });

  it("says in one line that there is no such command", async () => {
    expect(await exec(["no-such-command"])).toMatchObject({
      code: 127,
      stdout: "",
      stderr: "sandbox exec: no-such-command: command not found\n",
    });
  });

  it("gives the command this world, with its arguments as they are", async () => {
    const ran = await exec([
      "sh",
      "-c",
      'echo "$1"; test -f "$NODE_EXTRA_CA_CERTS" && echo "$ARM_TENANT_ID"',
      "sh",
      "a  b$c",
    ]);

    expect(ran.stdout.split("\n")).toEqual(["a  b$c", expect.stringMatching(/^[0-9a-f-]{36}$/), ""]);
  });

  it("warns once of a host that the command wanted from outside", async () => {
    const fetches = "for (let i = 0; i < 3; i++) await fetch('https://example.com/').catch(() => {})";

    const ran = await exec([process.execPath, "--input-type=module", "-e", fetches]);

    expect(ran.stderr).toBe(
      "sandbox: refused a connection to example.com:443, which is outside of the stand-in tenant\n",
    );
  });

  it("keeps the world from one command to the next with a data folder", async () => {
    const dataDir = join(folder, "data");
    const call = (method: string, body: string) =>
      `const headers = { authorization: "Basic " + btoa("tenantwire:" + process.env.ONEPLAN_KEY), "content-type": "application/json" };
       console.log(await (await fetch("https://my.oneplan.ai/api/resources", { method: "${method}", headers${body} })).text());`;
    const node = (text: string) => exec([process.execPath, "--input-type=module", "-e", text], { dataDir });

    await node(call("POST", `, body: '{"Name":"Kept"}'`));
    const ran = await node(call("GET", ""));

    expect(ran.stdout).toContain('"name":"Kept"');
  });

  it("forwards a signal, waits for the command and cleans up", async () => {
    const command = [
      "sh",
      "-c",
      'trap "echo stopped; exit 5" TERM; echo "$NODE_EXTRA_CA_CERTS"; while :; do sleep 0.05; done',
    ];
    const { child, ended } = start(process.execPath, ["--input-type=module", "-e", script(command, {})]);
    const [caFile] = await firstLine(child.stdout);

    child.kill("SIGTERM");

    const ran = await ended;
    expect(ran).toMatchObject({ code: 5, stdout: `${caFile}\nstopped\n` });
    expect((await run("test", ["-e", caFile ?? ""])).code).toBe(1);
  });
});

describe("runSandbox", () => {
  it("prints variables that a shell reads, and ends cleanly when interrupted", async () => {
    const text = `const { runSandbox } = await import("./sandbox/exec.ts"); await runSandbox({ users: 10, provider: false, engine: false });`;
    const { child, ended } = start(process.execPath, ["--input-type=module", "-e", text], undefined, {
      AZURE_CLIENT_SECRET: "real",
    });
    await firstLine(child.stderr);

    child.kill("SIGTERM");

    const ran = await ended;
    expect(ran).toMatchObject({
      code: 0,
      stderr: "The stand-in tenant contoso.onmicrosoft.com is running; interrupt this process to end it.\n",
    });
    const shell = await run(
      "sh",
      ["-c", `${ran.stdout}\necho "$HTTPS_PROXY $SANDBOX_CONTROL <$AZURE_CLIENT_SECRET>"`],
      undefined,
      { AZURE_CLIENT_SECRET: "real" },
    );
    expect(shell.stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+ http:\/\/127\.0\.0\.1:\d+ <>\n$/);
  });
});

describe("shellScript", () => {
  it("survives any value", async () => {
    const value = `it's "odd" $HOME \`x\` \\ !`;

    const ran = await run("sh", ["-c", `${shellScript({}, { ODD: value })}printf %s "$ODD"`]);

    expect(ran.stdout).toBe(value);
  });
});

function firstLine(stream: NodeJS.ReadableStream): Promise<string[]> {
  return new Promise((resolve) => {
    let heard = "";
    stream.on("data", (data: string) => {
      heard += data;
      if (heard.includes("\n")) resolve(heard.split("\n"));
    });
  });
}
