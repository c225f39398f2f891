import { normalizeName, userNameProblem } from "../names.ts";
import type { FoundServer } from "../net/discovery.ts";
import { DEFAULT_PORT, parsePort, UsageError } from "../program.ts";
import type { Screen } from "./screen.ts";
import { answer, problem } from "./view.ts";

/** In the place of a hostname: the only server of the local network. */
const AUTO = "auto";

/** Where to go, and as whom. */
export type Target = {
  readonly name: string;
  readonly hostname: string;
  readonly port: number;
};

export type TargetOptions = {
  /** Looks for servers on the local network. */
  readonly search: () => Promise<FoundServer[]>;
  /** The name to propose. */
  readonly lastName: string | undefined;
};

/** What the command line says of it. Throws {@linkcode UsageError}. */
export function readTarget(words: readonly string[]): Partial<Target> {
  const [name, hostname, port] = words;
  return {
    ...(name === undefined ? {} : { name: checkName(name) }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(port === undefined ? {} : { port: parsePort(port, 1) }),
  };
}

/**
 * Finds out what is missing: by asking, where somebody sits at the screen, and
 * on the local network. `undefined` if the user would rather not say. Throws
 * {@linkcode UsageError} where nobody can be asked, and `Error` if `auto` finds
 * no server or several.
 */
export async function completeTarget(
  given: Partial<Target>,
  screen: Screen,
  options: TargetOptions,
): Promise<Target | undefined> {
  if (!screen.interactive) requireAll(given);
  const searching = needsSearch(given) ? options.search() : undefined;
  if (searching !== undefined && screen.interactive) {
    screen.print(answer("Looking for servers on this network ..."));
  }
  const name = given.name ?? await askName(screen, options.lastName);
  if (name === undefined) return undefined;
  if (given.hostname === AUTO) {
    return { name, ...onlyServer(await searching!) };
  }
  if (given.hostname !== undefined) {
    const port = given.port ?? await askPort(screen);
    return port === undefined
      ? undefined
      : { name, hostname: given.hostname, port };
  }
  const server = await askServer(screen, await searching!);
  return server === undefined ? undefined : { name, ...server };
}

/** Asks for a name until it is a good one; Enter takes the proposed one. */
export async function askName(
  screen: Screen,
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
    throw new UsageError(
      `There is nobody to ask for what is missing: ${missing.join(", ")}`,
    );
  }
}

function onlyServer(
  found: readonly FoundServer[],
): { hostname: string; port: number } {
  const [only, ...others] = found;
  if (only === undefined) {
    throw new Error(
      "No server was found on this network: type the address that it shows, " +
        "instead of auto",
    );
  }
  if (others.length > 0) {
    throw new Error(
      `There are ${found.length} servers on this network: type the address of ` +
        `one instead of auto (${found.map(shown).join(", ")})`,
    );
  }
  return { hostname: only.hostname, port: only.port };
}

async function askServer(
  screen: Screen,
  found: readonly FoundServer[],
): Promise<{ hostname: string; port: number } | undefined> {
  if (found.length === 0) {
    screen.print(answer("No server was found: type its address."));
  }
  found.forEach((server, index) =>
    screen.print(answer(`  ${index + 1}  ${shown(server)}`))
  );
  const question = found.length === 0
    ? "Server (Enter for this computer): "
    : found.length === 1
    ? "Server (Enter for 1, or an address): "
    : "Server (a number, or an address): ";
  const server = await ask(screen, question, (text) => chosen(text, found));
  if (server === undefined) return undefined;
  const port = server.port ?? await askPort(screen);
  return port === undefined ? undefined : { hostname: server.hostname, port };
}

/** A number of the list, Enter for the only one, `host`, `host:port` or `[ipv6]:port`. */
function chosen(
  text: string,
  found: readonly FoundServer[],
): { hostname: string; port?: number } {
  if (text === "") {
    if (found.length === 0) return { hostname: "127.0.0.1" };
    if (found.length === 1) return found[0]!;
    throw new UsageError(`Choose one: a number from 1 to ${found.length}`);
  }
  if (/^\d{1,3}$/.test(text)) {
    const server = found[Number(text) - 1];
    if (server === undefined) {
      throw new UsageError(`There is no number ${text} in the list`);
    }
    return server;
  }
  const [, ipv6, host, port] =
    /^(?:\[(.+)\]|([^:\s]+))(?::(\d+))?$/.exec(text) ?? [];
  const hostname = ipv6 ?? host;
  if (hostname !== undefined) {
    return port === undefined
      ? { hostname }
      : { hostname, port: parsePort(port, 1) };
  }
  if (/\s/.test(text)) throw new UsageError("An address has no spaces");
  return { hostname: text };
}

async function askPort(screen: Screen): Promise<number | undefined> {
  return await ask(
    screen,
    `Port (Enter for ${DEFAULT_PORT}): `,
    (text) => text === "" ? DEFAULT_PORT : parsePort(text, 1),
  );
}

/** Asks until the answer is a good one. */
async function ask<T>(
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

function checkName(name: string): string {
  const normal = normalizeName(name);
  const why = userNameProblem(normal);
  if (why !== undefined) throw new UsageError(why);
  return normal;
}

function shown({ name, hostname, port }: FoundServer): string {
  return `${name}  ${hostname}:${port}`;
}
