import {
  DEFAULT_PORT,
  type Flags,
  programCommand,
  UsageError,
} from "../program.ts";
import { KEY_FLAGS } from "../terminal/key_source.ts";
import { readTarget, type Target, TargetError } from "./target.ts";

/** What `--help` shows. */
export const USAGE = `Usage: client [username] [hostname] [port] [options]

  username              your name, as the others see it
  hostname              name or address of the server's computer; auto takes
                        the only server on this network
  port                  the port that the server shows, usually ${DEFAULT_PORT}

  --no-time             show no time in front of each line
  --plain               use no colours and no symbols
  --no-reconnect        leave when the connection is lost
  --reconnect           reconnect even when a script drives the client
  --key WORDS           the room key, if the room has one
  --key-file FILE       the same, from a file: no list of programs shows it
  --no-history-file     keep nothing for the next time, not even the name
  --forget [HOSTNAME]   delete what was kept on this computer, and end; with a
                        hostname, only the fingerprint of the server there
  --interface ADDRESS   look for servers on this network card only
  --help                show this help
  --version             show the version

The client asks for what is missing. Type /help to see what you can do once you
have joined.

For example:
  ${programCommand("client")} Ann 192.0.2.2 ${DEFAULT_PORT}
  ${programCommand("client")} Ann auto`;

/** The flags that {@linkcode readOptions} reads. */
export const FLAGS = {
  boolean: [
    "help",
    "version",
    "no-time",
    "plain",
    "no-history-file",
    "forget",
    "no-reconnect",
    "reconnect",
  ],
  string: ["interface", ...KEY_FLAGS],
  // A pasted command has many; readTarget counts the ones that matter.
  maxArguments: Infinity,
} as const;

/** What the client's command line says. */
export type Options = {
  /** The parts of the target that can be used. */
  readonly given: Partial<Target>;
  /** Why another part cannot be used; only on a terminal, where the client asks for it. */
  readonly wrong?: string;
  readonly plain: boolean;
  readonly showTime: boolean;
  /** Whether the profile keeps name and history for the next run. */
  readonly keepsPerson: boolean;
  /** Whether the profile keeps the fingerprints of servers, also of a script. */
  readonly keepsServers: boolean;
  readonly reconnects: boolean;
  /** The address of the only network card to search on; `undefined`: all of them. */
  readonly card: string | undefined;
};

/** Reads a command line. Throws {@linkcode UsageError} for what is not valid. */
export function readOptions(
  flags: Flags,
  { interactive, ownAddresses }: {
    /** Whether a person sits at a terminal, whom the client can ask. */
    readonly interactive: boolean;
    /** The addresses of this computer's network cards. */
    readonly ownAddresses: () => readonly string[];
  },
): Options {
  const card = flags.value("interface");
  if (card !== undefined) checkCard(card, ownAddresses());
  return {
    ...readArguments(flags.arguments, interactive),
    plain: flags.has("plain"),
    showTime: !flags.has("no-time"),
    keepsPerson: interactive && !flags.has("no-history-file"),
    keepsServers: !flags.has("no-history-file"),
    reconnects: flags.has("reconnect") ||
      interactive && !flags.has("no-reconnect"),
    card,
  };
}

function readArguments(
  words: readonly string[],
  interactive: boolean,
): Pick<Options, "given" | "wrong"> {
  try {
    return { given: readTarget(words) };
  } catch (error) {
    if (!(error instanceof TargetError) || !interactive) throw error;
    return { given: error.rest, wrong: error.message };
  }
}

function checkCard(address: string, own: readonly string[]): void {
  if (own.includes(address)) return;
  throw new UsageError(
    "The option --interface needs an address of this computer: one of " +
      own.join(", "),
  );
}
