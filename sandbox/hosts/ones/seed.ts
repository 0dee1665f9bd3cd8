import { ordinaryPeople } from "../../data/ordinary-people.ts";
import type { World } from "../../world.ts";
import type { OnesData, User } from "./users.ts";

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
