/**
 * The person whom the user means by a typed name.
 *
 * @module
 */

import { withoutUnseen } from "../terminal/typed_line.ts";
import type { CommandContext } from "./command_context.ts";
import type { Person, Presence } from "./presence.ts";

/** Marks that people type before a name. */
const BEFORE = /^[@"'“‘«<([]+/u;

/** Marks that people type after a name. */
const AFTER = new Set(":,;!?.\"'”’»>)]");

/**
 * The person here whom `typed` names: `@Bob`, `Bob:`, `"Bob"` and `Bob,` are Bob,
 * unless somebody here has exactly that name.
 */
export function personTyped(
  presence: Presence,
  typed: string,
): Person | undefined {
  const seen = withoutUnseen(typed);
  return presence.named(seen) ?? presence.named(withoutMarks(seen));
}

/** `typed` as a name, without marks and invisible characters. */
export function typedName(typed: string): string {
  return withoutMarks(withoutUnseen(typed));
}

/**
 * The person here whom the line means by `typed`: the one decided on when its typing
 * began. If there is none, or the user names themselves, says so and resolves to
 * `undefined`.
 */
export async function presentPerson(
  context: CommandContext,
  typed: string,
): Promise<Person | undefined> {
  const { presence, binding } = context;
  const meant = binding.head?.person;
  if (meant?.id !== undefined && presence.whereabouts(meant) === "gone") {
    const other = presence.named(meant.name);
    context.acquaintances.know(other);
    context.fail(
      other === undefined
        ? `${meant.name} has left`
        : `${meant.name} has left, and this is a different ${other.name}. ` +
          `Type /to ${other.name} again to talk to them`,
    );
    return undefined;
  }
  let person = meant && presence.seated(meant);
  if (person === undefined) {
    await context.client.users();
    person = personTyped(presence, typed);
  }
  if (person === undefined) {
    const name = typedName(typed);
    context.fail(`There is nobody called ${name}. Type /users for the list`);
  } else if (person.name === context.name) {
    context.fail("That is your own name. Choose somebody else");
    return undefined;
  }
  return person;
}

/** `typed` without the marks around a name; all of `typed` if it is nothing but marks. */
export function withoutMarks(typed: string): string {
  const name = typed.replace(BEFORE, "");
  let end = name.length;
  while (end > 0 && AFTER.has(name[end - 1]!)) end--;
  return name.slice(0, end) || typed;
}
