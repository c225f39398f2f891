import { textFits } from "../messages.ts";
import { MAX_SERVER_NAME_LENGTH } from "../net/discovery.ts";
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
import { BURST_SECONDS, DEFAULT_MAX_RATE } from "./message_rate.ts";

const DEFAULT_WELCOME =
  "Welcome! Type a line to talk to everyone, /help to see what else you can do.";

/** What `--help` shows. */
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

Everybody can download the files in the folder "download".
Everything that happens is written to server.log.

For example:
  ${programCommand("server")} ${DEFAULT_PORT} --name "Lab 3"`;

/** The flags that {@linkcode readOptions} reads. */
export const FLAGS = {
  boolean: ["help", "version", "no-discovery", "plain"],
  string: [
    "host",
    "welcome",
    "name",
    "history",
    "grace",
    "max-clients",
    "max-per-address",
    "max-rate",
    "log-private",
  ],
  maxArguments: 1,
} as const;

/** What the server's command line says. */
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
  readonly limits: Limits;
};

type Limits = Pick<
  ServeOptions,
  "history" | "grace" | "maxClients" | "maxPerAddress" | "maxRate"
>;

/** Reads a command line. Throws {@linkcode UsageError} for what is not valid. */
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
  const name = flags.value("name") ??
    computerName().slice(0, MAX_SERVER_NAME_LENGTH);
  if (name.length > MAX_SERVER_NAME_LENGTH) {
    throw new UsageError(
      `The name of the server has ${name.length} characters: ` +
        `at most ${MAX_SERVER_NAME_LENGTH} are allowed`,
    );
  }
  return {
    port: parsePort(plainDigits(flags.arguments[0] ?? `${DEFAULT_PORT}`), 0),
    host: flags.value("host"),
    welcome,
    name,
    discovery: !flags.has("no-discovery"),
    plain: flags.has("plain"),
    logsPrivate: readSwitch(flags, "log-private", true),
    limits: readLimits(flags),
  };
}

/** The value of a flag that is `on` or `off`. */
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
    maxClients: number("max-clients", 1),
    maxPerAddress: number("max-per-address", 1),
    maxRate: number("max-rate", 0),
  };
}

/** Full-width digits, as some keyboards type them, are digits. */
function plainDigits(text: string): string {
  return text.normalize("NFKC").trim();
}
