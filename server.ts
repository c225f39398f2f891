// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

import { join } from "node:path";
import { FileCatalog } from "./lib/chat/file_catalog.ts";
import { announce } from "./lib/net/discovery.ts";
import { listen, ListenError } from "./lib/net/listen.ts";
import { cardsOf, lanAddresses } from "./lib/net/network_cards.ts";
import { claimProfileFolder, isReadOnly } from "./lib/profile_folder.ts";
import {
  ExitCode,
  onStopSignal,
  onUncaught,
  parseFlags,
  UsageError,
  VERSION,
  versionLine,
} from "./lib/program.ts";
import { ChatServer } from "./lib/server/chat_server.ts";
import { EventLog, stackOf } from "./lib/server/event_log.ts";
import { openLogFile } from "./lib/server/log_file.ts";
import {
  completeOperatorLine,
  runOperatorLine,
} from "./lib/server/operator.ts";
import {
  FLAGS,
  type Options,
  readOptions,
  USAGE,
} from "./lib/server/options.ts";
import { Screen } from "./lib/server/screen.ts";
import type { OperatorContext } from "./lib/server/operator_context.ts";
import { statusLine } from "./lib/server/status.ts";
import { readTypedLines } from "./lib/server/typed_lines.ts";
import { Window } from "./lib/server/window.ts";

const DOWNLOAD_FOLDER = "download";
const LOG_PATH = "server.log";

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
    const flags = parseFlags(args, FLAGS);
    if (flags.has("help")) return say(USAGE);
    if (flags.has("version")) return say(versionLine("server"));
    options = readOptions(flags, { computerName: Deno.hostname });
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
  }, { fallback: ownFolder && join(ownFolder, LOG_PATH) });
  if (logFile.path !== LOG_PATH) {
    print(`This folder is read-only: the log is ${logFile.path}`);
  }
  const log = new EventLog(logFile.append);
  const catalog = await openCatalog(ownFolder, print, log).catch((error) => {
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
  log: EventLog,
): Promise<FileCatalog> {
  const onSkipped = (file: string, reason: string) =>
    log.write("file not offered", { file, reason });
  const catalog = new FileCatalog(DOWNLOAD_FOLDER, { onSkipped });
  try {
    await catalog.prepare();
    return catalog;
  } catch (error) {
    if (ownFolder === undefined || !isReadOnly(error)) throw error;
  }
  const folder = join(ownFolder, DOWNLOAD_FOLDER);
  const elsewhere = new FileCatalog(folder, { onSkipped });
  await elsewhere.prepare();
  print(`This folder is read-only: the files to fetch are in ${folder}`);
  return elsewhere;
}

function say(text: string): number {
  console.log(text);
  return ExitCode.inOrder;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
