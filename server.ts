import { join } from "node:path";
import { announce } from "./lib/net/discovery.ts";
import { type Acceptor, listen } from "./lib/net/listen.ts";
import { cardsOf } from "./lib/net/network_cards.ts";
import { claimProfileFolder } from "./lib/profile_folder.ts";
import {
  ExitCode,
  messageOf,
  onStopSignal,
  onUncaught,
  parseFlags,
  Presses,
  programCommand,
  StartError,
  UsageError,
  VERSION,
  versionLine,
} from "./lib/program.ts";
import { ChatServer } from "./lib/server/chat_server.ts";
import { EventLog, stackOf } from "./lib/server/event_log.ts";
import { keepNewFilesToOwner, openLogFile } from "./lib/server/log_file.ts";
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
import { ownAddresses } from "./lib/server/own_addresses.ts";
import { Screen } from "./lib/server/screen.ts";
import type { OperatorContext } from "./lib/server/operator_context.ts";
import { openCatalog } from "./lib/server/shared_folder.ts";
import { statusLine } from "./lib/server/status.ts";
import { readTypedLines } from "./lib/server/typed_lines.ts";
import { Window } from "./lib/server/window.ts";
import { isDumbTerminal } from "./lib/terminal/open_editor.ts";
import {
  complain,
  describeOutputFault,
  show,
  waitForEnter,
} from "./lib/terminal/standard_streams.ts";

const LOG_PATH = "server.log";

/** Where the operator reads. */
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
    if (flags.has("help")) return show(USAGE);
    if (flags.has("version")) return show(versionLine("server"));
    options = readOptions(flags, { computerName: Deno.hostname });
  } catch (error) {
    complain(sentenceFor(error));
    if (!(error instanceof UsageError)) return ExitCode.failed;
    complain(`\n${USAGE}`);
    return ExitCode.usage;
  }
  const interactive = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  try {
    return await run(options, interactive);
  } catch (error) {
    complain(sentenceFor(error));
    // Started by a double-click, the window would vanish with the message.
    if (interactive && args.length === 0) await waitForEnter();
    return ExitCode.failed;
  }
}

/**
 * Serves until it is asked to stop. Whatever the end, and however far the start
 * came, all that was opened is closed again. Throws {@linkcode StartError}.
 */
async function run(options: Options, interactive: boolean): Promise<number> {
  const { port, host, welcome, name } = options;
  await using opened = new AsyncDisposableStack();
  const ownFolder = claimProfileFolder();
  const listening = listen(port, host);
  opened.defer(() => closeAll(listening.acceptors));
  const stopping = new AbortController();
  const { signal } = stopping;
  opened.defer(() => stopping.abort());
  // Faults can come before there is anything to show them on.
  const shown: { output?: Output } = {};
  const print = (line: string) => shown.output?.print(line);
  const stop = (reason: string, isHasty = false) => {
    if (!signal.aborted) {
      print("Closing: telling everybody (Ctrl+C again to stop at once)");
      stopping.abort(reason);
    } else if (isHasty) {
      Deno.exit(ExitCode.failed);
    }
  };
  const presses = new Presses();
  const onStop = (interrupted: boolean) => {
    if (presses.isNew()) stop("", interrupted);
  };
  const logFile = await openLogFile(LOG_PATH, (cause) => {
    print(
      `Cannot write ${LOG_PATH}: ${
        messageOf(cause)
      }. The chat goes on without it`,
    );
  }, { fallback: ownFolder && join(ownFolder, LOG_PATH) });
  opened.defer(() => logFile.close());
  const log = new EventLog(logFile.append, {
    keepsPrivate: options.logsPrivate,
  });
  opened.defer(() => log.flush());
  const [addresses, cardFault] = ownAddresses(host);
  const started = performance.now();
  const window = interactive
    ? onTerminal(() =>
      new Window({
        style: {
          color: !options.plain && !Deno.noColor && !isDumbTerminal(),
          symbols: !options.plain,
        },
        status: () =>
          statusLine({
            address: `${addresses[0]} ${listening.port}`,
            uptime: performance.now() - started,
            ...server.status,
          }),
        complete: (line) => completeOperatorLine(operator, line),
        onLine: (line) => runOperatorLine(operator, line),
        onEnd: onStop,
      })
    )
    : undefined;
  shown.output = window ??
    new Screen(
      Deno.stdout,
      (cause) =>
        log.write("output lost", { cause: describeOutputFault(cause) }),
    );
  opened.defer(() => shown.output?.close());
  if (logFile.path !== LOG_PATH) {
    print(`This folder is read-only: the log is ${logFile.path}`);
  }
  if (cardFault !== undefined) print(cardFault);
  const catalog = await openCatalog(ownFolder, { print, log });
  // The folder for everybody is made; what follows is the logs.
  keepNewFilesToOwner();
  const server = new ChatServer({
    ...options.limits,
    ...{ catalog, log, print, welcome, name },
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
    logsPrivate: options.logsPrivate,
    print: (text) => shown.output?.answer(text),
    quit: (reason) => stop(reason),
    dialog: window,
  };
  opened.use(onStopSignal(onStop));
  // One fault must not end the lesson: note it, and go on.
  opened.use(
    onUncaught((error) => log.write("failure", { stack: stackOf(error) })),
  );
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
      print(`  ${programCommand("client")} NAME ${address} ${listening.port}`);
    }
    if (options.discovery) {
      const found = {
        ...{ name, port: listening.port, signal },
        people: () => server.status.clients,
      };
      await announce({ ...found, ...(host && { cards: cardsOf(host) }) })
        .catch((error) => {
          log.write("failure", { cause: `discovery: ${error}` });
          print("Clients cannot find this server: people type its address");
        });
    }
    print(
      interactive
        ? "/help shows what you can type here"
        : "Press Ctrl+C to stop",
    );
    if (window !== undefined) onTerminal(() => window.open());
    // A program in the background that reads from a terminal would be stopped.
    if (!Deno.stdin.isTerminal()) {
      void readTypedLines(
        Deno.stdin,
        (line) => runOperatorLine(operator, line),
      );
    }
    await server.run(listening.acceptors, signal);
  } catch (error) {
    if (!(error instanceof StartError)) {
      log.write("failure", { stack: stackOf(error) });
    }
    throw error;
  }
  log.write("stopped");
  log.flush();
  await logFile.close();
  print("Closed");
  return ExitCode.inOrder;
}
/** Throws {@linkcode StartError} if the terminal cannot be set to read single keys. */
function onTerminal<T>(use: () => T): T {
  try {
    return use();
  } catch (cause) {
    throw new StartError(
      `Cannot read keys from this terminal: ${messageOf(cause)}. ` +
        "Start the server in another window",
      { cause },
    );
  }
}

function closeAll(acceptors: readonly Acceptor[]): void {
  for (const acceptor of acceptors) {
    try {
      acceptor.close();
    } catch {
      // The server has closed it already.
    }
  }
}

function sentenceFor(error: unknown): string {
  return error instanceof StartError || error instanceof UsageError
    ? messageOf(error)
    : `The server has failed: ${messageOf(error)}. ${LOG_PATH} says more`;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
