import { usageLine } from "../terminal/command.ts";
import { CommandTable } from "../terminal/command_table.ts";
import { SERVER_COMMANDS } from "../terminal/role_commands.ts";
import type { Command } from "./command.ts";
import type { CommandContext } from "./command_context.ts";
import {
  cancelFiles,
  getFiles,
  showDownloads,
  showFiles,
} from "./file_commands.ts";
import { showHelp } from "./help.ts";
import { showWhole } from "./folded.ts";
import { otherChatsAnswer } from "./other_chats.ts";
import { showPeople } from "./people.ts";
import { securityLines } from "./server_security.ts";
import { TALK_COMMANDS } from "./talk_commands.ts";
import { answer } from "./view.ts";

const GET: Command = {
  name: "get",
  aliases: ["download", "dl"],
  usage: "/get NAME-or-NUMBER ...",
  summary: "download files to your folder",
  needs: 1,
  details: [
    "Numbers are those of the last /files: /get 2 5 7-9. Patterns: /get *.png",
    'Put a name with spaces in quotation marks: /get "a b.txt" c.txt',
    "A file is saved in the folder with your name once it is complete and",
    "identical to the server's. Your other files are never overwritten.",
    "An interrupted download resumes where it stopped. A file that you already",
    "have is not downloaded again, unless you say so: /get --again plan.pdf",
    "/get photos downloads all files of the folder photos.",
  ],
  async run(context, argument) {
    if (!await getFiles(context, argument)) context.fail(usageLine(GET));
  },
};

/** All commands, in the order of `/help`. */
export const COMMANDS: readonly Command[] = [
  ...TALK_COMMANDS,
  {
    name: "users",
    aliases: ["who", "names", "list", "people", "members", "online"],
    usage: "/users",
    summary: "show who is here",
    details: [
      "The names are in alphabetical order. Also /who, /names, /list.",
    ],
    run: showPeople,
  },
  {
    name: "files",
    aliases: ["ls", "dir"],
    usage: "/files [--new] [pattern]",
    summary: "show the files on the server",
    details: [
      "Number, name and size of each file in the server's folder.",
      "/files *.pdf shows those only; * matches anything, ? matches one letter.",
      "/files --new shows the newest first. Also /ls, /dir.",
    ],
    run: showFiles,
  },
  GET,
  {
    name: "cancel",
    usage: "/cancel [NAME-or-NUMBER]",
    summary: "stop one download, or all",
    details: ["What has arrived so far is deleted."],
    run: cancelFiles,
  },
  {
    name: "downloads",
    usage: "/downloads",
    summary: "show downloads in progress",
    details: ["How far each download is, and which ones are waiting."],
    run: showDownloads,
  },
  {
    name: "show",
    usage: "/show [NUMBER]",
    summary: "show a long message in full; alone: the last one",
    details: [
      "A message takes at most 20 rows. The row below says how many more there",
      "are, and under which number: ... 380 more rows (/show 3)",
      "/show missed shows the lines that a window left out because it stood still.",
    ],
    isLocal: true,
    run: showWhole,
  },
  {
    name: "quiet",
    usage: "/quiet",
    summary: "turn the bell and join/leave notices off or on",
    details: [
      "With the bell on, a private message or your name in a message rings it.",
      "Quiet or not, the title of the window counts those messages.",
    ],
    isLocal: true,
    run(context) {
      context.quiet = !context.quiet;
      context.print(answer(
        context.quiet
          ? "Quiet mode on: no bell, no join/leave notices"
          : "Quiet mode off: the bell and join/leave notices are on",
      ));
    },
  },
  {
    name: "security",
    aliases: ["encryption", "fingerprint"],
    usage: "/security",
    summary: "show encryption and key",
    details: [
      "Compare the fingerprint with the one in the server's window: if they are",
      "the same, nobody sits between you and the server.",
    ],
    isLocal: true,
    run(context) {
      for (const line of securityLines(context.security)) {
        context.print(answer(line));
      }
    },
  },
  {
    name: "clear",
    aliases: ["cls"],
    usage: "/clear",
    summary: "clear the window",
    details: ["Cleared messages do not come back. Also /cls."],
    isLocal: true,
    run: (context) => context.clear(),
  },
  {
    name: "help",
    aliases: ["h", "?", "commands"],
    usage: "/help [command]",
    summary: "list commands, or explain one",
    details: ["For example: /help get. Also /h, /?, /commands."],
    isLocal: true,
    run: (context, argument) => showHelp(context, argument, COMMAND_TABLE),
  },
  {
    name: "quit",
    aliases: ["leave", "exit", "q", "bye", "logout"],
    usage: "/quit",
    summary: "leave (also Ctrl+C)",
    suggested: "never",
    details: [
      "Interrupted downloads resume with the next /get of the same files.",
      "Also /leave, /exit, /q, /bye, /logout.",
    ],
    isLocal: true,
    run: (context) => context.leave(),
  },
];

/** Reads, finds, completes and carries out the commands of the client. */
export const COMMAND_TABLE: CommandTable<CommandContext, Command> =
  new CommandTable(COMMANDS, {
    elsewhere: { names: SERVER_COMMANDS, where: "in the server's window" },
    answers: otherChatsAnswer,
  });
