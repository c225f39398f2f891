import { closestString } from "@std/text/closest-string";

/** The first word of a line and the rest, which keeps its inner spaces. */
export function firstWord(text: string): [word: string, rest: string] {
  const match = /^(\S*)\s*([\s\S]*)$/.exec(text.trim())!;
  return [match[1]!, match[2]!];
}

/** What is said to a command that is none of `names`. */
export function unknownCommand(
  wanted: string,
  names: readonly string[],
): string {
  if (wanted === "") {
    return "A command has a name after the slash: /help shows them all";
  }
  const nearest = names.find((name) => name.startsWith(wanted)) ??
    closestString(wanted, names);
  return `There is no command /${wanted}. Did you mean /${nearest}? ` +
    "/help shows them all";
}
