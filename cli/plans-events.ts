/**
 * `tenantwire plans events on`, `off` and `check`: asks Azure DevOps and OnePlan to tell of what changes, as it happens.
 *
 * @packageDocumentation
 */
import { ExitCode } from "../contract/exit-code.ts";
import { SettingsError } from "../contract/errors.ts";
import { given } from "../contract/may-show.ts";
import { printable } from "../contract/text/printable.ts";
import { holding } from "../sync/state/session.ts";
import { eventFaults, type Subscribing, turnOff, turnOn } from "../sync/kinds/plans/events/subscriptions.ts";
import type { PlansOptions } from "./plans-check.ts";
import { type Opened, withOrganizations } from "./plans.ts";
import { command } from "../contract/this-stack.ts";

export interface EventsOnOptions extends PlansOptions {
  readonly address: string;
}

export async function eventsOn(options: EventsOnOptions): Promise<void> {
  const address = addressIn(options.address);
  await withOrganizations(options, async (organizations, store) => {
    for (const opened of organizations) {
      await holding(store.lock(opened.connected.sync), (session) => turnOn(subscribing(opened), session, address));
      process.stdout.write(
        `${printable(opened.connected.organization.name)}: both sides tell of what changes. Start what receives it: ${command("serve")}\n`,
      );
    }
  });
}

export async function eventsOff(options: PlansOptions): Promise<void> {
  await withOrganizations(options, async (organizations, store) => {
    for (const opened of organizations) {
      const { organization, sync } = opened.connected;
      const name = printable(organization.name);
      const were = await holding(store.lock(sync), (session) => turnOff(subscribing(opened), session));
      process.stdout.write(
        were ? `${name}: nobody tells any more; the schedule goes on.\n` : `${name}: events were off.\n`,
      );
    }
  });
}

export async function eventsCheck(options: PlansOptions): Promise<void> {
  const faults = await withOrganizations(options, async (organizations, store) => {
    const state = await store.read();
    const found: string[] = [];
    for (const opened of organizations) found.push(...(await eventFaults(subscribing(opened), state)));
    return found;
  });
  process.stdout.write(
    faults.length === 0 ? "Both sides tell of what changes.\n" : faults.map((line) => `${printable(line)}\n`).join(""),
  );
  process.exitCode = faults.length === 0 ? ExitCode.success : ExitCode.successWithExceptions;
}

function subscribing({ connected, connection }: Opened): Subscribing {
  return { ...connected, connection };
}

/** @throws SettingsError for what is no address of a proxy; http:// only on this machine */
function addressIn(text: string): string {
  const url = URL.parse(text);
  const isHere = url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  const isPlain = url !== null && url.search === "" && url.hash === "" && url.username === "" && url.password === "";
  if (isPlain && (url.protocol === "https:" || isHere)) return url.href.replace(/\/+$/, "");
  throw new SettingsError(
    `--address takes where a proxy hands requests on to this machine, such as https://hooks.contoso.com/tenantwire, not ${given(text)}.`,
  );
}
