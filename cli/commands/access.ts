/** Commands for the people of the group, and for what was decided about them. @packageDocumentation */
import type { Command } from "commander";
import type { AccessCommandOptions, AddOptions, AuditOptions, DenyOptions, RoleOptions } from "../access.ts";
import { stateOptions } from "./options.ts";

export function accessCommands(tenantwire: Command): void {
  const access = stateOptions(
    tenantwire.command("access").description("the people of the group that the stack declares, and who asks to be one"),
  );
  access
    .command("list")
    .description("who may come in, as what, and since when")
    .action(async (_options: object, command: Command) =>
      (await import("../access.ts")).listPeople(command.optsWithGlobals<AccessCommandOptions>()),
    );
  access
    .command("requests")
    .description("who asks for access and why, newest first; tells administrators what they have not been told yet")
    .action(async (_options: object, command: Command) =>
      (await import("../access.ts")).listRequests(command.optsWithGlobals<AccessCommandOptions>()),
    );
  access
    .command("approve")
    .description("let somebody in who asked")
    .argument("<request>", "its id, or the last 8 characters of it")
    .option("--role <role>", "Administrator, Editor or Reader", "Reader")
    .action(async (id: string, _options: object, command: Command) =>
      (await import("../access.ts")).approve(id, command.optsWithGlobals<RoleOptions>()),
    );
  access
    .command("deny")
    .description("do not let somebody in who asked")
    .argument("<request>", "its id, or the last 8 characters of it")
    .option("--why <text>", "what the person is told")
    .action(async (id: string, _options: object, command: Command) =>
      (await import("../access.ts")).deny(id, command.optsWithGlobals<DenyOptions>()),
    );
  access
    .command("add")
    .description("let somebody in who did not ask")
    .argument("<person>", "user principal name or object id in Entra; of a linked group, mail address or id in OnePlan")
    .option("--role <role>", "Administrator, Editor or Reader", "Reader")
    .option("--oneplan", "somebody of the linked OnePlan group")
    .action(async (who: string, _options: object, command: Command) =>
      (await import("../access.ts")).addPerson(who, command.optsWithGlobals<AddOptions>()),
    );
  access
    .command("remove")
    .description("take somebody's access away")
    .argument("<person>", "mail address or id")
    .action(async (who: string, _options: object, command: Command) =>
      (await import("../access.ts")).removePerson(who, command.optsWithGlobals<AccessCommandOptions>()),
    );
  access
    .command("role")
    .description("give somebody another role")
    .argument("<person>", "mail address or id")
    .argument("<role>", "Administrator, Editor or Reader")
    .action(async (who: string, role: string, _options: object, command: Command) =>
      (await import("../access.ts")).changeRole(who, role, command.optsWithGlobals<AccessCommandOptions>()),
    );

  stateOptions(tenantwire.command("audit"))
    .description("what was decided about people and plans, by whom; exit code 10 if somebody changed that afterwards")
    .option("--limit <n>", "so many entries (default: 50); --json has all", Number)
    .option("--kept <entry>", "an entry as somebody wrote it down, such as 12:0123abcd: is it still the same?")
    .action(async (options: AuditOptions) => (await import("../access.ts")).audit(options));
}
