/**
 * What happens in a company on one day, to be done to a running stand-in by hand: people come and go, groups change,
 * rooms are built and renamed, work items and plans are made and changed.
 *
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { SettingsError } from "../contract/errors.ts";
import { planEvents } from "./day-plans.ts";
import { directory } from "./directory/index.ts";
import type { Directory } from "./directory/index.ts";
import type { Event } from "./day-event.ts";
import type { DirectoryObject } from "./directory/model.ts";
import { text } from "./directory/model.ts";
import { graphTime } from "./directory/time.ts";
import { grantDeclared } from "./hosts/entra-consent.ts";
import type { World } from "./world.ts";

/** By what is typed. */
export const events: Readonly<Record<string, Event>> = {
  ...planEvents,
  hire: {
    takes: ["MAIL", "NAME"],
    happens({ world, directory: { people, users } }, [mail = "", name = ""]) {
      if (users.byKey(mail)) throw new SettingsError(`The stand-in tenant has ${mail} already.`);
      const now = graphTime(world.now());
      const [nickname = ""] = mail.split("@");
      const id = randomUUID();
      people.createUser({
        ...{ id, displayName: name, mail, mailNickname: nickname, userPrincipalName: mail },
        ...{ accountEnabled: true, userType: "Member", createdDateTime: now },
      });
      return `object id ${id}`;
    },
  },
  rename: {
    takes: ["MAIL", "NAME"],
    happens: ({ directory }, [mail = "", name = ""]) =>
      void directory.people.update("users", person(directory, mail), { displayName: name }),
  },
  leave: {
    takes: ["MAIL"],
    happens: ({ directory }, [mail = ""]) => void directory.people.deleteUser(person(directory, mail).id),
  },
  group: {
    takes: ["GROUP"],
    happens({ world, directory: { people } }, [name = ""]) {
      const now = graphTime(world.now());
      const nickname = name.replace(/[^\w-]/g, "");
      const id = randomUUID();
      people.createGroup(
        {
          ...{ id, displayName: name, mailNickname: nickname },
          createdDateTime: now,
          renewedDateTime: now,
        },
        [],
      );
      return `object id ${id}`;
    },
  },
  join: {
    takes: ["GROUP", "MAIL"],
    happens({ directory }, [name = "", mail = ""]) {
      const [{ id: groupId }, { id }] = [group(directory, name), person(directory, mail)];
      if (directory.people.membersOf(groupId).has(id)) throw new SettingsError(`${mail} is in ${name} already.`);
      directory.people.addMember(groupId, id);
    },
  },
  quit: {
    takes: ["GROUP", "MAIL"],
    happens({ directory }, [name = "", mail = ""]) {
      const [{ id: groupId }, { id }] = [group(directory, name), person(directory, mail)];
      if (!directory.people.membersOf(groupId).has(id)) throw new SettingsError(`${mail} is not in ${name}.`);
      directory.people.removeMember(groupId, id);
    },
  },
  room: {
    takes: ["MAIL", "NAME", "LIST?"],
    happens({ directory: { rooms } }, [emailAddress = "", displayName = "", list]) {
      rooms.addRoom({ emailAddress, displayName });
      if (list !== undefined) rooms.putInList(list, emailAddress);
    },
  },
  "room-list": {
    takes: ["MAIL", "NAME"],
    happens: ({ directory: { rooms } }, [emailAddress = "", displayName = ""]) =>
      void rooms.addRoomList({ emailAddress, displayName }),
  },
  "rename-room": {
    takes: ["MAIL", "NAME"],
    happens: ({ directory: { rooms } }, [mail = "", displayName = ""]) => rooms.change(mail, { displayName }),
  },
  "hide-room": {
    takes: ["MAIL"],
    happens: ({ directory: { rooms } }, [mail = ""]) => rooms.hide(mail),
  },
  "show-room": {
    takes: ["MAIL"],
    happens: ({ directory: { rooms } }, [mail = ""]) => rooms.hide(mail, false),
  },
  "remove-room": {
    takes: ["MAIL"],
    happens: ({ directory: { rooms } }, [mail = ""]) => void rooms.remove(mail),
  },
  "put-in-list": {
    takes: ["LIST", "MAIL"],
    happens: ({ directory: { rooms } }, [list = "", mail = ""]) => rooms.putInList(list, mail),
  },
  "take-out-of-list": {
    takes: ["LIST", "MAIL"],
    happens: ({ directory: { rooms } }, [list = "", mail = ""]) => rooms.takeOutOfList(list, mail),
  },
  consent: {
    takes: ["APP"],
    happens({ world, directory }, [app = ""]) {
      grantDeclared(world, application(directory, app));
      return "everything that it declares is granted, as by an administrator on the page of the link";
    },
  },
  "open-calendars": {
    takes: ["APP", "MAIL..."],
    happens({ directory }, [app = "", ...mails]) {
      const clientId = text(application(directory, app), "appId");
      const principal = [...directory.servicePrincipals.values()].find((each) => text(each, "appId") === clientId);
      if (!principal) throw new SettingsError(`${app} has no enterprise application: deploy first.`);
      for (const mail of mails)
        if (!directory.rooms.rooms.byKey(mail)) throw new SettingsError(`The stand-in tenant has no room ${mail}.`);
      directory.rooms.scopeCalendars(principal.id, mails);
      return `Exchange lets it read ${mails.length} ${mails.length === 1 ? "calendar" : "calendars"}, and no other`;
    },
  },
};

