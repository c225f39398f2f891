import { closestString } from "@std/text/closest-string";
import { ChatError } from "../chat/chat_error.ts";
import { display } from "../display.ts";
import { type FileEntry, textFits } from "../messages.ts";
import { nameKey } from "../names.ts";
import type { ChatClient } from "./chat_client.ts";
import {
  formatFailed,
  formatFiles,
  formatMode,
  formatRefusal,
  formatSaved,
  formatUsers,
  type Mode,
} from "./view.ts";

/** What a command may use and change. */
export type CommandContext = {
  readonly client: ChatClient;
  /** The user's own name. */
  readonly name: string;
  mode: Mode;
  /** Who spoke privately last. */
  readonly lastTeller: string | undefined;
  /** What `/files` last showed: the numbers for `/get`. */
  listing: readonly FileEntry[] | undefined;
  /** Shows a line. */
  print(line: string): void;
  /** Shows a line, and notes that something the user wanted was not done. */
  fail(line: string): void;
  /** Leaves after this command. */
  leave(): void;
};

/** One command: a row of the table that also `/help` is printed from. */
export type Command = {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly usage: string;
  readonly summary: string;
  /** Resolves when the command is carried out; a download may go on after that. */
  run(context: CommandContext, argument: string): void | Promise<void>;
};

/** All commands, in the order of `/help`. */
export const COMMANDS: readonly Command[] = [
  {
    name: "all",
    usage: "/all [text]",
    summary: "talk to everyone; with a text, say it now",
    run(context, text) {
      setMode(context, {});
      if (text !== "") say(context, text);
    },
  },
  {
    name: "to",
    usage: "/to NAME [text]",
    summary: "talk to one person only; with a text, say it now",
    async run(context, argument) {
      const [wanted, text] = firstWord(argument);
      if (wanted === "") return usage(context, "to");
      const name = await present(context, wanted);
      if (name === undefined) return;
      setMode(context, { to: name });
      if (text !== "") tell(context, name, text);
    },
  },
  {
    name: "msg",
    usage: "/msg NAME text",
    summary: "say one thing to one person",
    run(context, argument) {
      const [name, text] = firstWord(argument);
      if (text === "") return usage(context, "msg");
      tell(context, name, text);
    },
  },
  {
    name: "reply",
    usage: "/reply text",
    summary: "answer the last private message",
    run(context, text) {
      if (text === "") return usage(context, "reply");
      if (context.lastTeller === undefined) {
        return context.fail("Nobody has written to you privately yet");
      }
      tell(context, context.lastTeller, text);
    },
  },
  {
    name: "users",
    usage: "/users",
    summary: "show who is here",
    async run(context) {
      const names = await context.client.users();
      formatUsers(names, context.name).forEach(context.print);
    },
  },
  {
    name: "files",
    usage: "/files",
    summary: "show the files on the server",
    async run(context) {
      context.listing = await context.client.files();
      formatFiles(context.listing).forEach(context.print);
    },
  },
  {
    name: "get",
    usage: "/get NAME-or-NUMBER",
    summary: "fetch a file into your folder",
    async run(context, argument) {
      const wanted = argument.replace(/^"(.*)"$/, "$1");
      if (wanted === "") return usage(context, "get");
      const name = await fileName(context, wanted);
      if (name === undefined) return;
      const download = context.client.get(name);
      download.saved.then(
        (saved) => context.print(formatSaved(saved)),
        (error: Error) => context.fail(formatFailed(name, error.message)),
      );
      await download.started.catch(() => {});
    },
  },
  {
    name: "cancel",
    usage: "/cancel",
    summary: "stop the downloads that are under way",
    async run(context) {
      const count = await context.client.cancel();
      if (count === 0) context.print("No download is under way");
    },
  },
  {
    name: "help",
    usage: "/help",
    summary: "show this",
    run(context) {
      const width = Math.max(...COMMANDS.map(({ usage }) => usage.length));
      for (const { usage, summary } of COMMANDS) {
        context.print(`  ${usage.padEnd(width)}  ${summary}`);
      }
      context.print(
        "A line without a slash is said to the one or all in the prompt.",
      );
      context.print("To say something that begins with a slash, type two: //");
    },
  },
  {
    name: "quit",
    aliases: ["leave", "exit"],
    usage: "/quit",
    summary: "leave (also /leave, /exit)",
    run(context) {
      context.leave();
    },
  },
];

/**
 * Carries out one line that the user typed: a command, or words in the present
 * mode. What is misspelt is answered, never sent. Rejects if the connection is
 * lost before it is done.
 */
export async function runLine(
  context: CommandContext,
  line: string,
): Promise<void> {
  const trimmed = line.trim();
  if (trimmed === "") return;
  if (!trimmed.startsWith("/") || trimmed.startsWith("//")) {
    const text = trimmed.startsWith("//") ? trimmed.slice(1) : line.trimEnd();
    const { to } = context.mode;
    return to === undefined ? say(context, text) : tell(context, to, text);
  }
  const [word, argument] = firstWord(trimmed.slice(1));
  const wanted = word.toLowerCase();
  const command = COMMANDS.find(({ name, aliases }) =>
    name === wanted || aliases?.includes(wanted)
  );
  if (command === undefined) return unknownCommand(context, wanted);
  try {
    await command.run(context, argument);
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    context.fail(formatRefusal(error.message));
  }
}

function unknownCommand(context: CommandContext, wanted: string): void {
  const names = COMMANDS.flatMap((
    { name, aliases = [] },
  ) => [name, ...aliases]);
  const shown = display(wanted);
  if (wanted === "") {
    context.fail("A command has a name after the slash: /help shows them all");
  } else {
    context.fail(
      `There is no command /${shown}. Did you mean /${
        closestString(wanted, names)
      }? /help shows them all`,
    );
  }
}

function say(context: CommandContext, text: string): void {
  if (fits(context, text)) context.client.say(text);
}

function tell(context: CommandContext, to: string, text: string): void {
  if (fits(context, text)) context.client.tell(to, text);
}

function fits(context: CommandContext, text: string): boolean {
  if (textFits(text)) return true;
  context.fail(
    "Not sent: the text is too long for one message, send it in parts",
  );
  return false;
}

function setMode(context: CommandContext, mode: Mode): void {
  context.mode = mode;
  context.print(formatMode(mode));
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
      `There is nobody with the name ${
        display(wanted)
      }: /users shows who is here`,
    );
  } else if (name === context.name) {
    context.fail("That is you: choose somebody else");
    return undefined;
  }
  return name;
}

/** The file that a number of the last list, or of the present one, stands for. */
async function fileName(
  context: CommandContext,
  wanted: string,
): Promise<string | undefined> {
  if (!/^\d{1,6}$/.test(wanted)) return wanted;
  context.listing ??= await context.client.files();
  const entry = context.listing[Number(wanted) - 1];
  if (entry !== undefined) return entry.name;
  // A file may have a number as its name.
  if (context.listing.some(({ name }) => name === wanted)) return wanted;
  context.fail(
    `There is no file number ${wanted}: /files shows what there is`,
  );
  return undefined;
}

function usage(context: CommandContext, name: string): void {
  const command = COMMANDS.find((command) => command.name === name)!;
  context.fail(`Usage: ${command.usage} - ${command.summary}`);
}

/** The first word and the rest, which keeps its inner spaces. */
function firstWord(text: string): [word: string, rest: string] {
  const match = /^(\S*)\s*([\s\S]*)$/.exec(text.trim())!;
  return [match[1]!, match[2]!];
}
