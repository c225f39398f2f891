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
  onUncaught,
  parseFlags,
  parsePort,
  UsageError,
  VERSION,
} from "./lib/program.ts";
import { ChatServer } from "./lib/server/chat_server.ts";
import { EventLog, stackOf } from "./lib/server/event_log.ts";
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
};

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
      string: ["host", "welcome", "name"],
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
  };
}

async function run(options: Options, interactive: boolean): Promise<number> {
  const { port, host, welcome, name } = options;
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
          ...server.status,
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
  });
  const log = new EventLog(logFile.append);
  const catalog = new FileCatalog(DOWNLOAD_FOLDER);
  const server = new ChatServer({ catalog, log, print, welcome });
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

function say(text: string): number {
  console.log(text);
  return ExitCode.inOrder;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
