import { ChatError } from "../chat_error.ts";
import { display } from "../display.ts";
import {
  type Command,
  type CommandRow,
  type TypedCommand,
  usageLine,
} from "./command.ts";
import { completions } from "./completion.ts";
import { suggestedWord } from "./suggestion.ts";
import { clip } from "./text_layout.ts";
import { readTypedLine, typedWord } from "./typed_line.ts";

/**
 * Columns after which an answer cuts off a word it shows, so that the answer stays
 * readable.
 */
const MAX_SHOWN_WIDTH = 30;

/** What a typed line means to a table, before anything runs. */
export type Reading<Row> =
  | { readonly kind: "nothing" }
  | {
    readonly kind: "text";
    readonly text: string;
    /** Whether two slashes before the text show that it is not a command. */
    readonly isSure: boolean;
  }
  | ({ readonly kind: "command" } & TypedCommand<Row>)
  | {
    readonly kind: "unknown";
    readonly word: string;
    /** The word in the letters that the user typed, with its slash. */
    readonly typed: string;
    readonly argument: string;
    /** What to tell the user, as sentences. */
    readonly why: string;
  };

/** Why a command did not run: an argument is missing, or the action is refused. */
export type NotDone = {
  readonly kind: "usage" | "refused";
  readonly why: string;
};

export type CommandTableOptions = {
  /** Commands of the other program, and where they work: `in the client`. */
  readonly elsewhere?: {
    readonly names: readonly string[];
    readonly where: string;
  };
  /** A better answer than a suggestion, for some unknown words. */
  readonly answers?: (word: string) => string | undefined;
};

/**
 * The commands of one role: finds them by name and alias, reads them from typed lines,
 * runs and completes them, and answers unknown words. Both roles use it, so that a
 * typing error gets the same answer in both. `command_help.ts` prints the table.
 */
export class CommandTable<Context, Row extends Command<Context>> {
  /** In the order of `/help`. */
  readonly rows: readonly Row[];
  readonly #options: CommandTableOptions;
  readonly #byWord = new Map<string, Row>();

  /** Throws `RangeError` if two commands share a word. */
  constructor(rows: readonly Row[], options: CommandTableOptions = {}) {
    this.rows = rows;
    this.#options = options;
    for (const row of rows) {
      for (const word of wordsFor(row)) {
        if (this.#byWord.has(word)) {
          throw new RangeError(`Two commands are called /${word}`);
        }
        this.#byWord.set(word, row);
      }
    }
  }

  /** The names of the commands, without aliases. */
  get names(): string[] {
    return this.rows.map(({ name }) => name);
  }

  /** Returns the command with this name or alias, in lower case. */
  find(word: string): Row | undefined {
    return this.#byWord.get(word);
  }

  /** Reads a typed line: a command of this table, an unknown command, or a text. */
  read(line: string): Reading<Row> {
    const typed = readTypedLine(line);
    if (typed === undefined) return { kind: "nothing" };
    if ("text" in typed) return { kind: "text", ...typed };
    const { command: word, argument } = typed;
    const command = this.find(word);
    if (command !== undefined) {
      return { kind: "command", command, argument, word };
    }
    const shown = typedWord(line);
    const why = this.answerTo(word, shown);
    return { kind: "unknown", word, typed: shown, argument, why };
  }

  /**
   * Runs a command. Resolves to why it did not run, or to `undefined` after success.
   * Rejects with any error of the command that is not a `ChatError`.
   */
  async run(
    { command, argument, word }: TypedCommand<Row>,
    context: Context,
  ): Promise<NotDone | undefined> {
    if (wordCount(argument) < wordsNeeded(command, word)) {
      return { kind: "usage", why: usageLine(command) };
    }
    try {
      await command.run(context, argument, word);
    } catch (error) {
      if (!(error instanceof ChatError)) throw error;
      return { kind: "refused", why: error.message };
    }
    return undefined;
  }

  /**
   * Returns the answer to the unknown command `word`: where it works, or what the user
   * may have meant. `typed` is the word as the user typed it, with its slash.
   */
  answerTo(word: string, typed = `/${word}`): string {
    if (word === "") {
      return "Type a command name after the slash. Type /help for the list";
    }
    const { elsewhere, answers } = this.#options;
    const answer = answers?.(word);
    if (answer !== undefined) return answer;
    if (elsewhere?.names.includes(word)) {
      return `/${word} works ${elsewhere.where} only`;
    }
    const shown = clip(display(typed), MAX_SHOWN_WIDTH + 1);
    if (word.startsWith("/")) {
      return `There is no command ${shown}. To say a text that begins with a ` +
        "slash, type //";
    }
    const suggested = suggestedWord(word, this.rows);
    const hint = suggested === undefined ? "" : ` Did you mean /${suggested}?`;
    return `There is no command ${shown}.${hint} Type /help for the list`;
  }

  /**
   * Returns the whole lines that complete `line`, which begins with a slash: commands
   * by name, by alias if no name fits, and after a command the results of its
   * `argumentsOf`.
   */
  complete(
    line: string,
    argumentsOf: (command: Row, argument: string) => readonly string[],
  ): string[] {
    const [, head, word = "", argument = ""] =
      /^(\/(\S*)\s*)([^]*)$/.exec(line) ?? [];
    if (head === undefined) return [];
    if (head === `/${word}`) {
      return completions("/", this.#offered(word).map(withSpace), word);
    }
    const command = this.find(word.toLowerCase());
    if (command === undefined) return [];
    return argumentsOf(command, argument).map((rest) => head + rest);
  }

  #offered(typed: string): readonly string[] {
    const start = typed.toLowerCase();
    const { names } = this;
    return names.some((name) => name.startsWith(start))
      ? names
      : this.rows.flatMap(({ aliases = [] }) => aliases);
  }
}

function wordsFor({ name, aliases = [] }: CommandRow): string[] {
  return [name, ...aliases];
}

function wordsNeeded({ needs = 0 }: CommandRow, word: string): number {
  return typeof needs === "number" ? needs : needs(word);
}

function wordCount(argument: string): number {
  return argument.match(/\S+/g)?.length ?? 0;
}

function withSpace(word: string): string {
  return `${word} `;
}
