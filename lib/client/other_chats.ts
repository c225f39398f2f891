/**
 * The usual commands of other chats (IRC, Slack, Discord, Teams) that this chat does
 * not have, or has under another name.
 *
 * @module
 */

const NAMES =
  "Names are chosen when joining: leave with /quit and start again " +
  "with another name";
const AWAY = "There is no away status. /quiet turns the bell and join/leave " +
  "notices off or on";
const ONE_ROOM =
  "There is one room, and everybody who joins is in it. /to NAME " +
  "talks to one person";
const SERVERS = "To join another server, leave with /quit and start again";
const LEAVING = "Type /quit to leave";
const EVERYONE =
  "Type /all to talk to everyone, or /all TEXT to send one message";
const ONE_PERSON =
  "Type /to NAME to talk to one person, or /msg NAME text to " +
  "send one message";
const PERSON =
  "The chat knows people by their names only. Type /users for the list";
const PEACE =
  "You cannot block a person. Ask the operator of the server, who can " +
  "mute and remove people";
const EARLIER =
  "The last messages are shown when you join. Scroll up to read them";
const SENDING =
  "Files come from the server: ask its operator to put yours into " +
  'the folder "download"';
const SENT = "A message that was sent cannot be changed or taken back";
const SOUND = "/quiet turns the bell and join/leave notices off or on";
const LOOK =
  "Start the client with --plain for no colours, with --no-time for no times";
const OPTIONS = "Options are given at the start: client --help lists them";
const DOING = "Type /me and what you do: /me waves";
const STOPPING = "Type /cancel to stop downloads, /quit to leave";
const OPERATOR = "Only the operator can do that, in the server's window";

/** A helpful sentence for each word. */
const ANSWERS: ReadonlyMap<string, string> = new Map(
  ([
    [NAMES, "nick name rename username login register identify"],
    [AWAY, "away afk back brb dnd status busy idle"],
    [ONE_ROOM, "join j channel channels room rooms topic subject create group"],
    [SERVERS, "connect reconnect server host open"],
    [LEAVING, "part disconnect close end logoff signout"],
    [EVERYONE, "say everyone broadcast shout yell here public"],
    [ONE_PERSON, "chat talk private switch with direct im message"],
    [PERSON, "whois whowas finger profile info user ping seen"],
    [PEACE, "ignore block unignore unblock squelch report"],
    [EARLIER, "history log last scrollback lastlog older transcript"],
    ["There is no search. Scroll up to look for it", "search find grep"],
    [SENDING, "send upload share attach dcc put"],
    [SENT, "edit delete undo unsend remove"],
    [SOUND, "bell beep sound notify notifications silent"],
    [LOOK, "color colour theme font timestamp time date"],
    [OPTIONS, "settings config set options preferences prefs"],
    ["client --version shows the version", "version ver about"],
    [DOING, "slap poke wave nudge action emote shrug"],
    [STOPPING, "stop abort pause"],
    [OPERATOR, "op deop mode admin oper"],
    ["Anyone can join: tell them the address of the server", "invite add"],
    ["Type the emoji or paste it", "emoji gif giphy react"],
    ["This chat has text and files only", "call video voice screen meet"],
  ] as const).flatMap(([sentence, words]) =>
    words.split(" ").map((word): [string, string] => [word, sentence])
  ),
);

/** The answer to `word`, in lower case, if it is a command of another chat. */
export function otherChatsAnswer(word: string): string | undefined {
  return ANSWERS.get(word);
}
