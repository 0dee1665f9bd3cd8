import { ordinaryPeople } from "../../data/ordinary-people.ts";
import { generateRooms } from "../../data/rooms.ts";
import { text } from "../../directory/model.ts";
import type { World } from "../../world.ts";
import type { OnesResources, Resource } from "./resources.ts";
import type { OnesData, User } from "./users.ts";

/** The first rooms of a tenant do not depend on how many there are. */
const LOOKED_AT = 5;

/** A server as an administrator would find it before the first sync: a few people were typed in by hand. */
export function onesSeed(world: World): OnesData {
  const blank = { externalId: null, cardNumber: null, enabled: true, userGroups: ["Staff"] };
  const typed = ordinaryPeople(world).slice(1, 4);
  const users: User[] = [
    { ...blank, id: 1, userName: "admin", displayName: "Administrator", email: null },
    // By hand, and not as Entra calls them: the mail address is all that they share with the directory.
    ...typed.map(({ name, mail }, index) => {
      const userName = mail.split("@")[0] ?? mail;
      return { ...blank, id: index + 2, userName, displayName: name, email: mail, cardNumber: `000${index + 1}` };
    }),
  ];
  return { users, groups: ["Staff", "Visitors"], lastId: users.length };
}

/**
 * Resources as an administrator would have typed them in before the first sync: three are rooms of the tenant under
 * other names and known by their addresses alone; one has nothing but the name of a room; one is no room at all. The
 * area is the administrator's own.
 */
export function onesResourcesSeed(world: World): OnesResources {
  const { seed, rooms: count, roomLists: lists, tenant } = world;
  const { rooms } = generateRooms({ seed, count: Math.min(count, LOOKED_AT), lists, mailDomain: tenant.mailDomain });
  const blank = {
    externalId: null,
    email: null,
    capacity: null,
    floor: null,
    equipment: [],
    areas: [1],
    enabled: true,
  };
  const typed: Omit<Resource, "id">[] = [
    ...rooms.slice(1, 4).map((room, index) => ({
      ...blank,
      name: `Meeting room ${index + 1}`,
      email: text(room, "emailAddress"),
      capacity: 5,
    })),
    ...rooms.slice(4, 5).map((room) => ({ ...blank, name: text(room, "displayName") })),
    { ...blank, name: "Visitors' parking space" },
  ];
  const resources = typed.map((each, index) => ({ ...each, id: index + 2 }));
  return { resources, areas: [{ id: 1, externalId: null, name: "Reception" }], lastId: resources.length + 1 };
}
