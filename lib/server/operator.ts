import { firstWord, unknownCommand } from "../terminal/command_line.ts";

/** What the one who runs the server may use. */
export type OperatorContext = {
  /** The names of those who are here. */
  names(): readonly string[];
  print(line: string): void;
  /** Ends the server in order. */
  quit(): void;
};

type OperatorCommand = {
  readonly name: string;
  readonly summary: string;
  run(context: OperatorContext, argument: string): void;
};

/** All commands of the server's window, in the order of `/help`. */
const COMMANDS: readonly OperatorCommand[] = [
  {
    name: "users",
    summary: "show who is here",
    run(context) {
      const names = context.names();
      const count = names.length === 1
        ? "1 person is"
        : `${names.length} people are`;
      context.print(`${count} here${names.length === 0 ? "" : ":"}`);
      for (const name of names) context.print(`  ${name}`);
    },
  },
  {
    name: "help",
    summary: "show this",
    run(context) {
      const width = Math.max(...COMMANDS.map(({ name }) => name.length));
      for (const { name, summary } of COMMANDS) {
        context.print(`  /${name.padEnd(width)}  ${summary}`);
      }
    },
  },
  {
    name: "quit",
    summary: "tell everybody and stop (also Ctrl+C)",
    run(context) {
      context.quit();
    },
  },
];

/** What Tab offers. */
export function completeOperatorLine(line: string): string[] {
  return COMMANDS.map(({ name }) => `/${name}`)
    .filter((command) => command.startsWith(line.toLowerCase()));
}

/** Carries out one line that was typed in the server's window. */
export function runOperatorLine(context: OperatorContext, line: string): void {
  const trimmed = line.trim();
  if (trimmed === "") return;
  if (!trimmed.startsWith("/")) {
    context.print("Commands begin with a slash: /help shows them all");
    return;
  }
  const [word, argument] = firstWord(trimmed.slice(1));
  const wanted = word.toLowerCase();
  const command = COMMANDS.find(({ name }) => name === wanted);
  if (command === undefined) {
    context.print(unknownCommand(wanted, COMMANDS.map(({ name }) => name)));
  } else {
    command.run(context, argument);
  }
}
