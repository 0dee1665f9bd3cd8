/**
 * The console on the synced tenant, for whoever wants to look around: declared, deployed, and started as a person would
 * start it.
 *
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { directory } from "../directory/index.ts";
import { text } from "../directory/model.ts";
import { shellScript } from "../exec.ts";
import { repository } from "../project.ts";
import type { Sandbox } from "../server.ts";
import type { Stack } from "../stack.ts";
import { addSettings } from "./commands.ts";
import type { Steps } from "./steps.ts";

/**
 * Stays until somebody ends it with Ctrl-C.
 *
 * @param variables of the stand-in's world, for another shell
 */
export async function keepConsole(
  steps: Steps,
  stack: Stack,
  { world, proxyUrl }: Sandbox,
  variables: Readonly<Record<string, string>>,
): Promise<void> {
  await steps.run("pulumi up -s sandbox", async () => {
    addSettings(stack, ...settings(world.ownerId));
    await stack.up();
    return { result: undefined, said: "a group with an administrator, and the console" };
  });
  const script = join(dirname(stack.folder), "world.sh");
  writeFileSync(script, shellScript(process.env, variables), { mode: 0o600 });
  // What the commands print is to be typed there too.
  symlinkSync(join(repository, "node_modules"), join(stack.folder, "node_modules"));
  const owner = [...directory(world).users.values()].find(({ id }) => id === world.ownerId);
  const administrator = owner ? text(owner, "userPrincipalName") : world.ownerId;
  const command = [join(repository, "cli", "index.ts"), "serve", "-s", "sandbox", "--port", "0"];
  const child = spawn("node", command, { cwd: stack.folder, env: stack.env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  const stop = () => child.kill("SIGTERM");
  process.once("SIGINT", stop).once("SIGTERM", stop);
  for await (const line of createInterface({ input: child.stdout })) {
    process.stdout.write(`${line}\n`);
    const address = /^The console is at (\S+)$/.exec(line)?.[1];
    if (address !== undefined)
      process.stdout.write(howToOpen({ address, proxyUrl, administrator, folder: stack.folder, script }));
  }
  await ended;
}

interface Kept {
  readonly address: string;
  readonly proxyUrl: string;
  /** User principal name. */
  readonly administrator: string;
  /** Where `-s sandbox` is the stack. */
  readonly folder: string;
  /** Makes a shell one of that world. */
  readonly script: string;
}

/** A browser finds the stand-in's Entra by its proxy alone; the machine's own settings stay as they are. */
function howToOpen({ address, proxyUrl, administrator, folder, script }: Kept): string {
  return [
    "",
    "Sign-in goes to the stand-in's Entra, which a browser reaches by this proxy:",
    `  chromium --user-data-dir=$(mktemp -d) --ignore-certificate-errors --proxy-server=${proxyUrl} --proxy-bypass-list=localhost ${address}`,
    `Pick ${administrator}, the administrator of the group; anybody else may ask for access.`,
    "Commands for the same tenant, in another shell:",
    `  cd ${folder} && . ${script}`,
    "  npx --no-install tenantwire runs -s sandbox",
    "The settings are stacks/Pulumi.sandbox.yaml there. Ctrl-C ends the console and the tenant, and takes the folder away.",
    "",
  ].join("\n");
}

/** It proves itself as the syncs do: by the stand-in's workload identity. */
function settings(administrator: string): readonly string[] {
  const trust =
    "{ name: serve, issuer: https://workloads.contoso.com, subject: system:serviceaccount:tenantwire:sync }";
  return [
    `tenantwire:access: { name: Contoso, id: contoso, administrators: [${administrator}], timeZone: Europe/Berlin }`,
    `tenantwire:console: { displayName: tenantwire console, federated: [${trust}] }`,
  ];
}
