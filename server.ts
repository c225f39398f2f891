// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

import { FileCatalog } from "./lib/chat/file_catalog.ts";
import { textFits } from "./lib/messages.ts";
import { announce, MAX_SERVER_NAME_LENGTH } from "./lib/net/discovery.ts";
import { listen, ListenError } from "./lib/net/listen.ts";
import { cardsOf, lanAddresses } from "./lib/net/network_cards.ts";
import {
  DEFAULT_PORT,
  ExitCode,
  type Flags,
  onStopSignal,
  parseFlags,
  parseNumber,
  parsePort,
  UsageError,
  VERSION,
} from "./lib/program.ts";
import {
  ChatServer,
  DEFAULT_HISTORY,
  type ServeOptions,
} from "./lib/server/chat_server.ts";
import {
  DEFAULT_MAX_CLIENTS,
  DEFAULT_MAX_PER_ADDRESS,
} from "./lib/server/connection_limits.ts";
import { EventLog } from "./lib/server/event_log.ts";
import { BURST_SECONDS, DEFAULT_MAX_RATE } from "./lib/server/message_rate.ts";
import { openLogFile } from "./lib/server/log_file.ts";
import {
  completeOperatorLine,
  runOperatorLine,
} from "./lib/server/operator.ts";
import { Screen } from "./lib/server/screen.ts";
import { statusLine } from "./lib/server/status.ts";
import { Window } from "./lib/server/window.ts";

const USAGE = `Usage: server [port] [options]

  port             where to listen (default ${DEFAULT_PORT}; 0 takes a free one)

  --host ADDRESS   listen on this address of the machine only
  --welcome TEXT   what people read when they join
  --name NAME      how the server is called in the list of those who look for it
                   (default: the name of this computer)
  --no-discovery   do not answer those who look for a server
  --plain          no colours

  --history N          the last N messages are shown to those who join (default ${DEFAULT_HISTORY})
  --grace SECONDS      who loses the connection and is back within so many seconds
                       has not left for the others (default 0)
  --max-clients N      connections at a time (default ${DEFAULT_MAX_CLIENTS})
  --max-per-address N  ... from one address (default ${DEFAULT_MAX_PER_ADDRESS}; this computer: no limit)
  --max-rate N         messages a second from one person before they are slowed
                       down (default ${DEFAULT_MAX_RATE}, ${BURST_SECONDS} times as many at once; 0: no limit)

  --help           show this
  --version        show the version

Files in the folder "download" can be fetched by everybody.
Everything that happens is written to server.log.`;

const DOWNLOAD_FOLDER = "download";
const LOG_PATH = "server.log";
const DEFAULT_WELCOME =
  "Welcome! Type a line to talk to everyone, /help to see what else you can do.";

type Options = {
  readonly port: number;
  readonly host: string | undefined;
  readonly welcome: string;
  readonly name: string;
  readonly discovery: boolean;
  readonly plain: boolean;
  readonly limits: Limits;
};

type Limits = Pick<
  ServeOptions,
  "history" | "grace" | "maxClients" | "maxPerAddress" | "maxRate"
>;

/** Where the one who runs the server reads. */
type Output = {
  print(line: string): void;
  close(): Promise<void>;
};

