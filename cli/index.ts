/**
 * The command line, started by bin/tenantwire.js. Each command is a file of its own that is loaded when it runs: the help loads neither Pulumi nor
 * Azure.
 *
 * @packageDocumentation
 */
import { Command, CommanderError } from "commander";
import manifest from "../package.json" with { type: "json" };
import type { AccessCommandOptions, AddOptions, AuditOptions, DenyOptions, RoleOptions } from "./access.ts";
import type { AlertsOptions, AlertsTestOptions } from "./alerts.ts";
import type { AdoptFromAppOptions } from "./adopt.ts";
import type { AdoptCredentialOptions, RetireOptions } from "./credential-orders.ts";
import type { CredentialsOptions } from "./credentials.ts";
import type { DriftOptions } from "./drift.ts";
import type { ExplainOptions } from "./explain.ts";
import { SettingsError } from "../contract/errors.ts";
import { describeFailure } from "./failure.ts";
import { endWhereInterrupted } from "./interruption.ts";
import type { GrantsOptions } from "./grants.ts";
import type { InitFlags } from "./init.ts";
import type { ReviewOptions } from "./review.ts";
import type { RoomsOptions } from "./rooms.ts";
import type { RoomsCheckOptions } from "./rooms-check.ts";
import type { AdoptOptions, OrphansOptions } from "./orphans.ts";
import type { RunCommandOptions } from "./run.ts";
import type { ConnectOptions, DisconnectOptions } from "./plans.ts";
import type { ByHandOptions } from "./plans-by-hand.ts";
import type { PlansOptions } from "./plans-check.ts";
import type { EventsOnOptions } from "./plans-events.ts";
import type { ServeOptions } from "./serve.ts";
import type { RunsOptions } from "./runs.ts";
import type { FaultFlags, WorldFlags } from "./sandbox.ts";
import type { SettingsSheetOptions } from "./settings-sheet.ts";
import type { SyncOptions } from "./sync.ts";
import type { TestOptions } from "./test.ts";
import { withoutPasted } from "../contract/may-show.ts";
import { printableText } from "../contract/text/printable.ts";
import { ANSWER_PATIENCE_MS, bePatientFor } from "../sync/connectors/http/patience.ts";
import { filterPrinting } from "./terminal/filter.ts";
import type { UpgradeCheckOptions } from "./upgrade-check.ts";
import { type WhichStack, workFor } from "../contract/this-stack.ts";

/** Commands that run when nobody is there: they wait for longer until a host is back. */
const SCHEDULED = new Set(["sync", "run", "serve", "drift"]);

/** As the engine names them: the stack's own name, with its project and organization or without. */
const STACK = /^[\w.-]{1,100}(\/[\w.-]{1,100}){0,2}$/;

/** What an administrator says where a product's address is on a new host. */
const ALLOW_HOST = [
  "--allow-host <host>",
  "let the product's key be sent to this new host; a sync remembers it (may be repeated)",
  more,
] as const;

