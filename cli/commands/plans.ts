/** Commands for work items of Azure DevOps with plans of OnePlan. @packageDocumentation */
import type { Command } from "commander";
import type { ByHandOptions } from "../plans-by-hand.ts";
import type { PlansOptions } from "../plans-check.ts";
import type { EventsOnOptions } from "../plans-events.ts";
import type { ConnectOptions, DisconnectOptions } from "../plans.ts";
import { ALLOW_HOST, ONE_ORGANIZATION, stackOptions } from "./options.ts";

export function plansCommands(tenantwire: Command): void {
  const plans = stackOptions(
    tenantwire.command("plans").description("work items of Azure DevOps and what they are in OnePlan"),
    ONE_ORGANIZATION,
  ).option(...ALLOW_HOST);
  plans
    .command("check")
    .description(
      "does all agree before the first write: types, fields, choices, rights; what cannot be carried; exit code 10 if somebody has to act",
    )
    .option("--json", "as JSON on standard output")
    .action(async (_options: object, command: Command) =>
      (await import("../plans-check.ts")).checkAll(command.optsWithGlobals<PlansOptions>()),
    );
  plans
    .command("list")
    .description("plans that go with a work item, and which of them the next run compares first")
    .option("--json", "as JSON on standard output")
    .action(async (_options: object, command: Command) =>
      (await import("../plans.ts")).listConnected(command.optsWithGlobals<PlansOptions>()),
    );
  plans
    .command("connect")
    .description("say that a plan goes with a work item that is there already; the next run compares the two")
    .argument("<plan>", "its id or its name")
    .requiredOption("--to <work item>", "the number of the work item")
    .action(async (plan: string, _options: object, command: Command) =>
      (await import("../plans.ts")).connect(plan, command.optsWithGlobals<ConnectOptions>()),
    );
  for (const [asked, does] of [
    ["import", "what differs of one plan, and its place, is taken from its work item now, whoever changed it"],
    ["export", "what differs of one plan, and its place, goes to its work item now, whoever changed it"],
    ["create", "make a work item of one plan that goes with none, whatever createWorkItems says"],
  ] as const) {
    const command = plans
      .command(asked)
      .description(does)
      .argument("<plan>", "its id or its name")
      .option("--dry-run", "read and plan, write nothing: neither on a side nor in the state")
      .option("--json", "the report as JSON on standard output, and nothing else there");
    if (asked === "create") command.option("--project <name>", "where it is made, for a plan that lies below nothing");
    command.action(async (plan: string, _options: object, each: Command) =>
      (await import("../plans-by-hand.ts")).runByHand(asked, plan, each.optsWithGlobals<ByHandOptions>()),
    );
  }
  plans
    .command("disconnect")
    .description("take a plan and its work item apart: both stay as they are, and what lies below them, on both sides")
    .argument("<plan>", "its id or its name")
    .option("--dry-run", "say what would be taken apart, and write nothing")
    .option("--json", "as JSON on standard output")
    .action(async (plan: string, _options: object, command: Command) =>
      (await import("../plans.ts")).disconnect(plan, command.optsWithGlobals<DisconnectOptions>()),
    );
  plans
    .command("open")
    .description("print where the work item of a plan is")
    .argument("<plan>", "its id or its name")
    .action(async (plan: string, _options: object, command: Command) =>
      (await import("../plans.ts")).open(plan, command.optsWithGlobals<PlansOptions>()),
    );

  const events = plans
    .command("events")
    .description("what both sides tell as it happens: asked for, taken back, looked at");
  events
    .command("on")
    .description(
      "ask Azure DevOps (service hooks) and OnePlan (an event) to tell of what changes, for tenantwire serve",
    )
    .requiredOption("--address <address>", "where a proxy hands requests on to tenantwire serve")
    .action(async (_options: object, command: Command) =>
      (await import("../plans-events.ts")).eventsOn(command.optsWithGlobals<EventsOnOptions>()),
    );
  events
    .command("off")
    .description("take it back; the schedule goes on")
    .action(async (_options: object, command: Command) =>
      (await import("../plans-events.ts")).eventsOff(command.optsWithGlobals<PlansOptions>()),
    );
  events
    .command("check")
    .description("are the subscriptions there and enabled? Exit code 10 if somebody has to act")
    .action(async (_options: object, command: Command) =>
      (await import("../plans-events.ts")).eventsCheck(command.optsWithGlobals<PlansOptions>()),
    );
}
