import { type Address, formatAddress } from "../net/address.ts";
import type { FoundServer } from "../net/discovery.ts";
import { DEFAULT_PORT, parsePort, UsageError } from "../program.ts";
import type { Screen } from "./screen.ts";
import { namedServer, serverLines } from "./server_list.ts";
import {
  addressWords,
  readAddress,
  type TypedAddress,
} from "./typed_address.ts";
import { answer, problem } from "./view.ts";

/**
 * Shows the servers that were found, and asks for one of them or for an address.
 * Enter takes `lastAddress`, the only server, or this computer. `undefined` at the
 * end of input.
 */
export async function askServer(
  screen: Screen,
  found: readonly FoundServer[],
  lastAddress: Address | undefined,
): Promise<Address | undefined> {
  if (found.length === 0) {
    screen.print(answer("No server was found: type its address."));
  }
  for (const line of serverLines(found)) screen.print(answer(line));
  const [first, ...others] = found;
  const proposed = lastAddress ?? (others.length === 0 ? first : undefined);
  const enter = lastAddress !== undefined
    ? `Enter for ${formatAddress(lastAddress)}`
    : found.length === 0
    ? "Enter for this computer"
    : others.length === 0
    ? "Enter for 1"
    : undefined;
  const choices = [
    ...(enter === undefined ? [] : [enter]),
    ...(others.length > 0 || lastAddress && first ? ["a number"] : []),
    ...(found.length > 0 || lastAddress ? ["an address"] : []),
  ];
  const question = `Server (${listed(choices)}): `;
  const server = await ask(
    screen,
    question,
    (text) => chosen(text, found, proposed),
  );
  if (server === undefined) return undefined;
  const port = server.port ??
    await askPort(
      screen,
      server.hostname === lastAddress?.hostname ? lastAddress.port : undefined,
    );
  return port === undefined ? undefined : { hostname: server.hostname, port };
}

/** `a`, `a or b`, `a, b or c`. */
function listed(choices: readonly string[]): string {
  const last = choices.at(-1) ?? "";
  const others = choices.slice(0, -1).join(", ");
  return others === "" ? last : `${others}, or ${last}`;
}

/** A number or a name of the list, Enter for the proposed address, or what was typed. */
function chosen(
  text: string,
  found: readonly FoundServer[],
  proposed: Address | undefined,
): TypedAddress {
  const words = addressWords(text);
  const [word = "", ...others] = words;
  if (words.length === 0) {
    if (proposed !== undefined) return proposed;
    if (found.length === 0) return { hostname: "127.0.0.1" };
    throw new UsageError(`Choose one: a number from 1 to ${found.length}`);
  }
  if (others.length === 0 && /^\d{1,3}$/.test(word)) {
    const server = found[Number(word) - 1];
    if (server === undefined) {
      // The question, asked again, says what can be typed.
      throw new UsageError(`There is no number ${word} in the list`);
    }
    return server;
  }
  return namedServer(text, found) ?? readAddress(text);
}

/** Asks for a port until it is a good one; Enter takes the proposed one. */
export async function askPort(
  screen: Screen,
  proposed: number = DEFAULT_PORT,
): Promise<number | undefined> {
  return await ask(
    screen,
    `Port (Enter for ${proposed}): `,
    (text) =>
      text === "" ? proposed : parsePort(addressWords(text).join(" "), 1),
  );
}

/** Asks until `read` does not throw a {@linkcode UsageError}; `undefined` at the end of input. */
export async function ask<T>(
  screen: Screen,
  question: string,
  read: (text: string) => T,
): Promise<T | undefined> {
  for (;;) {
    const text = await screen.ask(question);
    if (text === undefined) return undefined;
    try {
      return read(text.trim());
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      screen.print(problem(error.message));
    }
  }
}