function more(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The commands with their options: what the help, the completion and the reference say. Nothing runs before it is parsed. */
export function program(): Command {
  let endTelling = () => {};
  const tenantwire = new Command("tenantwire")
    .description("Microsoft 365 integrations: declared with Pulumi, synced from the stack's outputs.")
    .version(manifest.version)
    .option(
      "--verbose",
      "tell each request with its id, each retry, each wait and the load that a host counts, on standard error",
    )
    .hook("preAction", async (_command, action) => {
      const { verbose = false, stack } = action.optsWithGlobals<{ verbose?: boolean; stack?: string }>();
      if (stack !== undefined && !STACK.test(stack)) {
        throw new SettingsError(
          "-s takes the name of a stack: letters, digits, dots, hyphens and underscores. What was given is none, and is not repeated.",
        );
      }
      const clock = verbose ? await (await import("../stacks/clock.ts")).worldClock() : undefined;
      endTelling = (await import("./http-events.ts")).tellHttpEvents(clock);
      if (![action, action.parent].some((command) => SCHEDULED.has(command?.name() ?? ""))) {
        bePatientFor(ANSWER_PATIENCE_MS);
      }
    })
    // Who runs commands inside a process hears nothing of what comes after them.
    .hook("postAction", () => endTelling())
    // Who pastes a secret where a name belongs does not want it in the log.
    .configureOutput({ outputError: (message, write) => write(withoutPasted(message)) })
    .showHelpAfterError("(tenantwire --help lists the commands)")
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();

  tenantwire
    .command("init")
    .description(
      "a tenant repository in this empty folder: settings, pipelines and a pinned version; asks what no option says",
    )
    .option("--tenant <id>", "the tenant's id")
    .option("--domain <domain>", "one of its domains, such as contoso.onmicrosoft.com")
    .option("--vendor <vendor...>", "what is connected: azure-devops, files, oneplan, ones, plans")
    .option("--pipelines <where>", "github or azure-devops")
    .action(async (options: InitFlags) => (await import("./init.ts")).init(options));

  tenantwire
    .command("upgrade-check")
    .description("what another version would change for this repository; exit code 10 if it would; deploys nothing")
    .option("-s, --stack <name>", "stack whose settings are reviewed under both versions")
    .requiredOption("--to <version>", "the other version, or its tarball")
    .action(async (options: UpgradeCheckOptions) => (await import("./upgrade-check.ts")).upgradeCheck(options));

  // Options of `sync` are those of its subcommands too: `sync users -s contoso`.
  const sync = tenantwire
    .command("sync")
    .description("run the syncs of a deployed stack with its outputs: all that it declares, one run for each target")
    .option("-s, --stack <name>", "stack whose outputs are used (read with `pulumi stack output --json`)")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option(
      "--state <place>",
      "where the sync remembers what it did: a file or a blob's address (default: a file per stack)",
    )
    .option("--target <name>", "only to this one: oneplan, ones, file, or an organization of Azure DevOps")
    .option("--dry-run", "read and plan, write nothing: neither in the target nor in the state")
    .option("--full", "read everything instead of what changed (rooms are always read whole)")
    .option("--allow <hash>", "let the disables pass that an earlier run was stopped for")
    .option(...ALLOW_HOST)
    .option("--only <item>", "only this one: a mail address or id, or the id of a work item or plan")
    .option("--again [cause]", "only what failed before; with a text, only that whose reason has it in it")
    .option("--trigger <text>", "who or what starts it, for the history: schedule, for example (default: manual)")
    .option(
      "--json",
      "reports as JSON on standard output, and nothing else there: a list; of one kind the one report where one target ran",
    )
    .action(async (options: SyncOptions) => (await import("./sync.ts")).sync(undefined, options));
  for (const [kind, does] of [
    ["users", "only Entra users, to OnePlan, ONES or a file"],
    ["rooms", "only meeting rooms, to ONES or a file"],
    ["access", "only people of the linked OnePlan group, to the group of this stack"],
    ["plans", "only work items of Azure DevOps with plans and tasks of OnePlan, both ways"],
  ] as const) {
    sync
      .command(kind)
      .description(does)
      .action(async (_options: object, command: Command) =>
        (await import("./sync.ts")).sync(kind, command.optsWithGlobals<SyncOptions>()),
      );
  }

  tenantwire
    .command("run")
    .description("run each sync of a stack when its strategy says so, until it is told to stop: a process that stays")
    .option("-s, --stack <name>", "stack whose outputs are used, read again every quarter of an hour")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the syncs remember what they did, if they were told so too")
    .option(...ALLOW_HOST)
    .option("--check", "tell instead whether everything ran at its time, for a monitor; exit code 10 if not")
    .option("--json", "as JSON on standard output: a line for each event, or what --check found")
    .action(async (options: RunCommandOptions) => (await import("./run.ts")).run(options));

  const alerts = tenantwire
    .command("alerts")
    .description("what people are alerted of, what is open, and how each channel does; tells what waits")
    .option("-s, --stack <name>", "stack whose alerts they are")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the syncs remember what they did, if they were told so too")
    .option("--json", "as JSON on standard output")
    .action(async (options: AlertsOptions) => (await import("./alerts.ts")).listAlerts(options));
  alerts
    .command("test")
    .description("send each channel a message that says that it is a test; exit code 10 where one does not arrive")
    .option(
      "--allow-host <host>",
      "let the secret of a channel be sent to this new host, and remember it (may be repeated)",
      more,
    )
    .action(async (_options: object, command: Command) =>
      (await import("./alerts.ts")).testAlerts(command.optsWithGlobals<AlertsTestOptions>()),
    );

  const access = stateOptions(
    tenantwire.command("access").description("the people of the group that the stack declares, and who asks to be one"),
  );
  access
    .command("list")
    .description("who may come in, as what, and since when")
    .action(async (_options: object, command: Command) =>
      (await import("./access.ts")).listPeople(command.optsWithGlobals<AccessCommandOptions>()),
    );
  access
    .command("requests")
    .description("who asks for access and why, newest first; tells administrators what they have not been told yet")
    .action(async (_options: object, command: Command) =>
      (await import("./access.ts")).listRequests(command.optsWithGlobals<AccessCommandOptions>()),
    );
  access
    .command("approve")
    .description("let somebody in who asked")
    .argument("<request>", "its id, or the last 8 characters of it")
    .option("--role <role>", "Administrator, Editor or Reader", "Reader")
    .action(async (id: string, _options: object, command: Command) =>
      (await import("./access.ts")).approve(id, command.optsWithGlobals<RoleOptions>()),
    );
  access
    .command("deny")
    .description("do not let somebody in who asked")
    .argument("<request>", "its id, or the last 8 characters of it")
    .option("--why <text>", "what the person is told")
    .action(async (id: string, _options: object, command: Command) =>
      (await import("./access.ts")).deny(id, command.optsWithGlobals<DenyOptions>()),
    );
  access
    .command("add")
    .description("let somebody in who did not ask")
    .argument("<person>", "user principal name or object id in Entra; of a linked group, mail address or id in OnePlan")
    .option("--role <role>", "Administrator, Editor or Reader", "Reader")
    .option("--oneplan", "somebody of the linked OnePlan group")
    .action(async (who: string, _options: object, command: Command) =>
      (await import("./access.ts")).addPerson(who, command.optsWithGlobals<AddOptions>()),
    );
  access
    .command("remove")
    .description("take somebody's access away")
    .argument("<person>", "mail address or id")
    .action(async (who: string, _options: object, command: Command) =>
      (await import("./access.ts")).removePerson(who, command.optsWithGlobals<AccessCommandOptions>()),
    );
  access
    .command("role")
    .description("give somebody another role")
    .argument("<person>", "mail address or id")
    .argument("<role>", "Administrator, Editor or Reader")
    .action(async (who: string, role: string, _options: object, command: Command) =>
      (await import("./access.ts")).changeRole(who, role, command.optsWithGlobals<AccessCommandOptions>()),
    );

  stateOptions(tenantwire.command("audit"))
    .description("what was decided about people and plans, by whom; exit code 10 if somebody changed that afterwards")
    .option("--limit <n>", "so many entries (default: 50); --json has all", Number)
    .option("--kept <entry>", "an entry as somebody wrote it down, such as 12:0123abcd: is it still the same?")
    .action(async (options: AuditOptions) => (await import("./access.ts")).audit(options));

  const explain = tenantwire.command("explain").description("why somebody is or is not there; writes nothing");
  stackOptions(explain.command("user"))
    .description("an Entra user: found, in scope by which way, matched to what, and what the next run would do")
    .option(...ALLOW_HOST)
    .argument("<user>", "mail address, user principal name or object id")
    .option("--json", "as JSON on standard output")
    .action(async (user: string, options: ExplainOptions) => (await import("./explain.ts")).explainUser(user, options));
  stackOptions(explain.command("room"), "ones or file")
    .description("a meeting room: found, in scope by what, matched to what, and what the next run would do")
    .option(...ALLOW_HOST)
    .argument("<room>", "mail address, place id or name")
    .option("--json", "as JSON on standard output")
    .action(async (room: string, options: ExplainOptions) =>
      (await import("./explain-room.ts")).explainRoom(room, options),
    );
  stackOptions(explain.command("item"), "an organization of Azure DevOps")
    .description("a work item and its plan or task: field by field which side has what, which rule counts, since when")
    .option(...ALLOW_HOST)
    .argument("<item>", "id of the work item, or of its plan or task")
    .option("--json", "as JSON on standard output")
    .action(async (item: string, options: ExplainOptions) =>
      (await import("./explain-item.ts")).explainItem(item, options),
    );

  const rooms = stackOptions(tenantwire.command("rooms"), "ones or file")
    .option(...ALLOW_HOST)
    .description("every meeting room, where it stands and why, and what the target has besides; writes nothing")
    .option("--json", "as JSON on standard output")
    .action(async (options: RoomsOptions) => (await import("./rooms.ts")).listRooms(options));
  rooms
    .command("check")
    .description(
      "will bookings work? Which rooms may not be seen, and what their mailboxes do; exit code 10 if somebody has to act",
    )
    .option("--exchange <file>", "what the mailboxes do, as the command that this prints exports it")
    .action(async (_options: object, command: Command) =>
      (await import("./rooms-check.ts")).checkRooms(command.optsWithGlobals<RoomsCheckOptions>()),
    );

  const plans = stackOptions(
    tenantwire.command("plans").description("work items of Azure DevOps and what they are in OnePlan"),
    "the name of an organization",
  ).option(...ALLOW_HOST);
  plans
    .command("check")
    .description(
      "does all agree before the first write: types, fields, choices, rights; what cannot be carried; exit code 10 if somebody has to act",
    )
    .option("--json", "as JSON on standard output")
    .action(async (_options: object, command: Command) =>
      (await import("./plans-check.ts")).checkAll(command.optsWithGlobals<PlansOptions>()),
    );
  plans
    .command("list")
    .description("plans that go with a work item, and which of them the next run compares first")
    .option("--json", "as JSON on standard output")
    .action(async (_options: object, command: Command) =>
      (await import("./plans.ts")).listConnected(command.optsWithGlobals<PlansOptions>()),
    );
  plans
    .command("connect")
    .description("say that a plan goes with a work item that is there already; the next run compares the two")
    .argument("<plan>", "its id or its name")
    .requiredOption("--to <work item>", "the number of the work item")
    .action(async (plan: string, _options: object, command: Command) =>
      (await import("./plans.ts")).connect(plan, command.optsWithGlobals<ConnectOptions>()),
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
      (await import("./plans-by-hand.ts")).runByHand(asked, plan, each.optsWithGlobals<ByHandOptions>()),
    );
  }
  plans
    .command("disconnect")
    .description("take a plan and its work item apart: both stay as they are, and what lies below them, on both sides")
    .argument("<plan>", "its id or its name")
    .option("--dry-run", "say what would be taken apart, and write nothing")
    .option("--json", "as JSON on standard output")
    .action(async (plan: string, _options: object, command: Command) =>
      (await import("./plans.ts")).disconnect(plan, command.optsWithGlobals<DisconnectOptions>()),
    );
  plans
    .command("open")
    .description("print where the work item of a plan is")
    .argument("<plan>", "its id or its name")
    .action(async (plan: string, _options: object, command: Command) =>
      (await import("./plans.ts")).open(plan, command.optsWithGlobals<PlansOptions>()),
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
      (await import("./plans-events.ts")).eventsOn(command.optsWithGlobals<EventsOnOptions>()),
    );
  events
    .command("off")
    .description("take it back; the schedule goes on")
    .action(async (_options: object, command: Command) =>
      (await import("./plans-events.ts")).eventsOff(command.optsWithGlobals<PlansOptions>()),
    );
  events
    .command("check")
    .description("are the subscriptions there and enabled? Exit code 10 if somebody has to act")
    .action(async (_options: object, command: Command) =>
      (await import("./plans-events.ts")).eventsCheck(command.optsWithGlobals<PlansOptions>()),
    );

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
    .action(async (options: ServeOptions) => (await import("./serve.ts")).serve(options));

  // Options of `runs` itself are those of its subcommands too: `runs show last -s contoso`.
  const runs = stackOptions(tenantwire.command("runs"))
    .description("the last runs, newest first, and what is over the limits")
    .option("--json", "as JSON on standard output")
    .option("--names", "with people's names as far as the state knows them (show, object)")
    .option("--limit <n>", "so many runs (default: 20)", Number)
    .option("--statistics", "what the runs of each month came to instead, for two years")
    .option("--sync <name>", "only of this one: users, rooms, plans or access")
    .action(async (options: RunsOptions) => (await import("./runs.ts")).listRuns(options));
  runs
    .command("show")
    .description("one run whole: failures with their reasons, and who is in the plan that a limit stopped")
    .argument("<run>", "last, or the beginning of a run's id")
    .action(async (run: string, _options: object, command: Command) =>
      (await import("./runs.ts")).showRun(run, command.optsWithGlobals<RunsOptions>()),
    );
  runs
    .command("object")
    .description("what the last runs did with one object")
    .argument("<object>", "mail address or id")
    .action(async (object: string, _options: object, command: Command) =>
      (await import("./runs.ts")).showObject(object, command.optsWithGlobals<RunsOptions>()),
    );

  const credentials = tenantwire
    .command("credentials")
    .description(
      "each credential of a stack: age, expiry, what is due and who does what; exit code 10 if somebody has to act",
    )
    .option("-s, --stack <name>", "stack whose credentials they are")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--within <days>", "tell what falls due or ends in so many days (default: 14)", Number)
    .option("--json", "as JSON on standard output")
    .action(async (options: CredentialsOptions) => (await import("./credentials.ts")).listCredentials(options));
  credentials
    .command("ack")
    .description("say that the newest secret is in the vendor's form now; written into the stack's settings")
    .argument("<credential>", "its name in the list")
    .action(async (name: string, _options: object, command: Command) =>
      (await import("./credentials.ts")).acknowledge(name, command.optsWithGlobals<CredentialsOptions>()),
    );

  credentials
    .command("adopt")
    .description("declare a secret or certificate that somebody made by hand: tracked by what Entra tells of it")
    .argument("<registration>", "of the stack that has it: sync, ones, ...")
    .argument("<key id>", "of it, as tenantwire test and drift tell it")
    .option("--note <text>", "who uses it, and for what")
    .action(async (registration: string, keyId: string, _options: object, command: Command) =>
      (await import("./credential-orders.ts")).adoptCredential(
        registration,
        keyId,
        command.optsWithGlobals<AdoptCredentialOptions>(),
      ),
    );
  credentials
    .command("retire")
    .description("take away before its time what nobody uses any more: the one before the current, or one made by hand")
    .argument("<credential>", "its name in the list; of one made by hand its key id")
    .option("--unused", "on your word, where Entra's report of sign-ins does not show it")
    .action(async (name: string, _options: object, command: Command) =>
      (await import("./credential-orders.ts")).retire(name, command.optsWithGlobals<RetireOptions>()),
    );

  tenantwire
    .command("settings-sheet")
    .description("what the vendors' forms ask, in their order and with their labels")
    .argument("[form]", "only this one, such as ones")
    .option("-s, --stack <name>", "stack whose integrations they are")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--reveal <secret>", "with the value of this secret, read from the vault as whoever is signed in")
    .option("--json", "as JSON on standard output")
    .action(async (form: string | undefined, options: SettingsSheetOptions) =>
      (await import("./settings-sheet.ts")).settingsSheet(form, options),
    );

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
    .action(async (options: ReviewOptions) => (await import("./review.ts")).review(options));

  tenantwire
    .command("test")
    .description("try everything that a deployed stack lives on, and say what is wrong; writes nothing")
    .option("-s, --stack <name>", "stack that is tried (its outputs are read with `pulumi stack output --json`)")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the syncs remember what they did, if they were told so too")
    .option(...ALLOW_HOST)
    .option("--deploy", "before a deployment instead: what the deploying identity may not do, and what is in its way")
    .option("--strict", "what was not checked counts as failed: for pipelines, where nobody reads the list")
    .option(
      "--wait <minutes>",
      "right after a deployment: try again so long while a new role or consent does not hold yet",
    )
    .option("--json", "as JSON on standard output")
    .action(async (options: TestOptions) => (await import("./test.ts")).test(options));

  tenantwire
    .command("drift")
    .description("what somebody changed by hand in the registrations since the look before; exit code 10 if anything")
    .option("-s, --stack <name>", "stack whose registrations they are")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the look before is remembered: a file or a blob's address, as for the syncs")
    .option("--full", "read everything instead of what changed")
    .option("--json", "as JSON on standard output")
    .action(async (options: DriftOptions) => (await import("./drift.ts")).drift(options));

  const orphans = tenantwire
    .command("orphans")
    .description("what carries the stack's mark and its state does not know: left behind by a killed deployment")
    .option("-s, --stack <name>", "stack whose mark it is")
    .option("--import <file>", "write what pulumi import --file takes")
    .option("--remove <id...>", "remove these")
    .option("--yes", "without asking")
    .option("--json", "as JSON on standard output")
    .action(async (options: OrphansOptions) => (await import("./orphans.ts")).orphans(options));
  orphans
    .command("adopt")
    .description("take a registration that was made by hand into the stack: writes what pulumi import --file takes")
    .argument("<client id>", "of the registration")
    .requiredOption("--as <name>", "the registration of the settings that it becomes: sync, ones, oneplan-users, ...")
    .action(async (clientId: string, _options: object, command: Command) =>
      (await import("./orphans.ts")).adoptRegistration(clientId, command.optsWithGlobals<AdoptOptions>()),
    );

  tenantwire
    .command("adopt")
    .description(
      "the settings of an application that is there already, with the names of its permissions; writes nothing",
    )
    .requiredOption("--from-app <client id>", "of the application")
    .requiredOption("--as <name>", "the registration of the settings that it becomes: sync, ones, oneplan-users, ...")
    .option("-s, --stack <name>", "stack whose settings they are for")
    .action(async (options: AdoptFromAppOptions) => (await import("./adopt.ts")).adoptFromApp(options));

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
      .action(async (options: GrantsOptions) => (await import("./grants.ts"))[name](options));
  }

  tenantwire
    .command("completion")
    .description("completion of commands, options, stacks and files in a shell: prints the script that the shell reads")
    .argument("<shell>", "bash, zsh, fish or powershell")
    .action(async (shell: string) => (await import("./completion.ts")).completionScript(program(), shell));
  // What that script calls, with the words that were typed.
  tenantwire
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: string[]) => (await import("./completion.ts")).complete(program(), words));

  const sandbox = tenantwire.command("sandbox").description("the stand-in tenant: every host, no account");
  worldOptions(sandbox.command("exec"))
    .description("run a command in the stand-in tenant's world")
    .argument("<command...>", "the command and its arguments, after --")
    .action(async (command: string[], options: WorldFlags) => (await import("./sandbox.ts")).exec(command, options));
  worldOptions(sandbox.command("start"))
    .description(
      "keep the stand-in tenant running and print its environment for a shell (start > world.sh & then . world.sh)",
    )
    .action(async (options: WorldFlags) => (await import("./sandbox.ts")).start(options));
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
    .action(async (options: FaultFlags) => (await import("./sandbox.ts")).fault(options));
  sandbox
    .command("day")
    .description("make something happen in the running stand-in's company (run in its environment)")
    .argument(
      "[what]",
      "what happens to people, groups, rooms, work items or plans; without it, everything that can happen is listed",
    )
    .argument("[values...]", "addresses and names: hire MAIL NAME, join GROUP MAIL, work-item TYPE TITLE [PARENT], ...")
    .action(async (what: string | undefined, values: string[]) => (await import("./sandbox.ts")).day(what, values));

  return tenantwire;
}

