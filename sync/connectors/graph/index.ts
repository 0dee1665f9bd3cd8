export { batchGet } from "./batch.ts";
export { type Call, createGraphClient, type GraphClient, type GraphEditor, type SignedInClient } from "./client.ts";
export { GraphError, isExpiredLink, type Purpose } from "./errors.ts";
export { pages } from "./pages.ts";
export { ReadOnce } from "./read-once.ts";
export { extensionNames, organization } from "./directory.ts";
export {
  type Collection,
  type Group,
  type GroupChange,
  groupNames,
  groupsById,
  groupsNamed,
  GROUPS_PER_DELTA,
  memberChanges,
  membershipsIn,
  type MemberChange,
  type MemberSet,
  someGroups,
  unitMembers,
} from "./groups.ts";
export { isGuid } from "./guid.ts";
export { countedMembers, countMembers, type MembersOf } from "./member-counts.ts";
export { mayReadUsers, userCalled } from "./one-user.ts";
export {
  allUsers,
  changedUsers,
  countUsers,
  type GraphUser,
  idsWithAddress,
  latestLink,
  mailboxesAt,
  queryFor,
  usersById,
  usersNamed,
} from "./users.ts";
