import { firstWord } from "../terminal/command_line.ts";
import { addressee, presentPerson } from "./addressee.ts";
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
import { showPeople } from "./people.ts";
import { say, speak, tell } from "./speech.ts";
import { answer, type Mode, modeLine } from "./view.ts";

/** All commands, in the order of `/help`. */
export const COMMANDS: readonly Command[] = [
  {
    name: "all",
    usage: "/all [text]",
    summary: "talk to everyone; with a text, send it now",
    details: [
      "From now on, lines without a slash go to everyone who is here.",
    ],
    async run(context, text) {
      setMode(context, {});
      if (text !== "") await say(context, text);
    },
  },
  {
    name: "to",
    usage: "/to NAME [text]",
    summary: "talk to one person; with a text, send it now",
    details: [
      "From now on, lines without a slash go to that person and nobody else.",
      "If the person leaves, your messages are on hold: they never go to all.",
    ],
    async run(context, argument) {
      const [wanted, text] = firstWord(argument);
      if (wanted === "") return usage(context, "to");
      const name = await presentPerson(context, wanted);
      if (name === undefined) return;
      setMode(context, { to: name });
      if (text !== "") await tell(context, name, text);
    },
  },
  {
    name: "msg",
    aliases: ["w", "whisper", "tell", "pm", "dm", "query"],
    usage: "/msg NAME text",
    summary: "send one message to one person",
    details: [
      "Lines without a slash still go to whoever the prompt names.",
      "Also /w, /whisper, /tell, /pm, /dm; /query NAME alone is /to NAME.",
    ],
    async run(context, argument, word) {
      const [wanted, text] = firstWord(argument);
      if (wanted !== "" && text === "" && word === "query") {
        const to = findCommand("to")!;
        return await to.run(context, argument, "to");
      }
      if (text === "") return usage(context, "msg");
      await tell(context, await addressee(context, wanted), text);
    },
  },
  {
    name: "reply",
    aliases: ["r"],
    usage: "/reply text",
    summary: "answer the last private message",
    details: ["The answer goes to the sender of that message only. Also /r."],
    async run(context, text) {
      if (text === "") return usage(context, "reply");
      if (context.lastTeller === undefined) {
        return context.fail("Nobody has sent you a private message yet");
      }
      await tell(context, context.lastTeller, text);
    },
  },
  {
    name: "me",
    usage: "/me text",
    summary: "say what you do: * Ann waves",
    details: [
      "/me waves sends * and your name and the text, to whoever the prompt names.",
    ],
    async run(context, text) {
      if (text === "") return usage(context, "me");
      await speak(context, `* ${context.name} ${text}`);
    },
  },
  {
    name: "users",
    aliases: ["who", "names", "list", "people", "members", "online"],
    usage: "/users",
    summary: "show who is here",
    details: [
      "The names in the order of the alphabet. Also /who, /names, /list.",
    ],
    run: showPeople,
  },
  {
    name: "files",
    aliases: ["ls", "dir"],
    usage: "/files [--new] [pattern]",
    summary: "show the files on the server",
    details: [
      "What is in the server's folder at this moment: number, name and size.",
      "/files *.pdf shows those only; * matches anything, ? matches one letter.",
      "/files --new shows the newest first. Also /ls, /dir.",
    ],
    run: showFiles,
  },
  {
    name: "get",
    aliases: ["download", "dl"],
    usage: "/get NAME-or-NUMBER ...",
    summary: "download files to your folder",
    details: [
      "Numbers are those of the last /files: /get 2 5 7-9. Patterns: /get *.png",
      'Put a name with spaces in quotation marks: /get "a b.txt" c.txt',
      "A file is saved in the folder with your name when all of it is there",
      "and it is the same as on the server. Nothing is ever overwritten.",
      "An interrupted download resumes where it stopped. A file that you already",
      "have is not downloaded again, unless you say so: /get --again plan.pdf",
      "/get photos downloads all files of the folder photos.",
    ],
    async run(context, argument) {
      if (!await getFiles(context, argument)) usage(context, "get");
    },
  },
  {
    name: "cancel",
    usage: "/cancel [NAME-or-NUMBER]",
    summary: "stop one download, or all",
    details: ["The part that has arrived is removed."],
    run: cancelFiles,
  },
  {
    name: "downloads",
    usage: "/downloads",
    summary: "show downloads in progress",
    details: ["How far each is, and which are waiting for their turn."],
    run: showDownloads,
  },
  {
    name: "show",
    usage: "/show [NUMBER]",
    summary: "show a long message whole; alone: the last one",
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
    name: "clear",
    aliases: ["cls"],
    usage: "/clear",
    summary: "clear the window",
    details: ["What was said is not shown again. Also /cls."],
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
    run: (context, argument) => showHelp(context, argument, COMMANDS),
  },
  {
    name: "quit",
    aliases: ["leave", "exit", "q", "bye", "logout"],
    usage: "/quit",
    summary: "leave (also Ctrl+C)",
    details: [
      "Interrupted downloads resume with the next /get of the same files.",
      "Also /leave, /exit, /q, /bye, /logout.",
    ],
    isLocal: true,
    run: (context) => context.leave(),
  },
];

/** The command with this name or alias, in small letters. */
export function findCommand(wanted: string): Command | undefined {
  return COMMANDS.find(({ name, aliases }) =>
    name === wanted || aliases?.includes(wanted)
  );
}

function setMode(context: CommandContext, mode: Mode): void {
  context.mode = mode;
  context.print(modeLine(mode));
}

function usage(context: CommandContext, name: string): void {
  const command = findCommand(name)!;
  context.fail(`Usage: ${command.usage} - ${command.summary}`);
}