function stackOptions(command: Command, targets = "oneplan, ones or file"): Command {
  return command
    .option("-s, --stack <name>", "stack whose sync it is (its outputs are read with `pulumi stack output --json`)")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the sync remembers what it did, if it was told so too")
    .option("--target <name>", `only this one: ${targets}`);
}

function stateOptions(command: Command): Command {
  return command
    .option("-s, --stack <name>", "stack whose group it is")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--state <place>", "where the syncs remember what they did, if they were told so too")
    .option("--json", "as JSON on standard output");
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

/** Runs the command that this process was started with, and sets its exit code. */
export async function main(): Promise<void> {
  filterPrinting();
  const tenantwire = program();
  // What is told is about the stack of this process from here on.
  tenantwire.hook("preAction", async (_command, action) => {
    const { stack, outputs, state } = action.optsWithGlobals<WhichStack>();
    if (stack === undefined) return workFor({ outputs, state });
    const { settingsOf } = await import("../stacks/settings-file.ts");
    workFor({ stack, outputs, state, settings: () => settingsOf(stack) });
  });
  try {
    await tenantwire.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and --version end this way too, with 0; commander has printed its own message.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      const failure = describeFailure(error);
      process.stderr.write(`${printableText(failure.message)}\n`);
      process.exitCode = failure.exitCode;
    }
  }
  endWhereInterrupted();
}

if (import.meta.main) void main();
