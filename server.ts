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
  parseFlags,
  parsePort,
  UsageError,
  VERSION,
  versionLine,
} from "./lib/program.ts";
import { ChatServer } from "./lib/server/chat_server.ts";
import { EventLog } from "./lib/server/event_log.ts";
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
  };
}

async function run(options: Options, interactive: boolean): Promise<number> {
  const { port, host, welcome, name } = options;
  const ownFolder = claimProfileFolder();
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
  const server = new ChatServer({ catalog, log, print, welcome });
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
