import { normalizeName, userNameProblem } from "../names.ts";
import type { Address } from "../address.ts";
import { ConnectError } from "../net/connect.ts";
import type { FoundServer } from "../net/discovery.ts";
import { parsePort, tooMany, UsageError } from "../program.ts";
import type { KnownServer } from "../store/profile_data.ts";
import { offeredServers } from "./known_servers.ts";
import type { Asking } from "./late_question.ts";
import { serverText, sortServers } from "./server_list.ts";
import { ask, askPort, askServer } from "./server_question.ts";
import {
  addressWords,
  AUTO,
  commandWords,
  isPlaceholder,
  looksLikeAddress,
  readAddress,
} from "./typed_address.ts";
import { answer, problem } from "./view.ts";

/** Most arguments: username, hostname and port. */
const MAX_ARGUMENTS = 3;

/** The most servers that one error message lists. */
const MAX_NAMED = 10;

/** The address of the server, and the user's name there. */
export type Target = Address & { readonly name: string };

/** One part of the command line is wrong; the other parts are in `rest`. */
export class TargetError extends UsageError {
  constructor(message: string, readonly rest: Partial<Target>) {
    super(message);
  }
}

export type TargetOptions = {
  /** Finds the servers on the local network. */
  readonly search: () => Promise<FoundServer[]>;
  /** The servers that the user has joined before, the last one first. */
  readonly known?: readonly KnownServer[];
  /** The name that Enter means. */
  readonly lastName: string | undefined;
  /** The address that Enter means: the last one, which did not answer. */
  readonly lastAddress?: Address | undefined;
};

/**
 * Reads the target from a command line: `John 192.0.2.2 12000`, `John
 * 192.0.2.2:12000`, `192.0.2.2:12000`, or a pasted command. Throws
 * {@linkcode TargetError}.
 */
export function readTarget(args: readonly string[]): Partial<Target> {
  let words = args;
  const rest: { name?: string; hostname?: string; port?: number } = {};
  const problems: string[] = [];
  const attempt = (read: () => Partial<Target>) => {
    try {
      Object.assign(rest, read());
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error.message);
    }
  };
  attempt(() => {
    words = commandWords(args) ?? args;
    return {};
  });
  if (problems.length > 0) throw new TargetError(problems[0]!, rest);
  const [first, ...others] = words;
  const isNamed = first !== undefined && !startsWithHost(words);
  const address = isNamed ? others : words;
  if (words.length > MAX_ARGUMENTS) {
    problems.push(tooMany(words.length, MAX_ARGUMENTS));
  } else {
    // A pasted line of the server has a placeholder: the client asks for the name.
    if (isNamed && !isPlaceholder(first)) {
      attempt(() => ({ name: checkName(first) }));
    } else if (isNamed) attempt(() => ({ name: first }));
    if (address.length > 0) attempt(() => addressFrom(address));
  }
  if (problems.length > 0) throw new TargetError(problems[0]!, rest);
  return rest;
}

/** Whether a command line has no name, but an address, or a host and a port. */
function startsWithHost(words: readonly string[]): boolean {
  const [first = "", second = ""] = words;
  if (words.length === 1) return looksLikeAddress(first);
  return words.length === 2 && /^\d+$/.test(addressWords(second).join(" ")) &&
    (looksLikeAddress(first) || /^localhost$|\./i.test(first));
}

function addressFrom(words: readonly string[]): Partial<Target> {
  const [hostname = "", port] = words;
  const given = port === undefined
    ? undefined
    : parsePort(addressWords(port).join(" "), 1);
  if (hostname.toLowerCase() === AUTO) {
    return { hostname: AUTO, ...(given !== undefined && { port: given }) };
  }
  const { name: _, ...address } = readAddress(words.join(" "));
  return address;
}

/**
 * Finds out what is missing: asks on a terminal, and searches the local network.
 * Resolves to `undefined` if the user leaves at a question. In a script it throws
 * {@linkcode UsageError} for missing parts, and {@linkcode ConnectError} if `auto`
 * finds no server or several.
 */
export async function completeTarget(
  given: Partial<Target>,
  screen: Asking,
  { search, lastName, lastAddress, known = [] }: TargetOptions,
): Promise<Target | undefined> {
  if (!screen.interactive) requireAll(given);
  const searching = needsSearch(given)
    // After a failed search the user can still type an address.
    ? search().then(sortServers, () => [])
    : undefined;
  if (searching !== undefined && screen.interactive) {
    screen.print(answer("Looking for servers on this network ..."));
  }
  const named = given.name !== undefined &&
    !(screen.interactive && isPlaceholder(given.name));
  const name = named ? given.name : await askName(screen, lastName);
  if (name === undefined) return undefined;
  if (given.hostname === AUTO) {
    try {
      return { name, ...onlyServer(await searching!) };
    } catch (error) {
      if (!screen.interactive) throw error;
      screen.print(problem((error as Error).message));
    }
  } else if (given.hostname !== undefined) {
    const port = given.port ?? await askPort(screen);
    return port === undefined
      ? undefined
      : { name, hostname: given.hostname, port };
  }
  const offered = offeredServers(await searching!, known);
  const server = await askServer(screen, offered, lastAddress);
  return server === undefined ? undefined : { name, ...server };
}

/** Asks for a name until it is valid; Enter means the proposed one. */
export async function askName(
  screen: Asking,
  proposed: string | undefined,
): Promise<string | undefined> {
  const enter = proposed === undefined ? "" : ` (Enter for ${proposed})`;
  return await ask(
    screen,
    `Your name${enter}: `,
    (text) => checkName(text === "" ? proposed ?? "" : text),
  );
}

function needsSearch({ hostname }: Partial<Target>): boolean {
  return hostname === undefined || hostname === AUTO;
}

function requireAll({ name, hostname, port }: Partial<Target>): void {
  const missing = [
    ...(name === undefined ? ["username"] : []),
    ...(hostname === undefined ? ["hostname"] : []),
    ...(port === undefined && hostname !== AUTO ? ["port"] : []),
  ];
  if (missing.length > 0) {
    throw new UsageError(`Missing arguments: ${missing.join(", ")}`);
  }
}

function onlyServer(found: readonly FoundServer[]): Address {
  const [only, ...others] = found;
  if (only === undefined) {
    throw new ConnectError(
      "No server was found on this network: type the address that it shows " +
        "instead of auto",
    );
  }
  if (others.length > 0) {
    const named = found.slice(0, MAX_NAMED).map(serverText).join(", ");
    const more = found.length - MAX_NAMED;
    const rest = more > 0 ? ` and ${more} more` : "";
    throw new ConnectError(
      `There are ${found.length} servers on this network: type the address of ` +
        `one instead of auto (${named}${rest})`,
    );
  }
  return { hostname: only.hostname, port: only.port };
}

function checkName(name: string): string {
  const normal = normalizeName(name);
  const why = userNameProblem(normal);
  if (why !== undefined) throw new UsageError(why);
  return normal;
}
