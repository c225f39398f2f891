import { addressKey, isIPv4 } from "../address.ts";
import {
  isWindows,
  parsePort,
  programCommand,
  UsageError,
} from "../program.ts";

/** The hostname that stands for the only server of the local network. */
export const AUTO = "auto";

/** The placeholder for the user's name in the line that the server shows. */
const NAME_PLACEHOLDER = "NAME";

/** An address that the user typed, pasted or gave on the command line. */
export type TypedAddress = {
  /** The name in a whole command, such as `client.exe Ann 192.0.2.2 12000`. */
  readonly name?: string;
  readonly hostname: string;
  readonly port?: number;
};

/** What to type instead, as the end of a sentence. */
const EXAMPLE = "type what the server shows, such as 192.0.2.2 12000";

/** Invisible characters of a pasted text. */
const INVISIBLE = /[\p{Cf}\p{Cc}]/gu;

/** Quotation marks and brackets around a pasted text; square brackets belong to IPv6. */
const QUOTES = "\"'`´‘’‚‛“”„‟«»‹›「」『』<>()";

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@\s]*@)?([^/?#\s]+)\S*$/i;

/**
 * The words of a typed text, without the extras that people and programs put around
 * an address: blanks, quotation marks, full-width letters, a shell's prompt.
 */
export function addressWords(text: string): string[] {
  return text.replace(/\s/gu, " ").replace(INVISIBLE, "").normalize("NFKC")
    .replaceAll("。", ".").split("|")[0]!
    .split(/[\s,;]+/)
    .map((word) => stripped(word))
    .filter((word) => word !== "");
}

/**
 * Reads `192.0.2.2 12000`, `host:12000`, `[::1]:12000`, `http://host:12000/` or a
 * whole command that starts a client. Throws a {@linkcode UsageError} that says what
 * is wrong and what to type.
 */
export function readAddress(text: string): TypedAddress {
  const words = addressWords(text);
  // The usage shows a command in its simplest form: client NAME HOST PORT.
  const isBare = words.length >= 3 && words[0]!.toLowerCase() === "client";
  const command = isBare ? words.slice(1) : commandWords(words);
  if (command === undefined) return { ...hostAndPort(words, text) };
  const [first, ...others] = command;
  const isNamed = others.length > 0 && !isPort(others[0]!) ||
    first !== undefined && others.length === 0 && !looksLikeAddress(first);
  const address = hostAndPort(isNamed ? others : command, text);
  return !isNamed || first === NAME_PLACEHOLDER
    ? address
    : { name: first!, ...address };
}

/** Whether a word can only be an address: no user name has colons, brackets or four numbers. */
export function looksLikeAddress(word: string): boolean {
  const [plain = ""] = addressWords(word);
  return SCHEME.test(plain) || addressKey(plain) !== undefined ||
    /^\d+(?:\.\d+)+$/.test(plain) || /[:[\]%]/.test(plain);
}

/** Whether `word` is the placeholder for a name that the server shows. */
export function isPlaceholder(word: string): boolean {
  return word === NAME_PLACEHOLDER;
}

/**
 * The arguments in a command that starts a client, in any form; `undefined` for other
 * words. Throws {@linkcode UsageError} for a command that starts a server.
 */
export function commandWords(words: readonly string[]): string[] | undefined {
  const at = words.findIndex((_, index) => isProgram(words, index, "client"));
  if (at !== -1) {
    return words.slice(at + 1).filter((word) => !word.startsWith("--"));
  }
  if (words.some((_, index) => isProgram(words, index, "server"))) {
    throw new UsageError(
      `${programCommand("server")} starts a server, and a client needs the ` +
        `address of one: ${EXAMPLE}`,
    );
  }
  return undefined;
}

/**
 * Whether the word at `index` starts a program: `client.exe`, `./client`,
 * `C:\Messenger>client.exe`, or the task of that name. A bare word is the name of a
 * computer.
 */
function isProgram(
  words: readonly string[],
  index: number,
  program: string,
): boolean {
  const word = words[index]!.toLowerCase();
  if (word === program) return words[index - 1] === "task";
  const [, name] = /(?:^|[\\/>])([^\\/>]*)$/.exec(word)!;
  return name === `${program}.exe` || name === `${program}.ts` ||
    name === program;
}

function hostAndPort(words: readonly string[], text: string): TypedAddress {
  const [first, second, ...others] = words.filter((word, index) =>
    index === 0 || !/^port:?$/i.test(word)
  );
  if (first === undefined) {
    throw new UsageError(`There is no address: ${EXAMPLE}`);
  }
  if (others.length > 0 || second !== undefined && !/\d/.test(second)) {
    throw new UsageError(`${shown(text)} is not an address: ${EXAMPLE}`);
  }
  const { hostname, port } = splitPort(first);
  checkHost(hostname, first);
  if (second !== undefined && port !== undefined && Number(second) !== port) {
    throw new UsageError(
      `${shown(text)} has two ports, ${port} and ${second}: type one of them`,
    );
  }
  if (second !== undefined) return { hostname, port: parsePort(second, 1) };
  return port === undefined ? { hostname } : { hostname, port };
}

/** Splits `host`, `host:12000`, `[::1]`, `[::1]:12000`, a plain IPv6 address, or a link. */
function splitPort(word: string): { hostname: string; port?: number } {
  const link = SCHEME.exec(word);
  const text = link === null ? word.replace(/\/+$/, "") : link[1]!;
  if (/^:?\d{1,5}$/.test(text)) {
    throw new UsageError(
      `${shown(word)} is only a port: type the address, too, such as ` +
        `192.0.2.2 ${text.replace(":", "")}`,
    );
  }
  const [, bracketed, plain, port] =
    /^(?:\[([^[\]]+)\]|([^:[\]]+))(?::([^:]*))?$/.exec(text) ?? [];
  const hostname = bracketed?.replace("%25", "%") ?? plain ?? text;
  if (bracketed === undefined && plain === undefined) {
    // A text with several colons is an IPv6 address without a port.
    return { hostname };
  }
  return port === undefined
    ? { hostname }
    : { hostname, port: parsePort(port, 1) };
}

/** Throws {@linkcode UsageError} for a text that can be no computer's name or address. */
function checkHost(hostname: string, word: string): void {
  const host = shown(word);
  if (hostname.includes(":") || hostname.includes("%")) {
    if (addressKey(hostname) === undefined) {
      throw new UsageError(`${host} is not an address: ${EXAMPLE}`);
    }
    if (/^fe[89ab][\da-f]:/i.test(hostname) && !hostname.includes("%")) {
      throw new UsageError(
        `${hostname} is valid on one network card only: add the card, ${
          isWindows
            ? `its number after a %, as in ${hostname}%12 (ipconfig shows it)`
            : `its name after a %, as in ${hostname}%eth0 (ip link shows it)`
        }`,
      );
    }
  } else if (/^[\d.]+$/.test(hostname) && !isIPv4(hostname)) {
    throw new UsageError(
      `${host} is not an address: four numbers from 0 to 255 without leading ` +
        "zeros, such as 192.0.2.2",
    );
  } else if (!/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*$/u.test(hostname)) {
    throw new UsageError(`${host} is not an address: ${EXAMPLE}`);
  }
}

function isPort(word: string): boolean {
  return /^\d+$/.test(word);
}

function stripped(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && QUOTES.includes(word[start]!)) start++;
  while (end > start && QUOTES.includes(word[end - 1]!)) end--;
  return word.slice(start, end).replace(/^\$+$/, "").replace(/(?<=.)\.$/, "");
}

/** `text` in quotation marks, cut to less than a row. */
function shown(text: string): string {
  const plain = text.trim();
  return `"${plain.length > 60 ? `${plain.slice(0, 60)}…` : plain}"`;
}
