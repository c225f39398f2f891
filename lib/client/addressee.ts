/**
 * Who is meant by a name that somebody typed.
 *
 * @module
 */

import { nameKey } from "../names.ts";
import type { CommandContext } from "./command_context.ts";

/** What people put before a name, and is no part of it. */
const BEFORE = /^[@"'“‘«<([]+/u;

/** What people put after a name, and is no part of it. */
const AFTER = /[:,;!?."'”’»>)\]]+$/u;

/**
 * The name that `typed` stands for: `@Bob`, `Bob:`, `"Bob"` and `Bob,` are Bob,
 * unless somebody here is literally called that.
 */
export async function addressee(
  context: CommandContext,
  typed: string,
): Promise<string> {
  const bare = withoutMarks(typed);
  if (bare === typed) return typed;
  const names = await context.client.users();
  return find(names, typed) ?? find(names, bare) ?? bare;
}

/**
 * The name of the person who is here and whom `typed` means, as that person writes
 * it. Tells the user if there is none, or it is the user, and resolves to `undefined`.
 */
export async function presentPerson(
  context: CommandContext,
  typed: string,
): Promise<string | undefined> {
  const names = await context.client.users();
  const bare = withoutMarks(typed);
  const name = find(names, typed) ?? find(names, bare);
  if (name === undefined) {
    context.fail(`There is nobody called ${bare}. Type /users for the list`);
    return undefined;
  }
  if (name === context.name) {
    context.fail("That is your own name. Choose somebody else");
    return undefined;
  }
  return name;
}

/** `typed` without what surrounds the name in it; all of it if nothing would be left. */
export function withoutMarks(typed: string): string {
  return typed.replace(BEFORE, "").replace(AFTER, "") || typed;
}

function find(names: readonly string[], wanted: string): string | undefined {
  const key = nameKey(wanted);
  return names.find((name) => nameKey(name) === key);
}
