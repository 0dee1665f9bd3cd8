/** Commands for the repository of a tenant. @packageDocumentation */
import type { Command } from "commander";
import type { InitFlags } from "../init.ts";
import { PIPELINES } from "../package.ts";
import type { UpgradeCheckOptions } from "../upgrade-check.ts";

export function repositoryCommands(tenantwire: Command): void {
  tenantwire
    .command("init")
    .description(
      "a tenant repository in this empty folder: settings, pipelines and a pinned version; asks what no option says",
    )
    .option("--tenant <id>", "the tenant's id")
    .option("--domain <domain>", "one of its domains, such as contoso.onmicrosoft.com")
    .option("--vendor <vendor...>", "what is connected; left out, it is asked for, with what there is")
    .option("--pipelines <where>", PIPELINES.join(" or "))
    .action(async (options: InitFlags) => (await import("../init.ts")).init(options));

  tenantwire
    .command("upgrade-check")
    .description("what another version would change for this repository; exit code 10 if it would; deploys nothing")
    .option("-s, --stack <name>", "stack whose settings are reviewed under both versions")
    .requiredOption("--to <version>", "the other version, or its tarball")
    .action(async (options: UpgradeCheckOptions) => (await import("../upgrade-check.ts")).upgradeCheck(options));
}
