import { textFits } from "../message_text.ts";
import { MAX_SERVER_NAME_LENGTH, serverNameProblem } from "../net/discovery.ts";
import { MAX_PEOPLE } from "../names.ts";
import {
  DEFAULT_PORT,
  type Flags,
  parseNumber,
  parsePort,
  programCommand,
  UsageError,
} from "../program.ts";
import { DEFAULT_HISTORY, type ServeOptions } from "./chat_server.ts";
import {
  DEFAULT_MAX_CLIENTS,
  DEFAULT_MAX_PER_ADDRESS,
} from "./connection_limits.ts";
import type { RoomKey } from "../secure/room_key.ts";
import { KEY_FLAGS } from "../terminal/key_source.ts";
import { BURST_SECONDS, DEFAULT_MAX_RATE } from "./message_rate.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/**
 * The smallest memory limit, in bytes: what two slow readers may have queued. With
 * less, no reader could be slow.
 */
const MIN_MEMORY = 16 * MIB;

const DEFAULT_WELCOME =
  "Welcome! Type a line to talk to everyone, /help to see what else you can do.";

/** The text of `--help`. */
export const USAGE = `Usage: server [port] [options]

  port                 where to listen (default ${DEFAULT_PORT}; 0 takes a free port)

  --host ADDRESS       listen on this address of the computer only
  --welcome TEXT       what people read when they join
  --name NAME          the server's name in the list that clients show
                       (default: the name of this computer)
  --no-discovery       do not appear in that list
  --plain              use no colours
  --log-private on|off whether the log keeps the text of private messages
                       (default on)
  --key WORDS          the room key: only people who know it can join
  --key-file FILE      the same, from a file: no list of programs shows it
  --encrypted-only     refuse clients that do not encrypt
  --no-encryption      let anyone on the network read along
  --help               show this help
  --version            show the version

  --history N          how many earlier messages a newcomer sees (default ${DEFAULT_HISTORY})
  --grace SECONDS      how long a dropped connection stays unannounced
                       (default 0)
  --max-clients N      most connections at a time (default ${DEFAULT_MAX_CLIENTS})
  --max-per-address N  most connections from one address (default ${DEFAULT_MAX_PER_ADDRESS};
                       no limit for this computer itself)
  --max-rate N         messages a second before the server slows a person down
                       (default ${DEFAULT_MAX_RATE}; ${BURST_SECONDS} times as many at once; 0: no limit)
  --max-memory SIZE    most memory for what waits to be sent, such as 512 MB
                       (default: a quarter of this computer's, at most 1 GB)

Everybody can download the files in the folder "download".
Everything that happens is written to server.log.

For example:
  ${programCommand("server")} ${DEFAULT_PORT} --name "Lab 3"`;

/** The flags that {@linkcode readOptions} reads. */
export const FLAGS = {
  boolean: [
    ...["help", "version", "no-discovery", "plain"],
    ...["encrypted-only", "no-encryption"],
  ],
  string: [
    "host",
    "welcome",
    "name",
    "history",
    "grace",
    "max-clients",
    "max-per-address",
    "max-rate",
    "max-memory",
    "log-private",
    ...KEY_FLAGS,
  ],
  maxArguments: 1,
} as const;

/** The options of the server's command line. */
export type Options = {
  readonly port: number;
  /** `undefined`: all addresses of the machine. */
  readonly host: string | undefined;
  readonly welcome: string;
  readonly name: string;
  readonly discovery: boolean;
  readonly plain: boolean;
  /** Whether the log keeps the text of private messages. */
  readonly logsPrivate: boolean;
  /** Whether clients may encrypt. */
  readonly encrypts: boolean;
  /** Whether clients must encrypt. */
  readonly encryptedOnly: boolean;
  /** The room key; the entry reads it, because it may be in a file. */
  readonly key?: RoomKey | undefined;
  readonly limits: Limits;
};

type Limits = Pick<
  ServeOptions,
  | "history"
  | "grace"
  | "maxClients"
  | "maxPerAddress"
  | "maxRate"
  | "maxMemory"
>;

/** Reads a command line. Throws {@linkcode UsageError} if it is not valid. */
export function readOptions(
  flags: Flags,
  { computerName }: { computerName: () => string },
): Options {
  const welcome = flags.value("welcome") ?? DEFAULT_WELCOME;
  if (!textFits(welcome)) {
    throw new UsageError(
      "The welcome text is too long for one message: shorten it",
    );
  }
  const name = flags.value("name") ?? nameFrom(computerName());
  const problem = serverNameProblem(name);
  if (problem !== undefined) {
    throw new UsageError(`The name of the server ${problem}`);
  }
  return {
    port: parsePort(plainDigits(flags.arguments[0] ?? `${DEFAULT_PORT}`), 0),
    host: flags.value("host"),
    welcome,
    name,
    discovery: !flags.has("no-discovery"),
    plain: flags.has("plain"),
    logsPrivate: readSwitch(flags, "log-private", true),
    ...readEncryption(flags),
    limits: readLimits(flags),
  };
}

function readEncryption(
  flags: Flags,
): Pick<Options, "encrypts" | "encryptedOnly"> {
  const encrypts = !flags.has("no-encryption");
  const encryptedOnly = flags.has("encrypted-only");
  if (!encrypts && encryptedOnly) {
    throw new UsageError(
      "--no-encryption and --encrypted-only contradict each other",
    );
  }
  if (!encrypts && KEY_FLAGS.some((flag) => flags.value(flag) !== undefined)) {
    throw new UsageError(
      "A room key needs encryption: leave out --no-encryption",
    );
  }
  return { encrypts, encryptedOnly };
}

/** Returns the name of the computer; `Messenger` if a list cannot show that name. */
function nameFrom(computer: string): string {
  const name = computer.slice(0, MAX_SERVER_NAME_LENGTH);
  return serverNameProblem(name) === undefined ? name : "Messenger";
}

/** Returns the value of a flag that is `on` or `off`. */
function readSwitch(flags: Flags, flag: string, normally: boolean): boolean {
  const value = flags.value(flag);
  if (value === undefined) return normally;
  if (value === "on" || value === "off") return value === "on";
  throw new UsageError(
    `The option --${flag} needs on or off, not "${value}"`,
  );
}

function readLimits(flags: Flags): Limits {
  const number = (flag: string, min: number, max = 1_000_000) => {
    const value = flags.value(flag);
    if (value === undefined) return undefined;
    return parseNumber(value, { flag, min, max });
  };
  const grace = number("grace", 0, 3_600);
  return {
    history: number("history", 0, 1_000),
    grace: grace === undefined ? undefined : grace * 1_000,
    maxClients: number("max-clients", 1, MAX_PEOPLE),
    maxPerAddress: number("max-per-address", 1),
    maxRate: number("max-rate", 0),
    maxMemory: readMemory(flags.value("max-memory")),
  };
}

/** Returns a size in bytes, read from `512 MB`, `2GB`, or a number of megabytes. */
function readMemory(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const [, digits = "", unit = "M"] =
    /^(\d{1,6})\s*(?:([MG])i?B?)?$/i.exec(plainDigits(value)) ?? [];
  const size = Number(digits) * (unit.toUpperCase() === "G" ? GIB : MIB);
  if (digits !== "" && size >= MIN_MEMORY) return size;
  throw new UsageError(
    "The option --max-memory needs a size of at least 16 MB, such as 512 MB " +
      `or 2 GB, not "${value}"`,
  );
}

/**
 * Returns the text with plain digits instead of the full-width ones of some keyboards.
 */
function plainDigits(text: string): string {
  return text.normalize("NFKC").trim();
}
