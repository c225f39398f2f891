import { type Address, formatAddress } from "../address.ts";
import { DEFAULT_PORT, parsePort, UsageError } from "../program.ts";
import type { Asking } from "./late_question.ts";
import { type ListedServer, namedServer, serverLines } from "./server_list.ts";
import {
  addressWords,
  looksLikeAddress,
  readAddress,
  type TypedAddress,
} from "./typed_address.ts";
import { answer, problem } from "./view.ts";

/**
 * Shows the servers that the search found or that the user joined before, and asks for
 * one of them or for an address. Enter means `lastAddress`, the server that the user
 * joined last, the only server, or this computer. Resolves to `undefined` at the end
 * of input.
 */
export async function askServer(
  screen: Asking,
  found: readonly ListedServer[],
  lastAddress: Address | undefined,
): Promise<Address | undefined> {
  if (found.length === 0) {
    screen.print(answer("No server was found: type its address."));
  } else if (found.every(({ isSilent }) => isSilent)) {
    screen.print(answer("No server was found. You have joined before:"));
  }
  for (const line of serverLines(found)) screen.print(answer(line));
  const [first, ...others] = found;
  const isObvious = others.length === 0 || first?.isLast === true;
  const proposed = lastAddress ?? (isObvious ? first : undefined);
  const enter = lastAddress !== undefined
    ? `Enter for ${formatAddress(lastAddress)}`
    : found.length === 0
    ? "Enter for this computer"
    : isObvious
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

/** `a`, `a, or b`, `a, b, or c`. */
function listed(choices: readonly string[]): string {
  const last = choices.at(-1) ?? "";
  const others = choices.slice(0, -1).join(", ");
  return others === "" ? last : `${others}, or ${last}`;
}

/** The server that the user chose: by number, name or address, or the proposed one by Enter. */
function chosen(
  text: string,
  found: readonly ListedServer[],
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
      // The next question says what the user can type.
      throw new UsageError(`There is no number ${word} in the list`);
    }
    return server;
  }
  // The name of a server may look like the address that the user means.
  const isAddress = words.some(looksLikeAddress) ||
    /^localhost(?::|$)/i.test(word);
  const named = isAddress ? undefined : namedServer(text, found);
  return named ?? readAddress(text);
}

/** Asks for a port until it is valid; Enter means the proposed one. */
export async function askPort(
  screen: Asking,
  proposed: number = DEFAULT_PORT,
): Promise<number | undefined> {
  return await ask(
    screen,
    `Port (Enter for ${proposed}): `,
    (text) =>
      text === "" ? proposed : parsePort(addressWords(text).join(" "), 1),
  );
}

/** Asks until `read` throws no {@linkcode UsageError}; `undefined` at the end of input. */
export async function ask<T>(
  screen: Asking,
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
