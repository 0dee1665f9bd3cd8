/**
 * Users of a ONES server, as plain JSON, and what happens to them. Everything is assumed: the vendor publishes no route
 * for users. The names of the fields follow the page of a user in its management console.
 *
 * @packageDocumentation
 */
import { z } from "zod";
import { checkedBy, HttpError } from "./http-error.ts";

export const User = z.strictObject({
  /** Generated and fixed (published: `#1`). */
  id: z.int(),
  externalId: z.string().nullable(),
  /** Unique (published). */
  userName: z.string().min(1),
  displayName: z.string().nullable(),
  email: z.string().nullable(),
  cardNumber: z.string().nullable(),
  enabled: z.boolean(),
  userGroups: z.array(z.string()),
});
export type User = z.infer<typeof User>;

const Changes = User.omit({ id: true }).partial();

export interface OnesData {
  users: User[];
  readonly groups: readonly string[];
  lastId: number;
}

export function userById(data: OnesData, id: string): User {
  const user = data.users.find((each) => String(each.id) === id);
  if (user === undefined) throw new HttpError(404, "User not found.");
  return user;
}

export function createUser(data: OnesData, body: unknown): User {
  const blank = {
    externalId: null,
    displayName: null,
    email: null,
    cardNumber: null,
    enabled: true,
    userGroups: [] as string[],
  };
  const changes = checked(data, body);
  if (changes.userName === undefined) throw new HttpError(400, "userName is required.");
  const user = { ...blank, ...changes, id: data.lastId + 1, userName: changes.userName };
  data.lastId = user.id;
  data.users.push(user);
  return user;
}

export function updateUser(data: OnesData, id: string, body: unknown): User {
  const before = userById(data, id);
  const after: User = { ...before, ...checked(data, body, before) };
  data.users[data.users.indexOf(before)] = after;
  return after;
}

function checked(data: OnesData, body: unknown, before?: User): Partial<User> {
  const changes = checkedBy(Changes, body) as Partial<User>;
  const { userName, userGroups = [] } = changes;
  if (data.users.some((each) => each !== before && each.userName.toLowerCase() === userName?.toLowerCase())) {
    throw new HttpError(409, "The user name is taken.");
  }
  const unknown = userGroups.find((group) => !data.groups.includes(group));
  if (unknown !== undefined) throw new HttpError(400, `There is no user group "${unknown}".`);
  return changes;
}
