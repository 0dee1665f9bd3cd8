/**
 * `tenantwire access`: who may come in, as what; who asks, and what is answered. `tenantwire audit`: what was decided, and
 * whether anybody changed that afterwards. Who may write the state may decide here; who it was is in the audit trail.
 *
 * @packageDocumentation
 */
import { createColors } from "picocolors";
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import { ExitCode } from "../contract/exit-code.ts";
import { given } from "../contract/may-show.ts";
import type { Outputs } from "../contract/outputs.ts";
import { printable, printableJson } from "../contract/text/printable.ts";
import { counted } from "../contract/words.ts";
import { groupDetails } from "../contract/access/details.ts";
import type { DeclaredAccess } from "../contract/outputs/access.ts";
import { objectIdOf, type Person } from "../contract/access/people.ts";
import {
  type Access,
  type AccessRequest,
  afterRemoval,
  type AuditEntry,
  newestEntries,
  type PersonWithRole,
  readTrail,
  type Role,
  roles,
  verifyTrail,
} from "../sync/access/index.ts";
import type { StateStore } from "../sync/index.ts";
import { worldClock } from "../components/clock.ts";
import { newcomerCalled, openGroup, tellAdministrators } from "./access-group.ts";
import { wantsColor } from "./color.ts";
import { loadOutputs, type OutputsSource } from "./outputs.ts";
import { openState } from "./state.ts";
import { instant } from "./terminal/instant.ts";
import { table } from "./terminal/table.ts";
import { whoRuns } from "./who-runs.ts";
import { command } from "../contract/this-stack.ts";

export interface AccessCommandOptions extends OutputsSource {
  readonly state?: string;
  readonly json?: boolean;
}

export interface RoleOptions extends AccessCommandOptions {
  readonly role: string;
}

export interface DenyOptions extends AccessCommandOptions {
  readonly why?: string;
}

export interface AddOptions extends RoleOptions {
  /** The person is of the linked OnePlan group. */
  readonly oneplan?: boolean;
}

export interface AuditOptions extends AccessCommandOptions {
  readonly limit?: number;
  /** `12:0123abcd`: an entry as somebody wrote it down. */
  readonly kept?: string;
}

const SHOWN = 50;

interface Opened {
  readonly access: Access;
  readonly declared: DeclaredAccess;
  readonly outputs: Outputs;
  readonly store: StateStore;
}

export async function listPeople(options: AccessCommandOptions): Promise<void> {
  await withGroup(options, async ({ access, declared, outputs }) => {
    const people = await access.people();
    if (options.json) {
      const { id, name, authentication, allowed, oneplanConfiguration, timeZone } = declared;
      const tenant = outputs.tenant.id;
      const group = { id, name, tenant, authentication, allowed, oneplanConfiguration, timeZone };
      return printableJson({ version: 1, group, people });
    }
    const rows = people.map(({ name, mail = "", role = "no access", oneplan = "", signedIn = "never", key }) => [
      ...[name, mail, role, oneplan, signedIn, key],
    ]);
    const columns = ["name", "mail", "role", "in OnePlan", "last sign-in", "id"].map((title) => ({ title }));
    const details = groupDetails(declared, outputs.tenant.id).map(
      ([title, value]) => `  ${title}: ${printable(value)}`,
    );
    return [printable(declared.name), ...details, "", ...table(columns, rows)].join("\n");
  });
}

export async function listRequests(options: AccessCommandOptions): Promise<void> {
  await withGroup(options, async ({ access, outputs, store }) => {
    const now = await worldClock();
    await tellAdministrators(outputs, { store, now });
    const requests = await access.requests();
    if (options.json) return printableJson({ version: 1, requests });
    if (requests.length === 0) return "Nobody asks for access.";
    return requests.map((request) => renderRequest(request)).join("\n\n");
  });
}

function renderRequest({ id, name, mail, why, asked, expires, state, decided }: AccessRequest): string {
  const { bold } = createColors(wantsColor());
  const who = `${printable(name)}${mail === undefined ? "" : ` <${printable(mail)}>`}`;
  const outcome = decided
    ? `${state} by ${printable(decided.by)} at ${instant(decided.at)}${decided.role ? ` as ${decided.role}` : ""}${decided.why === undefined ? "" : `: ${printable(decided.why)}`}`
    : state === "open"
      ? `open until ${instant(expires)} (${command("access approve", id.slice(-8))}; or deny)`
      : state;
  return [`${bold(who)} asked at ${instant(asked)} (${id.slice(-8)})`, `  ${printable(why)}`, `  ${outcome}`].join(
    "\n",
  );
}

export async function approve(id: string, options: RoleOptions): Promise<void> {
  await withGroup(options, async ({ access }) => {
    const request = await access.decide(id, { approve: true, role: roleNamed(options.role) }, byHand());
    return options.json ? printableJson(request) : `${printable(request.name)} is ${options.role} from now on.`;
  });
}

export async function deny(id: string, options: DenyOptions): Promise<void> {
  await withGroup(options, async ({ access }) => {
    const { why } = options;
    const request = await access.decide(id, { approve: false, ...(why !== undefined && { why }) }, byHand());
    return options.json ? printableJson(request) : `The request of ${printable(request.name)} is denied.`;
  });
}

