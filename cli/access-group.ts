/**
 * The group that a stack declares, with what its rules ask of the world: for the commands, for what runs by itself, and
 * for whoever else lets people in.
 *
 * @packageDocumentation
 */
import { SettingsError, TenantwireError } from "../contract/errors.ts";
import type { ConsoleWorld } from "../console/world.ts";
import { mayAddEntraUsers } from "../contract/access/rules.ts";
import type { DeclaredAccess } from "../contract/outputs/access.ts";
import type { Outputs } from "../contract/outputs.ts";
import { given } from "../contract/may-show.ts";
import { printableText } from "../contract/text/printable.ts";
import { messageOf, quoted } from "../contract/words.ts";
import {
  Access,
  type AccessOptions,
  isOneAddress,
  linkMessage,
  type Newcomer,
  tellRequests,
} from "../sync/access/index.ts";
import type { Member } from "../sync/connectors/oneplan/members.ts";
import { openMail } from "../sync/connectors/alerts/channels.ts";
import { syncCredential } from "../sync/connectors/credentials/index.ts";
import { openMembers } from "../sync/kinds/access/index.ts";
import { askStanding } from "../sync/kinds/access/sign-in.ts";
import { createGraphClient, mayReadUsers, userCalled } from "../sync/connectors/graph/index.ts";
import type { StateStore } from "../sync/index.ts";
import { StateFenced } from "../sync/state/session.ts";
import { reachOf } from "./hosts.ts";
import { tellingEnds } from "./interruption.ts";

export interface Group {
  readonly access: Access;
  readonly declared: DeclaredAccess;
}

export type Opening = Pick<AccessOptions, "store" | "now" | "askOnePlan"> &
  Partial<Pick<AccessOptions, "adminConsent">>;

/**
 * @param opening `adminConsent` by default: whether the sync identity may look people up
 * @throws SettingsError when no group is declared
 */
export function openGroup(outputs: Outputs, opening: Opening): Group {
  const declared = outputs.integrations.access;
  if (!declared) {
    throw new SettingsError(
      `The settings of ${outputs.mark} declare no group of people: say under tenantwire:access who its administrators are, and deploy (pulumi up).`,
    );
  }
  const adminConsent = opening.adminConsent ?? (() => mayLookUp(outputs));
  const askOnePlan = opening.askOnePlan ?? askerOf(outputs, opening.store);
  return {
    declared,
    access: new Access({ ...opening, declared, tenant: outputs.tenant.id, adminConsent, askOnePlan }),
  };
}

/** The linked OnePlan group, asked anew each time. */
export function onePlanOf(outputs: Outputs, store: StateStore): NonNullable<ConsoleWorld["onePlan"]> {
  const opened = async () => {
    const signal = AbortSignal.timeout(20_000);
    const members = openMembers(
      outputs,
      process.env,
      reachOf(outputs, {}, () => store.read()),
    );
    await members.group(signal);
    return { members, signal };
  };
  return {
    list: async () => {
      const { members, signal } = await opened();
      const found: Member[] = [];
      for await (const some of members.list(signal)) found.push(...some);
      return found;
    },
    get: async (id) => {
      const { members, signal } = await opened();
      return members.get(id, signal);
    },
  };
}

/** Mails links that set passwords by the channel that requests are told by, where one is declared. */
export function linkMailing(
  outputs: Outputs,
  group: DeclaredAccess,
  { store, now }: { readonly store: StateStore; readonly now: () => Date },
): Pick<ConsoleWorld, "mailLink"> {
  const { mailBy } = group;
  if (mailBy === undefined) return {};
  const reach = reachOf(outputs, {}, () => store.read());
  const send = openMail(outputs, mailBy, { credential: () => syncCredential(outputs, process.env), now, reach });
  return {
    mailLink: async (offered, link) => {
      const { mail = "" } = offered.person;
      if (!isOneAddress(mail)) throw new TenantwireError(`${quoted(mail)} is not one mail address.`);
      await send([mail], linkMessage(offered, { link, mark: outputs.mark, group }));
    },
  };
}

/** Asks OnePlan about somebody who signs in. */
function askerOf(outputs: Outputs, store: StateStore): NonNullable<AccessOptions["askOnePlan"]> {
  return async (identity, known) => {
    const signal = AbortSignal.timeout(20_000);
    try {
      const members = openMembers(
        outputs,
        process.env,
        reachOf(outputs, {}, () => store.read()),
      );
      await members.group(signal);
      return await askStanding(members, { identity, known, home: outputs.tenant.id }, signal);
    } catch (error) {
      if (!(error instanceof TenantwireError) && !signal.aborted) throw error;
      say(`OnePlan could not be asked who signs in, so that what it said last counts: ${messageOf(error)}`);
      return undefined;
    }
  };
}

