/** The command that listens: to browsers, and to what both sides of plans tell. @packageDocumentation */
import type { Command } from "commander";
import type { ServeOptions } from "../serve.ts";
import { ALLOW_HOST } from "./options.ts";

export function serveCommand(tenantwire: Command): void {
  tenantwire
    .command("serve")
    .description(
      "the console, where one is declared; and events of Azure DevOps and OnePlan, which sync plans within seconds",
    )
    .option("-s, --stack <name>", "stack whose plans are synced")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the syncs remember what they did, if they were told so too")
    .option(...ALLOW_HOST)
    .option("--port <n>", "port on 127.0.0.1", "8420")
    .option(
      "--public-url <address>",
      "where a proxy on this machine has the console, as declared; its headers are believed",
    )
    .action(async (options: ServeOptions) => (await import("../serve.ts")).serve(options));
}
