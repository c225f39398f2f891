/**
 * The names of each role's commands, for the other role, which does not have them. A
 * test compares these lists with the tables.
 *
 * @module
 */

/** The commands of the client. */
export const CLIENT_COMMANDS: readonly string[] = [
  ...["all", "to", "msg", "reply", "me", "users", "files", "get", "cancel"],
  "downloads",
  ...["show", "quiet", "security", "clear", "help", "quit"],
];

/** The commands of the server's window. */
export const SERVER_COMMANDS: readonly string[] = [
  ...["users", "say", "kick", "ban", "unban", "mute", "unmute", "lock"],
  ...["unlock", "key", "security", "files", "stats", "help", "quit"],
];
