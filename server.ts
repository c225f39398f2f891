// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

import { join } from "node:path";
import { FileCatalog } from "./lib/chat/file_catalog.ts";
import { textFits } from "./lib/messages.ts";
import { announce, MAX_SERVER_NAME_LENGTH } from "./lib/net/discovery.ts";
import { listen, ListenError } from "./lib/net/listen.ts";
import { cardsOf, lanAddresses } from "./lib/net/network_cards.ts";
import { claimProfileFolder, isReadOnly } from "./lib/profile_folder.ts";
import {
  DEFAULT_PORT,
  ExitCode,
  type Flags,
  onStopSignal,
  onUncaught,
  parseFlags,
  parseNumber,
  parsePort,
  UsageError,
  VERSION,
  versionLine,
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
import { EventLog, stackOf } from "./lib/server/event_log.ts";
import { BURST_SECONDS, DEFAULT_MAX_RATE } from "./lib/server/message_rate.ts";
import { openLogFile } from "./lib/server/log_file.ts";
import {
  completeOperatorLine,
  runOperatorLine,
} from "./lib/server/operator.ts";
import { Screen } from "./lib/server/screen.ts";
import type { OperatorContext } from "./lib/server/operator_context.ts";
import { statusLine } from "./lib/server/status.ts";
import { readTypedLines } from "./lib/server/typed_lines.ts";
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
  /** Shows an answer to what was typed. */
  answer(text: string): void;
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
    if (flags.has("version")) return say(versionLine("server"));
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
  const ownFolder = claimProfileFolder();
  const listening = listen(port, host);
  const stopping = new AbortController();
  const { signal } = stopping;
  const stop = (reason: string, isHasty = false) => {
    if (!signal.aborted) {
      output.print("Closing: telling everybody (Ctrl+C again to stop at once)");
      stopping.abort(reason);
    } else if (isHasty) {
      Deno.exit(ExitCode.failed);
    }
  };
  const onStop = (interrupted: boolean) => stop("", interrupted);
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
          isLocked: server.moderation.isLocked,
          ...server.stats,
        }),
      complete: (line) => completeOperatorLine(operator, line),
      onLine: (line) => void runOperatorLine(operator, line),
      onEnd: onStop,
    })
    : undefined;
  const output: Output = window ?? new Screen();
  const print = (line: string) => output.print(line);
  const logFile = await openLogFile(LOG_PATH, (cause) => {
    const detail = cause instanceof Error ? cause.message : cause;
    print(`Cannot write ${LOG_PATH}: ${detail}. The chat goes on without it`);
  }, { fallback: ownFolder && join(ownFolder, LOG_PATH) });
  if (logFile.path !== LOG_PATH) {
    print(`This folder is read-only: the log is ${logFile.path}`);
  }
  const log = new EventLog(logFile.append);
  const catalog = await openCatalog(ownFolder, print).catch((error) => {
    log.write("failure", { cause: String(error) });
    print(
      `Cannot create the folder "${DOWNLOAD_FOLDER}": ${error.message}. ` +
        "There are no files to fetch",
    );
    return new FileCatalog(DOWNLOAD_FOLDER);
  });
  const server = new ChatServer({
    ...options.limits,
    ...{ catalog, log, print, welcome },
  });
  const operator: OperatorContext = {
    moderation: server.moderation,
    clients: () => server.sessions,
    stats: () => server.stats,
    files: () => catalog.list(),
    uptime: () => performance.now() - started,
    memory: () => Deno.memoryUsage().rss,
    say: (text) => server.say(text),
    log: (event, details) => log.write(event, details),
    print: (text) => output.answer(text),
    quit: (reason) => stop(reason),
  };
  onStopSignal(onStop);
  // One fault must not end the lesson: note it, and go on.
  onUncaught((error) => log.write("failure", { stack: stackOf(error) }));
  try {
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
    // A program in the background that reads from a terminal would be stopped.
    if (!Deno.stdin.isTerminal()) {
      void readTypedLines(
        Deno.stdin,
        (line) => runOperatorLine(operator, line),
      );
    }
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

/**
 * The shared folder: here or, if there is none and none can be made, in the user's
 * own.
 */
async function openCatalog(
  ownFolder: string | undefined,
  print: (line: string) => void,
): Promise<FileCatalog> {
  const catalog = new FileCatalog(DOWNLOAD_FOLDER);
  try {
    await catalog.prepare();
    return catalog;
  } catch (error) {
    if (ownFolder === undefined || !isReadOnly(error)) throw error;
  }
  const folder = join(ownFolder, DOWNLOAD_FOLDER);
  const elsewhere = new FileCatalog(folder);
  await elsewhere.prepare();
  print(`This folder is read-only: the files to fetch are in ${folder}`);
  return elsewhere;
}

function say(text: string): number {
  console.log(text);
  return ExitCode.inOrder;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
