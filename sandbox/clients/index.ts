/**
 * `npm run clients [NAME...]`: clients that nobody here wrote, unmodified, against the stand-in tenant. Prints a table
 * of calls and exits with 1 when something that the stand-in claims fails.
 *
 * @packageDocumentation
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { commandEnvironment } from "../environment.ts";
import { startSandbox } from "../server.ts";
import { azureCli } from "./azure-cli.ts";
import { cliMicrosoft365 } from "./cli-microsoft365.ts";
import { runCommands } from "./commands.ts";
import { workingIdentity } from "./identity.ts";
import { install } from "./install.ts";
import type { Installed } from "./install.ts";
import type { Row, Surroundings } from "./row.ts";
import { runScript } from "./scripts.ts";

/** One line for each client. */
const CLIENTS: Readonly<Record<string, (installed: Installed, surroundings: Surroundings) => Promise<void>>> = {
  "azure-cli": ({ az }, surroundings) => runCommands("azure-cli", az, azureCli, surroundings),
  "cli-microsoft365": ({ m365 }, surroundings) => runCommands("cli-microsoft365", m365, cliMicrosoft365, surroundings),
  "msgraph-sdk": ({ python }, surroundings) => runScript("msgraph-sdk", python, "msgraph_sdk.py", surroundings),
  "azure-devops": ({ python }, surroundings) => runScript("azure-devops", python, "azure_devops.py", surroundings),
  msal: ({ python }, surroundings) => runScript("msal", python, "msal_certificate.py", surroundings),
};

const SIGNS = { passed: styleText("green", "✔"), refused: styleText("yellow", "–"), failed: styleText("red", "✘") };
const CALL_WIDTH = 76;

async function clients(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !(name in CLIENTS));
  if (unknown !== undefined) {
    process.stderr.write(`There is no client ${unknown}: name ${Object.keys(CLIENTS).join(", ")}, or none for all.\n`);
    return 2;
  }
  const installed = await install(process.env, (line) => process.stderr.write(`${line}\n`));
  const folder = mkdtempSync(join(tmpdir(), "tenantwire-clients-"));
  const sandbox = await startSandbox({ users: 200, provider: false });
  try {
    const rows: Row[] = [];
    const surroundings: Surroundings = {
      folder,
      env: commandEnvironment(process.env, {
        ...sandbox.environment,
        HOME: folder,
        AZURE_CONFIG_DIR: join(folder, "azure"),
        AZURE_CORE_COLLECT_TELEMETRY: "0",
        AZURE_CORE_ONLY_SHOW_ERRORS: "1",
        AZURE_CORE_NO_COLOR: "1",
        CLIMICROSOFT365_NOUPDATE: "1",
      }),
      known: await workingIdentity(sandbox.world, folder),
      onRow(row) {
        rows.push(row);
        const { client, call, outcome, said } = row;
        const shown = call.length > CALL_WIDTH ? `${call.slice(0, CALL_WIDTH - 1)}…` : call.padEnd(CALL_WIDTH);
        process.stdout.write(`${SIGNS[outcome]} ${client.padEnd(17)} ${shown} ${said}\n`);
      },
    };
    for (const name of names.length > 0 ? names : Object.keys(CLIENTS)) await CLIENTS[name]?.(installed, surroundings);
    const count = (outcome: Row["outcome"]) => rows.filter((row) => row.outcome === outcome).length;
    const { total } = sandbox.requests.counts();
    process.stdout.write(
      `\n${count("passed")} passed, ${count("failed")} failed, ${count("refused")} refused, ${total} requests\n`,
    );
    return count("failed") > 0 ? 1 : 0;
  } finally {
    await sandbox.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await clients(process.argv.slice(2));