export async function addPerson(who: string, options: AddOptions): Promise<void> {
  await withGroup(options, async ({ access, outputs }) => {
    const person = await access.add(await newcomer(who, access, outputs, options), roleNamed(options.role), byHand());
    return options.json ? printableJson(person) : `${printable(person.name)} is ${options.role} from now on.`;
  });
}

async function newcomer(who: string, access: Access, outputs: Outputs, { oneplan }: AddOptions) {
  if (oneplan || access.linked) {
    const person = personCalled(await access.people(), who);
    if (person.oneplanId === undefined) throw new TenantwireError(`${printable(who)} is not of OnePlan.`);
    return { oneplanId: person.oneplanId };
  }
  return newcomerCalled(outputs, who);
}

export async function removePerson(who: string, options: AccessCommandOptions): Promise<void> {
  await withGroup(options, async ({ access }) => {
    const person = personCalled(await access.people(), who);
    await access.remove(person.key, byHand());
    if (options.json) return printableJson({ removed: person.key });
    return `${printable(person.name)} ${afterRemoval(await access.roleNow(person.key))}.`;
  });
}

export async function changeRole(who: string, role: string, options: AccessCommandOptions): Promise<void> {
  await withGroup(options, async ({ access }) => {
    const person = await access.setRole(personCalled(await access.people(), who).key, roleNamed(role), byHand());
    return options.json ? printableJson(person) : `${printable(person.name)} is ${role} from now on.`;
  });
}

/** The newest entries, oldest first, and whether the whole trail is as it was written; exit code 10 where it is not. */
export async function audit(options: AuditOptions): Promise<void> {
  const { limit = SHOWN, json } = options;
  if (!Number.isInteger(limit) || limit < 1) throw new SettingsError("--limit takes a whole number from 1 on.");
  const kept = options.kept === undefined ? undefined : keptEntry(options.kept);
  const outputs = await loadOutputs(options);
  const store = openState(options.state, outputs);
  try {
    const state = await store.read();
    const { head, faults } = await verifyTrail(state, kept);
    const entries: AuditEntry[] = [];
    if (json) for await (const entry of readTrail(state)) entries.push(entry);
    else entries.push(...(await newestEntries(state, limit)).toReversed());
    const last = `${head.entry}:${head.hash.slice(0, 16)}`;
    process.stdout.write(
      json
        ? `${printableJson({ version: 1, whole: faults.length === 0, faults, last, entries })}\n`
        : `${[...entries.map(renderEntry), ...renderVerified(head.entry, last, faults)].join("\n")}\n`,
    );
    if (faults.length > 0) process.exitCode = ExitCode.successWithExceptions;
  } finally {
    await store.close();
  }
}

/** Names are of people's own choosing: the key says who it was. */
function renderEntry({ entry, at, action, by, person, subject, details = {} }: AuditEntry): string {
  const facts = Object.entries(details).map(([name, text]) => `${name}: ${text}`);
  const of = [...(subject === undefined ? [] : [subject]), ...facts].map(printable).join(", ");
  const who = `${printable(by)}${person === undefined ? "" : ` [${printable(person)}]`}`;
  return `${entry}  ${at}  ${who}: ${printable(action)}${of === "" ? "" : ` (${of})`}`;
}

function renderVerified(count: number, last: string, faults: readonly string[]): readonly string[] {
  if (count === 0 && faults.length === 0) return ["Nothing was decided yet."];
  if (faults.length > 0) return ["", "THE TRAIL IS NOT AS IT WAS WRITTEN:", ...faults.map((fault) => `  ${fault}`)];
  return [
    "",
    `The trail is whole: ${counted(count, "entry", "entries")}, the last one ${last}. Whoever keeps that checks with --kept ${last} later that nothing before it was changed.`,
  ];
}

function keptEntry(text: string): { readonly entry: number; readonly hash: string } {
  const [, entry, hash] = /^(\d{1,12}):([0-9a-f]{8,64})$/.exec(text) ?? [];
  if (entry !== undefined && hash !== undefined) return { entry: Number(entry), hash };
  throw new SettingsError("--kept takes the number of an entry and the beginning of its hash, such as 12:0123abcd.");
}

function personCalled(people: readonly PersonWithRole[], who: string): Person {
  const wanted = who.toLowerCase();
  const names = (person: Person) => [person.key, person.mail, objectIdOf(person), person.oneplanId];
  const found = people.filter((person) => names(person).some((name) => name?.toLowerCase() === wanted));
  const [person, another] = found;
  if (person && !another) return person;
  throw new TenantwireError(
    another
      ? `${counted(found.length, "person", "people")} answer to ${given(who)}: give the id of one (${command("access list")}).`
      : `Nobody of the group has the mail address or id ${given(who)}: ${command("access list")} tells who there is.`,
  );
}

function roleNamed(text: string): Role {
  const role = roles.find((each) => each === text);
  if (role !== undefined) return role;
  throw new SettingsError(`A role is one of ${roles.join(", ")}, not ${given(text)}.`);
}

function byHand() {
  return { name: `${whoRuns()}, by the command line` };
}

async function withGroup(options: AccessCommandOptions, work: (opened: Opened) => Promise<string>): Promise<void> {
  const outputs = await loadOutputs(options);
  const store = openState(options.state, outputs);
  try {
    const group = openGroup(outputs, { store, now: await worldClock() });
    process.stdout.write(`${await work({ ...group, outputs, store })}\n`);
  } finally {
    await store.close();
  }
}
