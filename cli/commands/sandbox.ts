/** Commands for the stand-in tenant. @packageDocumentation */
import type { Command } from "commander";
import type { FaultFlags, WorldFlags } from "../sandbox.ts";

export function sandboxCommands(tenantwire: Command): void {
  const sandbox = tenantwire.command("sandbox").description("the stand-in tenant: every host, no account");
  worldOptions(sandbox.command("exec"))
    .description("run a command in the stand-in tenant's world")
    .argument("<command...>", "the command and its arguments, after --")
    .action(async (command: string[], options: WorldFlags) => (await import("../sandbox.ts")).exec(command, options));
  worldOptions(sandbox.command("start"))
    .description(
      "keep the stand-in tenant running and print its environment for a shell (start > world.sh & then . world.sh)",
    )
    .action(async (options: WorldFlags) => (await import("../sandbox.ts")).start(options));
  sandbox
    .command("fault")
    .description("make the running stand-in misbehave (run in its environment)")
    .option("--host <host>", "only this host, e.g. graph.microsoft.com")
    .option("--method <method>", "only this HTTP method")
    .option("--path <glob>", "only paths like this, e.g. '/v1.0/users*'")
    .option("--times <n>", "how often (default: until cleared)", Number)
    .option("--after <n>", "let the first n matching requests pass", Number)
    .option("--status <code>", "answer with this status", Number)
    .option("--retry-after <seconds>", "with this Retry-After header", Number)
    .option("--reset", "reset the connection")
    .option("--cut <bytes>", "cut the body after so many bytes", Number)
    .option("--delay <ms>", "answer late", Number)
    .option(
      "--advance-days <n>",
      "set no fault, but move the stand-in's clock forward: tokens, secrets and delta links expire",
      Number,
    )
    .option("--list", "show the faults that are set")
    .option("--clear", "take all faults away")
    .action(async (options: FaultFlags) => (await import("../sandbox.ts")).fault(options));
  sandbox
    .command("day")
    .description("make something happen in the running stand-in's company (run in its environment)")
    .argument(
      "[what]",
      "what happens to people, groups, rooms, work items or plans; without it, everything that can happen is listed",
    )
    .argument("[values...]", "addresses and names: hire MAIL NAME, join GROUP MAIL, work-item TYPE TITLE [PARENT], ...")
    .action(async (what: string | undefined, values: string[]) => (await import("../sandbox.ts")).day(what, values));
}

function worldOptions(command: Command): Command {
  return command
    .option("--seed <n>", "same seed, same people and groups (default: 1)", Number)
    .option("--users <n>", "people in the tenant (default: 2000)", Number)
    .option("--rooms <n>", "meeting rooms in the tenant (default: 40)", Number)
    .option("--room-lists <n>", "room lists that they are in (default: 4)", Number)
    .option("--data <dir>", "keep the tenant and the stacks in this folder between runs")
    .option("--real <package...>", "leave a provider to the plugin installed on this machine: azuread");
}