async function main(args: string[]): Promise<number> {
  let options: Options;
  try {
    const flags = parseFlags(args, {
      boolean: ["help", "version", "no-discovery", "plain"],
      string: ["host", "welcome", "name", ...LIMIT_FLAGS],
      maxArguments: 1,
    });
    if (flags.has("help")) return say(USAGE);
    if (flags.has("version")) return say(`server ${VERSION}`);
    options = readOptions(flags);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${USAGE}`);
    return ExitCode.usage;
  }
  const interactive = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  try {
    return await run(options, interactive);
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    console.error(error.message);
    // Started by a double-click, the window would vanish with the message.
    if (interactive && args.length === 0) {
      prompt("Press Enter to close this window");
    }
    return ExitCode.failed;
  }
}

function readOptions(flags: Flags): Options {
  const welcome = flags.value("welcome") ?? DEFAULT_WELCOME;
  if (!textFits(welcome)) {
    throw new UsageError("The welcome text is too long for one message");
  }
  const name = flags.value("name") ??
    Deno.hostname().slice(0, MAX_SERVER_NAME_LENGTH);
  if (name.length > MAX_SERVER_NAME_LENGTH) {
    throw new UsageError(
      `The name of the server has ${name.length} characters: ` +
        `at most ${MAX_SERVER_NAME_LENGTH} are allowed`,
    );
  }
  return {
    port: parsePort(flags.arguments[0] ?? String(DEFAULT_PORT), 0),
    host: flags.value("host"),
    welcome,
    name,
    discovery: !flags.has("no-discovery"),
    plain: flags.has("plain"),
    limits: readLimits(flags),
  };
}

const LIMIT_FLAGS = [
  "history",
  "grace",
  "max-clients",
  "max-per-address",
  "max-rate",
];

function readLimits(flags: Flags): Limits {
  const number = (flag: string, range: { min: number; max: number }) => {
    const value = flags.value(flag);
    return value === undefined
      ? undefined
      : parseNumber(value, { ...range, flag });
  };
  const grace = number("grace", { min: 0, max: 3_600 });
  return {
    history: number("history", { min: 0, max: 1_000 }),
    grace: grace === undefined ? undefined : grace * 1_000,
    maxClients: number("max-clients", { min: 1, max: 1_000_000 }),
    maxPerAddress: number("max-per-address", { min: 1, max: 1_000_000 }),
    maxRate: number("max-rate", { min: 0, max: 1_000_000 }),
  };
}

async function run(options: Options, interactive: boolean): Promise<number> {
  const { port, host, welcome, name } = options;
  const listening = listen(port, host);
  const stopping = new AbortController();
  const { signal } = stopping;
  const stop = () => {
    if (signal.aborted) Deno.exit(ExitCode.failed);
    output.print("Closing: telling everybody (Ctrl+C again to stop at once)");
    stopping.abort();
  };
  const addresses = host === undefined ? lanAddresses() : [host];
  const started = performance.now();
  const window = interactive
    ? new Window({
      style: {
        color: !options.plain && !Deno.noColor,
        symbols: !options.plain,
      },
      status: () =>
        statusLine({
          address: `${addresses[0]} ${listening.port}`,
          uptime: performance.now() - started,
          ...server.stats,
        }),
      complete: completeOperatorLine,
      onLine: (line) => runOperatorLine(operator, line),
      onEnd: stop,
    })
    : undefined;
  const output: Output = window ?? new Screen();
  const print = (line: string) => output.print(line);
  const logFile = await openLogFile(LOG_PATH, (cause) => {
    const detail = cause instanceof Error ? cause.message : cause;
    print(`Cannot write ${LOG_PATH}: ${detail}. The chat goes on without it`);
  });
  const log = new EventLog(logFile.append);
  const catalog = new FileCatalog(DOWNLOAD_FOLDER);
  const server = new ChatServer({
    ...options.limits,
    ...{ catalog, log, print, welcome },
  });
  const operator = {
    names: () => server.names(),
    print: (line: string) => window?.answer(line),
    quit: stop,
  };
  onStopSignal(stop);
  // One fault must not end the lesson: note it, and go on.
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    const { reason } = event;
    log.write("failure", { stack: reason?.stack ?? String(reason) });
  });
  try {
    await catalog.prepare().catch((error) => {
      log.write("failure", { cause: String(error) });
      print(
        `Cannot create the folder "${DOWNLOAD_FOLDER}": ${error.message}. ` +
          "There are no files to fetch",
      );
    });
    log.write("started", {
      version: VERSION,
      port: listening.port,
      host: host ?? "all interfaces",
    });
    print(
      `Listening on port ${listening.port}` +
        (host === undefined ? "" : ` of ${host}`),
    );
    print("People join by typing:");
    for (const address of addresses) {
      print(`  client.exe NAME ${address} ${listening.port}`);
    }
    if (options.discovery) {
      const found = {
        name,
        port: listening.port,
        signal,
        ...(host !== undefined && { cards: cardsOf(host) }),
      };
      await announce(found).catch((error) => {
        log.write("failure", { cause: `discovery: ${error}` });
        print("This server is not found by itself: people type its address");
      });
    }
    print(
      interactive
        ? "/help shows what you can type here"
        : "Press Ctrl+C to stop",
    );
    window?.open();
    await server.run(listening.acceptors, signal);
    log.write("stopped");
  } finally {
    log.flush();
    await logFile.close();
    print("Closed");
    await output.close();
  }
  return ExitCode.inOrder;
}

function say(text: string): number {
  console.log(text);
  return ExitCode.inOrder;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
