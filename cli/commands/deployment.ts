/** Commands for what is deployed: before it, after it, and what came beside it. @packageDocumentation */
import type { Command } from "commander";
import type { AdoptFromAppOptions } from "../adopt.ts";
import type { DriftOptions } from "../drift.ts";
import type { GrantsOptions } from "../grants.ts";
import type { AdoptOptions, OrphansOptions } from "../orphans.ts";
import type { ReviewOptions } from "../review.ts";
import type { TestOptions } from "../test.ts";
import { ALLOW_HOST } from "./options.ts";

export function deploymentCommands(tenantwire: Command): void {
  tenantwire
    .command("review")
    .description("what a deployment would change, for the person who must approve it; changes nothing")
    .option("-s, --stack <name>", "stack whose preview is reviewed (made with `pulumi preview`)")
    .option("--preview <file>", "a preview from a file instead: pulumi preview --json --show-sames > FILE")
    .option("--format <format>", "text (default in a terminal), markdown (default elsewhere), html or json")
    .option("--changed <file>", "names of the files that the pull request changes, one a line: others are told")
    .option("--html <file>", "write the page into this file too, as HTML")
    .option("--within <days>", "tell of secrets that fall due in so many days (default: 14)", Number)
    .option(
      "--rules <file>",
      "judge by the rules of this settings file, that of the base branch, and tell what changes of them",
    )
    .option(
      "--directory",
      "with --preview: look up the names of new owners, as whoever is signed in (-s does it anyhow)",
    )
    .action(async (options: ReviewOptions) => (await import("../review.ts")).review(options));

  tenantwire
    .command("test")
    .description("try everything that a deployed stack lives on, and say what is wrong; writes nothing")
    .option("-s, --stack <name>", "stack that is tried (its outputs are read with `pulumi stack output --json`)")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the syncs remember what they did, if they were told so too")
    .option(...ALLOW_HOST)
    .option("--deploy", "before a deployment instead: what the deploying identity may not do, and what is in its way")
    .option("--only <part>", "one part: directory, syncs or vendors, where no identity may look at everything")
    .option("--strict", "what was not checked counts as failed: for pipelines, where nobody reads the list")
    .option(
      "--wait <minutes>",
      "right after a deployment: try again so long while a new role or consent does not hold yet",
    )
    .option("--json", "as JSON on standard output")
    .action(async (options: TestOptions) => (await import("../test.ts")).test(options));

  tenantwire
    .command("drift")
    .description("what somebody changed by hand in the registrations since the look before; exit code 10 if anything")
    .option("-s, --stack <name>", "stack whose registrations they are")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the look before is remembered: a file or a blob's address, as for the syncs")
    .option("--full", "read everything instead of what changed")
    .option("--json", "as JSON on standard output")
    .action(async (options: DriftOptions) => (await import("../drift.ts")).drift(options));

  const orphans = tenantwire
    .command("orphans")
    .description("what carries the stack's mark and its state does not know: left behind by a killed deployment")
    .option("-s, --stack <name>", "stack whose mark it is")
    .option("--import <file>", "write what pulumi import --file takes")
    .option("--remove <id...>", "remove these")
    .option("--yes", "without asking")
    .option("--json", "as JSON on standard output")
    .action(async (options: OrphansOptions) => (await import("../orphans.ts")).orphans(options));
  orphans
    .command("adopt")
    .description("take a registration that was made by hand into the stack: writes what pulumi import --file takes")
    .argument("<client id>", "of the registration")
    .requiredOption("--as <name>", "the registration of the settings that it becomes: sync, ones, oneplan-users, ...")
    .action(async (clientId: string, _options: object, command: Command) =>
      (await import("../orphans.ts")).adoptRegistration(clientId, command.optsWithGlobals<AdoptOptions>()),
    );

  tenantwire
    .command("adopt")
    .description(
      "the settings of an application that is there already, with the names of its permissions; writes nothing",
    )
    .requiredOption("--from-app <client id>", "of the application")
    .requiredOption("--as <name>", "the registration of the settings that it becomes: sync, ones, oneplan-users, ...")
    .option("-s, --stack <name>", "stack whose settings they are for")
    .action(async (options: AdoptFromAppOptions) => (await import("../adopt.ts")).adoptFromApp(options));

  const grants = tenantwire
    .command("grants")
    .description("hand grants over between a stack and the project that grants apart, without a gap");
  for (const [name, does] of [
    ["release", "the engine forgets the grants, which stay as they are"],
    ["adopt", "what is granted already comes into the state, instead of failing the deployment"],
  ] as const) {
    grants
      .command(name)
      .description(does)
      .option("-s, --stack <name>", "stack whose registrations they are for")
      .option("--apart", "of the project in the folder grants, instead of the stack's own")
      .action(async (options: GrantsOptions) => (await import("../grants.ts"))[name](options));
  }
}
