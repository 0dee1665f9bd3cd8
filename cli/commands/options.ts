/** Options that several commands have. @packageDocumentation */
import type { Command } from "commander";

/** What an administrator says where a product's address is on a new host. */
export const ALLOW_HOST = [
  "--allow-host <host>",
  "let the product's key be sent to this new host; a sync remembers it (may be repeated)",
  more,
] as const;

/** What `--target` takes: each kind of sync has its own, which a name that is none is answered with. */
export const ONE_TARGET = "only to this one, as reports name it";

export const ONE_ORGANIZATION = "only this one: an organization of Azure DevOps";

/** All values of an option that may be repeated. */
export function more(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Of a command about the syncs of a stack. */
export function stackOptions(command: Command, target = ONE_TARGET): Command {
  return command
    .option("-s, --stack <name>", "stack whose sync it is (its outputs are read with `pulumi stack output --json`)")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the sync remembers what it did, if it was told so too")
    .option("--target <name>", target);
}

/** Of a command about the group of a stack. */
export function stateOptions(command: Command): Command {
  return command
    .option("-s, --stack <name>", "stack whose group it is")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the syncs remember what they did, if they were told so too")
    .option("--json", "as JSON on standard output");
}