/** Somebody of Entra. */
export interface Found {
  readonly objectId: string;
  readonly name: string;
  readonly mail?: string | undefined;
}

/**
 * Looks somebody up in Entra, as the sync identity.
 *
 * @param who object id, or user principal name
 * @returns undefined: nobody is called that, or it is neither of both
 * @throws TenantwireError when Entra does not answer, or the identity may not look
 */
async function lookUpUser(outputs: Outputs, who: string): Promise<Found | undefined> {
  const found = await userCalled(graph(outputs), who, AbortSignal.timeout(60_000));
  if (found === undefined) return undefined;
  const { id, displayName, mail, userPrincipalName } = found;
  return { objectId: id.toLowerCase(), name: displayName || who, mail: mail ?? userPrincipalName ?? undefined };
}

/**
 * Somebody of Entra, to be added.
 *
 * @param who object id, or user principal name, as somebody typed it
 * @throws TenantwireError as `lookUpUser`, and when nobody is called that
 */
export async function newcomerCalled(outputs: Outputs, who: string): Promise<Newcomer> {
  const found = await lookUpUser(outputs, who.trim());
  if (found) return { tenant: outputs.tenant.id, ...found };
  throw new TenantwireError(
    `Nobody in the tenant is called ${given(who)}: give a user principal name or an object id.`,
  );
}

/**
 * Why nobody of Entra can be added by name, where that is so: asked until somebody can be. What becomes of it afterwards is
 * told to who adds somebody.
 */
export function whyNoneAdded(outputs: Outputs): ConsoleWorld["whyNoneAdded"] {
  const tenant = outputs.tenant.id;
  let adminConsent = false;
  return async () => {
    // Somebody waits for a page meanwhile.
    const signal = AbortSignal.timeout(10_000);
    try {
      adminConsent ||= await mayLookUp(outputs, signal);
      return mayAddEntraUsers({ tenant, adminConsent });
    } catch (error) {
      if (!(error instanceof TenantwireError) && !signal.aborted) throw error;
      const why = messageOf(error).replace(/\.$/, "");
      return `it could not be asked whether the tenant's administrator has consented: ${why}`;
    }
  };
}

/** Whether the tenant's administrator has agreed that people are looked up: asked of Graph itself. */
function mayLookUp(outputs: Outputs, signal = AbortSignal.timeout(60_000)): Promise<boolean> {
  return mayReadUsers(graph(outputs), signal);
}

function graph(outputs: Outputs) {
  return createGraphClient({ credential: syncCredential(outputs, process.env), cloud: outputs.tenant.cloud });
}

/**
 * Ends requests that are over and mails administrators what they have to know. Nothing that is wrong with it fails
 * whoever calls it: it is told on standard error.
 */
export async function tellAdministrators(
  outputs: Outputs,
  { store, now }: { readonly store: StateStore; readonly now: () => Date },
): Promise<void> {
  const { mailBy } = outputs.integrations.access ?? {};
  if (outputs.integrations.access === undefined) return;
  try {
    const { access, declared } = openGroup(outputs, { store, now });
    if (mailBy === undefined) return await access.endExpired();
    const reach = reachOf(outputs, {}, () => store.read());
    const send = openMail(outputs, mailBy, { credential: () => syncCredential(outputs, process.env), now, reach });
    const lookUp = async (id: string) => (await lookUpUser(outputs, id))?.mail;
    const console = outputs.integrations.console?.publicUrl;
    const { troubles } = await tellRequests({
      access,
      store,
      declared,
      now,
      mark: outputs.mark,
      console,
      send,
      lookUp,
      signal: tellingEnds(),
    });
    if (tellingEnds().aborted) return;
    for (const trouble of troubles) say(`An administrator could not be told of a request for access: ${trouble}`);
  } catch (error) {
    if (tellingEnds().aborted) return;
    if (!(error instanceof TenantwireError || error instanceof StateFenced)) throw error;
    say(`The administrators could not be told of requests for access: ${messageOf(error)}`);
  }
}

function say(text: string): void {
  process.stderr.write(`${printableText(`tenantwire: ${text}`)}\n`);
}
