/** What the sync of users is called in commands, in the state and in reports. */
export const USERS_SYNC = "users";
