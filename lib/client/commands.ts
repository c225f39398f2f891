import { nameKey } from "../names.ts";
import { firstWord } from "../terminal/command_line.ts";
import type { CommandContext } from "./command_context.ts";
import {
  cancelFiles,
  getFiles,
  showDownloads,
  showFiles,
} from "./file_commands.ts";
import { say, tell } from "./speech.ts";
import { answer, type Mode, modeLine, userLines } from "./view.ts";

/** One command: a row of the table that also `/help` is printed from. */
export type Command = {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly usage: string;
  /** For `/help`, which must fit one screen. */
  readonly summary: string;
  /** For `/help NAME`: all there is to know, a sentence a line. */
  readonly details: readonly string[];
  /** Resolves when the command is carried out; a download may go on after that. */
  run(context: CommandContext, argument: string): void | Promise<void>;
};

/** All commands, in the order of `/help`. */
export const COMMANDS: readonly Command[] = [
  {
    name: "all",
    usage: "/all [text]",
    summary: "talk to everyone; with a text, say it now",
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
    summary: "talk to one person only; with a text, say it now",
    details: [
      "From now on, lines without a slash go to that person and nobody else.",
      "If the person leaves, your lines are held back: they never go to all.",
    ],
    async run(context, argument) {
      const [wanted, text] = firstWord(argument);
      if (wanted === "") return usage(context, "to");
      const name = await present(context, wanted);
      if (name === undefined) return;
      setMode(context, { to: name });
      if (text !== "") await tell(context, name, text);
    },
  },
  {
    name: "msg",
    usage: "/msg NAME text",
    summary: "say one thing to one person",
    details: ["Lines without a slash go on to the one or all in the prompt."],
    async run(context, argument) {
      const [name, text] = firstWord(argument);
      if (text === "") return usage(context, "msg");
      await tell(context, name, text);
    },
  },
  {
    name: "reply",
    usage: "/reply text",
    summary: "answer the last private message",
    details: ["It goes to the one who wrote to you privately last."],
    async run(context, text) {
      if (text === "") return usage(context, "reply");
      if (context.lastTeller === undefined) {
        return context.fail("Nobody has written to you privately yet");
      }
      await tell(context, context.lastTeller, text);
    },
  },
  {
    name: "users",
    usage: "/users",
    summary: "show who is here",
    details: ["The names in the order in which people have joined."],
    async run(context) {
      const names = await context.client.users();
      userLines(names, context.name).forEach(context.print);
    },
  },
  {
    name: "files",
    usage: "/files [--new] [pattern]",
    summary: "show the files on the server",
    details: [
      "What is in the server's folder at this moment: number, name and size.",
      "/files *.pdf shows those only; * stands for anything, ? for one letter.",
      "/files --new shows the newest first.",
    ],
    run: showFiles,
  },
  {
    name: "get",
    usage: "/get NAME-or-NUMBER ...",
    summary: "download files into your folder",
    details: [
      "Numbers are those of the last /files: /get 2 5 7-9. Patterns: /get *.png",
      'A name with spaces among others is put in quotes: /get "a b.txt" c.txt',
      "A file is saved in the folder with your name, when all of it is there",
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
    details: ["What has arrived of it is removed."],
    run: cancelFiles,
  },
  {
    name: "downloads",
    usage: "/downloads",
    summary: "show the downloads in progress",
    details: ["How far each is, and which are waiting for their turn."],
    run: showDownloads,
  },
  {
    name: "quiet",
    usage: "/quiet",
    summary: "no bell, no joins and leaves; again to hear them",
    details: [
      "Without it, a private message or your name in a message rings the bell.",
    ],
    run(context) {
      context.quiet = !context.quiet;
      context.print(
        answer(
          context.quiet
            ? "Quiet now: no bell, and nobody is announced (/quiet to undo)"
            : "Bells and joins are back",
        ),
      );
    },
  },
  {
    name: "help",
    usage: "/help [command]",
    summary: "show this; with a command, all about it",
    details: ["For example: /help get"],
    run(context, argument) {
      if (argument === "") return helpForAll(context);
      const wanted = argument.replace(/^\//, "").toLowerCase();
      const command = findCommand(wanted);
      if (command === undefined) {
        return context.fail(`There is no command /${wanted}`);
      }
      context.print(answer(`${command.usage} - ${command.summary}`));
      for (const line of command.details) context.print(answer(`  ${line}`));
    },
  },
  {
    name: "quit",
    aliases: ["leave", "exit"],
    usage: "/quit",
    summary: "leave (also /leave, /exit, Ctrl+C)",
    details: ["Downloads that are under way go on with the next /get of them."],
    run(context) {
      context.leave();
    },
  },
];

/** The command with this name or alias. */
export function findCommand(wanted: string): Command | undefined {
  return COMMANDS.find(({ name, aliases }) =>
    name === wanted || aliases?.includes(wanted)
  );
}

function helpForAll(context: CommandContext): void {
  const width = Math.max(...COMMANDS.map(({ usage }) => usage.length));
  for (const { usage, summary } of COMMANDS) {
    context.print(answer(`  ${usage.padEnd(width)}  ${summary}`));
  }
  const notes = [
    "A line without a slash goes to the one or all in the prompt.",
    "To say something that begins with a slash, type two: //",
    "Tab completes commands, names and files. Up brings back what you typed.",
  ];
  for (const note of notes) context.print(answer(note));
}

function setMode(context: CommandContext, mode: Mode): void {
  context.mode = mode;
  context.print(modeLine(mode));
}

/** The name of somebody who is there, as that one writes it. */
async function present(
  context: CommandContext,
  wanted: string,
): Promise<string | undefined> {
  const names = await context.client.users();
  const name = names.find((name) => nameKey(name) === nameKey(wanted));
  if (name === undefined) {
    context.fail(
      `There is nobody with the name ${wanted}: /users shows who is here`,
    );
  } else if (name === context.name) {
    context.fail("That is you: choose somebody else");
    return undefined;
  }
  return name;
}

function usage(context: CommandContext, name: string): void {
  const command = findCommand(name)!;
  context.fail(`Usage: ${command.usage} - ${command.summary}`);
}
