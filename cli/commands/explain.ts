/** Commands that say where somebody or something stands, and why. @packageDocumentation */
import type { Command } from "commander";
import type { ExplainOptions } from "../explain-each.ts";
import type { RoomsCheckOptions } from "../rooms-check.ts";
import type { RoomsOptions } from "../rooms.ts";
import { ALLOW_HOST, ONE_ORGANIZATION, stackOptions } from "./options.ts";

export function explainCommands(tenantwire: Command): void {
  const explain = tenantwire.command("explain").description("why somebody is or is not there; writes nothing");
  stackOptions(explain.command("user"))
    .description("an Entra user: found, in scope by which way, matched to what, and what the next run would do")
    .option(...ALLOW_HOST)
    .argument("<user>", "mail address, user principal name or object id")
    .option("--json", "as JSON on standard output")
    .action(async (user: string, options: ExplainOptions) =>
      (await import("../explain.ts")).explainUser(user, options),
    );
  stackOptions(explain.command("room"))
    .description("a meeting room: found, in scope by what, matched to what, and what the next run would do")
    .option(...ALLOW_HOST)
    .argument("<room>", "mail address, place id or name")
    .option("--json", "as JSON on standard output")
    .action(async (room: string, options: ExplainOptions) =>
      (await import("../explain-room.ts")).explainRoom(room, options),
    );
  stackOptions(explain.command("item"), ONE_ORGANIZATION)
    .description("a work item and its plan or task: field by field which side has what, which rule counts, since when")
    .option(...ALLOW_HOST)
    .argument("<item>", "id of the work item, or of its plan or task")
    .option("--json", "as JSON on standard output")
    .action(async (item: string, options: ExplainOptions) =>
      (await import("../explain-item.ts")).explainItem(item, options),
    );

  const rooms = stackOptions(tenantwire.command("rooms"))
    .option(...ALLOW_HOST)
    .description("every meeting room, where it stands and why, and what the target has besides; writes nothing")
    .option("--json", "as JSON on standard output")
    .action(async (options: RoomsOptions) => (await import("../rooms.ts")).listRooms(options));
  rooms
    .command("check")
    .description(
      "will bookings work? Which rooms may not be seen, and what their mailboxes do; exit code 10 if somebody has to act",
    )
    .option("--exchange <file>", "what the mailboxes do, as the command that this prints exports it")
    .action(async (_options: object, command: Command) =>
      (await import("../rooms-check.ts")).checkRooms(command.optsWithGlobals<RoomsCheckOptions>()),
    );
}
