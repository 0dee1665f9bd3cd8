/**
 * What a person's token is let in with beside the permissions of the gate, which are the same for both kinds of token.
 *
 * @packageDocumentation
 */
import type { Needs } from "./permissions.ts";

/** Delegated permissions that applications cannot have, by entry of the gate: one of them suffices. */
export const delegatedOnly: Readonly<Record<string, readonly string[]>> = {
  "GET /organization": ["User.Read"],
  ...Object.fromEntries(
    ["", "/$count", "/microsoft.graph.group", "/microsoft.graph.group/$count"].flatMap((rest) => [
      [`GET /users/:id/memberOf${rest}`, ["GroupMember.Read.All"]],
      [`GET /groups/:id/transitiveMemberOf${rest}`, ["GroupMember.Read.All", "Group.Read.All"]],
    ]),
  ),
  // Documented: who calendars were shared with reads them with the permissions whose names end in `.Shared`.
  "POST /users/:id/calendar/getSchedule": [
    "Calendars.ReadBasic",
    "Calendars.Read.Shared",
    "Calendars.ReadWrite.Shared",
  ],
};

/** Published: what `/me` wants. */
export const personGate: Needs = [["User.Read", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All"]];
