import { roomSyncPermissions } from "../sync-identity/room-permissions.ts";
import { userSyncPermissions } from "../sync-identity/user-permissions.ts";
import { vendor } from "../vendor.ts";
import { filesFaults } from "./faults.ts";
import { Files } from "./settings.ts";

/** Users and rooms to a file, for products that tenantwire does not know. */
export const files = vendor({
  settings: { files: Files.optional() },
  faults: filesFaults,
  reads: ({ files }, { cloud }) => [
    ...(files?.users ? [userSyncPermissions(files.users)] : []),
    ...(files?.rooms ? [roomSyncPermissions(cloud)] : []),
  ],
  outputs: ({ files }) => ({
    ...(files?.users && { file: withUsers(files.users) }),
    ...(files?.rooms && { roomsFile: withRooms(files.rooms) }),
  }),
});

type Written = NonNullable<import("zod").output<typeof Files>>;

function withUsers({ path, format, ...users }: NonNullable<Written["users"]>) {
  return { path, format, users };
}

function withRooms({ path, format, ...rooms }: NonNullable<Written["rooms"]>) {
  return { path, format, rooms };
}
