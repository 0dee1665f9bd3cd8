/**
 * Arguments, file names and values of the environment that would act where they are repeated, through every command:
 * each is told in its line, and no line is somebody else's.
 */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { program } from "../../cli/index.ts";
import { run } from "../../sandbox/run.ts";
import { cli } from "../e2e/deployed.ts";

/** Line breaks of every kind with a line behind them, and what acts on terminals and in logs. Short: it is no secret. */
const HOSTILE = "x\nfake\r\nfake\u2028fake\u202e\u001b[2J\n::error::fake\n##vso[task]";

/** What a command is tried with. A place that it stands in beside an option is tried by itself. */
const rows: Readonly<Record<string, readonly (readonly string[])[]>> = {
  sync: [["--outputs", HOSTILE], ["-s", HOSTILE], [HOSTILE], ["--allow-host", HOSTILE], [`--${HOSTILE}`]],
  "sync users": [["--outputs", HOSTILE]],
  "sync rooms": [["--outputs", HOSTILE]],
  "sync plans": [["--outputs", HOSTILE]],
  "explain user": [[HOSTILE, "--outputs", HOSTILE]],
  "explain room": [[HOSTILE, "--outputs", HOSTILE]],
  "explain item": [[HOSTILE, "--outputs", HOSTILE]],
  rooms: [["--outputs", HOSTILE]],
  "rooms check": [["--outputs", HOSTILE, "--exchange", HOSTILE]],
  runs: [
    ["--outputs", HOSTILE],
    ["--limit", HOSTILE],
  ],
  "runs show": [[HOSTILE, "--outputs", HOSTILE]],
  "runs object": [[HOSTILE, "--outputs", HOSTILE]],
  run: [["--outputs", HOSTILE]],
  alerts: [["--outputs", HOSTILE]],
  "alerts test": [["--outputs", HOSTILE]],
  "plans list": [["--outputs", HOSTILE]],
  "plans check": [["--outputs", HOSTILE]],
  "plans events on": [["--outputs", HOSTILE]],
  "plans events off": [["--outputs", HOSTILE]],
  "plans events check": [["--outputs", HOSTILE]],
  serve: [["--outputs", HOSTILE]],
  "plans open": [[HOSTILE, "--outputs", HOSTILE]],
  "plans import": [[HOSTILE, "--outputs", HOSTILE]],
  "plans export": [[HOSTILE, "--outputs", HOSTILE]],
  "plans create": [[HOSTILE, "--outputs", HOSTILE, "--project", HOSTILE]],
  "plans disconnect": [[HOSTILE, "--outputs", HOSTILE]],
  "plans connect": [[HOSTILE, HOSTILE, "--outputs", HOSTILE]],
  "sync access": [["--outputs", HOSTILE]],
  "access list": [["--outputs", HOSTILE]],
  "access requests": [["--outputs", HOSTILE]],
  "access approve": [[HOSTILE, "--outputs", HOSTILE]],
  "access deny": [[HOSTILE, "--why", HOSTILE, "--outputs", HOSTILE]],
  "access add": [[HOSTILE, "--role", HOSTILE, "--outputs", HOSTILE]],
  "access remove": [[HOSTILE, "--outputs", HOSTILE]],
  "access role": [[HOSTILE, HOSTILE, "--outputs", HOSTILE]],
  audit: [
    ["--outputs", HOSTILE],
    ["--kept", HOSTILE],
  ],
  credentials: [
    ["--outputs", HOSTILE],
    ["--within", HOSTILE],
  ],
  "credentials ack": [[HOSTILE, "-s", HOSTILE]],
  "credentials adopt": [[HOSTILE, HOSTILE, "--note", HOSTILE, "-s", HOSTILE]],
  "credentials retire": [[HOSTILE, "-s", HOSTILE]],
  "settings-sheet": [[HOSTILE, "--outputs", HOSTILE]],
  review: [
    ["--preview", HOSTILE],
    ["--format", HOSTILE],
    ["--rules", HOSTILE],
    ["-s", HOSTILE],
  ],
  test: [
    ["--outputs", HOSTILE],
    ["--wait", HOSTILE],
  ],
  drift: [["--outputs", HOSTILE]],
  orphans: [["-s", HOSTILE]],
  "orphans adopt": [[HOSTILE, "--as", HOSTILE, "-s", HOSTILE]],
  adopt: [["--from-app", HOSTILE, "--as", HOSTILE, "-s", HOSTILE]],
  "grants release": [["-s", HOSTILE]],
  "grants adopt": [["-s", HOSTILE]],
  init: [
    ["--vendor", HOSTILE],
    ["--pipelines", HOSTILE],
    ["--tenant", HOSTILE],
  ],
  "upgrade-check": [["--to", HOSTILE, "-s", HOSTILE]],
  completion: [[HOSTILE]],
  complete: [["tenantwire", HOSTILE]],
};

let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "tenantwire-hostile-"));
});

afterAll(() => rmSync(cwd, { recursive: true }));

/** Names of commands that do something, those of the stand-in left out: nothing of a company is in them. */
function named(command: Command, above = ""): string[] {
  return command.commands.flatMap((each) => {
    const name = `${above}${each.name()}`;
    if (name === "sandbox") return [];
    const inner = named(each, `${name} `);
    return (each as unknown as { _actionHandler: unknown })._actionHandler == null ? inner : [name, ...inner];
  });
}

it("every command is in the table", () => {
  expect(named(program()).sort()).toEqual(Object.keys(rows).sort());
});

/** What acts, and lines of somebody else's. */
function acting(text: string): string[] {
  const characters = [...text.matchAll(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu)].map(([found]) =>
    JSON.stringify(found),
  );
  const lines = text.split("\n").filter((line) => /^\s*(fake|::)|##(vso)?\[/i.test(line));
  return [...characters, ...lines];
}

it.each(Object.entries(rows).flatMap(([name, tried]) => tried.map((args) => [name, args] as const)))(
  "%s (%#)",
  async (name, args) => {
    const world = { SANDBOX_CONTROL: HOSTILE, TENANTWIRE_TODAY: HOSTILE };
    const env = { PATH: process.env["PATH"], ...world, ARM_CLIENT_ID: HOSTILE, GITHUB_SHA: HOSTILE };
    const { code, stdout, stderr } = await run(["node", cli, ...name.split(" "), ...args], { cwd, env });

    expect(acting(stdout + stderr)).toEqual([]);
    if (name !== "complete") expect([code === 0, stderr === ""]).toEqual([false, false]);
  },
  60_000,
);
