/**
 * `tenantwire orphans`: what a killed deployment left behind, or somebody made by hand, taken into the stack by
 * `pulumi import`, or removed.
 *
 * @packageDocumentation
 */
import { printable, printableJson } from "../contract/text/printable.ts";
import { createInterface } from "node:readline/promises";
import {
  adopt,
  findOrphans,
  imported,
  type LookedAt,
  type Orphan,
  removeOrphan,
  withIds,
} from "../doctor/orphans/index.ts";
import { declaredRegistrations } from "../stacks/registrations.ts";
import { createArmClient } from "../sync/connectors/arm/index.ts";
import { deployerCredential } from "../sync/connectors/credentials/deployer.ts";
import { createGraphClient } from "../sync/connectors/graph/index.ts";
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import { table } from "./terminal/table.ts";
import { counted } from "../contract/words.ts";
import { declaredStack } from "./engine.ts";
import { plannedImport } from "./pulumi.ts";
import { writeWhole } from "./write.ts";
import { interruption } from "./interruption.ts";
import { command, fill } from "../contract/this-stack.ts";

export interface OrphansOptions {
  readonly stack?: string;
  /** File that the import is written to. */
  readonly import?: string;
  /** Ids of objects. */
  readonly remove?: readonly string[];
  readonly yes?: boolean;
  readonly json?: boolean;
}

export interface AdoptOptions extends OrphansOptions {
  readonly as: string;
}

export async function orphans(options: OrphansOptions): Promise<void> {
  const { looked, stack } = await look(options);
  const found = await findOrphans(looked);
  if (options.remove) return removeAsked(found, options.remove, options, looked);
  if (options.json) {
    const list = found.map(({ id, kind, name, imports }) => ({ id, kind, name, imports: Object.fromEntries(imports) }));
    process.stdout.write(`${printableJson(list)}\n`);
  } else if (found.length === 0) {
    process.stdout.write(`Nothing carries the mark ${looked.mark} that the state of ${stack} does not know.\n`);
  } else {
    const rows = found.map((orphan) => [orphan.kind, orphan.name, orphan.id, mendOf(orphan)]);
    const lines = table([{ title: "kind" }, { title: "name" }, { title: "id" }, { title: "what can be done" }], rows);
    process.stdout.write(`${lines.join("\n")}\n\n`);
    if (found.some(({ command: byHand }) => byHand === undefined)) {
      process.stdout.write(`Remove: ${command("orphans", "--remove", fill("id"))}\n`);
    }
  }
  const ids = new Map(found.flatMap(({ imports }) => [...imports]));
  if (ids.size > 0) await writeImport(ids, stack, options);
}

export async function adoptRegistration(clientId: string, options: AdoptOptions): Promise<void> {
  const { looked, stack } = await look(options);
  await writeImport(await adopt(clientId, options.as, looked), stack, options);
}

function mendOf({ imports, command: byHand }: Orphan): string {
  if (byHand !== undefined) return byHand;
  return imports.size > 0 ? "import, or remove" : "remove";
}

async function look(options: OrphansOptions): Promise<{ looked: LookedAt; stack: string }> {
  const { stack, mark, settings, state } = await declaredStack(options.stack);
  const credential = deployerCredential(settings.tenant, process.env, "look for orphans");
  const client = createGraphClient({ credential, cloud: settings.tenant.cloud });
  const registrations = declaredRegistrations(settings);
  const arm = createArmClient(credential, settings.tenant.cloud);
  // Where there is no vault, there is nothing of Azure.
  const subscriptionId = settings.vault && process.env["ARM_SUBSCRIPTION_ID"];
  return { stack, looked: { mark, state, registrations, client, arm, subscriptionId, signal: interruption() } };
}

/** Writes the file for the import, or says how to have it written. */
async function writeImport(ids: ReadonlyMap<string, string>, stack: string, options: OrphansOptions): Promise<void> {
  const say = (text: string) => (options.json ? process.stderr : process.stdout).write(text);
  if (options.import === undefined) {
    say(`Import: add --import FILE to this command, which writes what pulumi import takes.\n`);
    return;
  }
  const file = withIds(await plannedImport(stack), ids);
  const count = imported(file).length;
  if (count === 0)
    throw new TenantwireError("Nothing of it is anything that this stack would make: it cannot be imported.");
  await writeWhole(options.import, `${JSON.stringify(file, null, 2)}\n`);
  say(
    `${printable(options.import)} has ${counted(count, "resource")} that ${count === 1 ? "is" : "are"} there already. Take ${count === 1 ? "it" : "them"} in, and look at what is left to do:\n` +
      `  pulumi import --stack ${stack} --file ${printable(options.import)} --protect=false --generate-code=false\n` +
      `  pulumi preview --stack ${stack}\n`,
  );
}

async function removeAsked(
  found: readonly Orphan[],
  asked: readonly string[],
  { yes }: OrphansOptions,
  looked: LookedAt,
): Promise<void> {
  const chosen = asked.map((id) => {
    const orphan = found.find((each) => each.id === id);
    if (orphan) return orphan;
    throw new SettingsError(
      `${id} is no orphan of this stack: it is not there, carries another mark, or the state knows it.`,
    );
  });
  const names = chosen.map(({ kind, name }) => printable(`${kind} ${name}`)).join(", ");
  if (!yes && !(await confirmed(`Remove ${names}? `))) {
    process.stdout.write("Nothing was removed.\n");
    return;
  }
  for (const orphan of chosen) {
    await removeOrphan(orphan, looked);
    process.stdout.write(`Removed ${orphan.kind} ${printable(orphan.name)}.\n`);
  }
}

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new SettingsError("Nobody is here to ask: add --yes to remove it without a question.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question}(y/N) `)).trim());
  } finally {
    terminal.close();
  }
}