/**
 * @returns what there is to tell of it
 * @throws SettingsError for what is not known, or cannot happen
 */
export function happen(world: World, what: string, values: readonly string[]): string | undefined {
  const event = Object.hasOwn(events, what) ? events[what] : undefined;
  if (!event) throw new SettingsError([`"${what}" is nothing that can happen. What can:`, ...usage().split("\n")]);
  const least = event.takes.filter((name) => !name.endsWith("?")).length;
  const most = event.takes.some((name) => name.endsWith("...")) ? Infinity : event.takes.length;
  if (values.length < least || values.length > most) {
    throw new SettingsError(`${what} takes ${event.takes.map(shown).join(" ")}.`);
  }
  try {
    return event.happens({ world, directory: directory(world) }, values) ?? undefined;
  } catch (error) {
    if (error instanceof SettingsError) throw error;
    // What the directory says of an address that is there already, or is not.
    throw new SettingsError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** A line for each thing that can happen, with what it takes. */
export function usage(): string {
  return Object.entries(events)
    .map(([what, { takes }]) => `  ${what} ${takes.map(shown).join(" ")}`)
    .join("\n");
}

function shown(name: string): string {
  return name.endsWith("?") ? `[${name.slice(0, -1)}]` : name;
}

function person({ users }: Directory, mail: string): DirectoryObject {
  const wanted = mail.toLowerCase();
  const found = users.byKey(mail) ?? [...users.values()].find((each) => text(each, "mail").toLowerCase() === wanted);
  if (!found) throw new SettingsError(`The stand-in tenant has nobody with the address ${mail}.`);
  return found;
}

/** By client id, or by name. */
function application({ applications }: Directory, named: string): DirectoryObject {
  const found = [...applications.values()].filter(
    (each) => text(each, "appId") === named || text(each, "displayName") === named,
  );
  const [only] = found;
  if (!only || found.length > 1)
    throw new SettingsError(`The stand-in tenant has ${found.length} registrations named ${named}.`);
  return only;
}

function group({ groups }: Directory, name: string): DirectoryObject {
  const found = [...groups.values()].filter((each) => text(each, "displayName") === name);
  const [only] = found;
  if (!only || found.length > 1)
    throw new SettingsError(`The stand-in tenant has ${found.length} groups named ${name}.`);
  return only;
}
