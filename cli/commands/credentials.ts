/** Commands for a stack's credentials, and for what vendors' forms ask. @packageDocumentation */
import type { Command } from "commander";
import type { AdoptCredentialOptions, RetireOptions } from "../credential-orders.ts";
import type { CredentialsOptions } from "../credentials.ts";
import type { SettingsSheetOptions } from "../settings-sheet.ts";

export function credentialsCommands(tenantwire: Command): void {
  const credentials = tenantwire
    .command("credentials")
    .description(
      "each credential of a stack: age, expiry, what is due and who does what; exit code 10 if somebody has to act",
    )
    .option("-s, --stack <name>", "stack whose credentials they are")
    .option("--outputs <file>", "outputs from a file instead: needs neither engine nor backend")
    .option("--within <days>", "tell what falls due or ends in so many days (default: 14)", Number)
    .option("--json", "as JSON on standard output")
    .action(async (options: CredentialsOptions) => (await import("../credentials.ts")).listCredentials(options));
  credentials
    .command("ack")
    .description("say that the newest secret is in the vendor's form now; written into the stack's settings")
    .argument("<credential>", "its name in the list")
    .action(async (name: string, _options: object, command: Command) =>
      (await import("../credentials.ts")).acknowledge(name, command.optsWithGlobals<CredentialsOptions>()),
    );

  credentials
    .command("adopt")
    .description("declare a secret or certificate that somebody made by hand: tracked by what Entra tells of it")
    .argument("<registration>", "of the stack that has it: sync, ones, ...")
    .argument("<key id>", "of it, as tenantwire test and drift tell it")
    .option("--note <text>", "who uses it, and for what")
    .action(async (registration: string, keyId: string, _options: object, command: Command) =>
      (await import("../credential-orders.ts")).adoptCredential(
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
      (await import("../credential-orders.ts")).retire(name, command.optsWithGlobals<RetireOptions>()),
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
      (await import("../settings-sheet.ts")).settingsSheet(form, options),
    );
}
