// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

import { FileCatalog } from "./lib/chat/file_catalog.ts";
import { textFits } from "./lib/messages.ts";
import { listen, ListenError } from "./lib/net/listen.ts";
import {
  DEFAULT_PORT,
  ExitCode,
  onStopSignal,
  parseFlags,
  parsePort,
  UsageError,
  VERSION,
} from "./lib/program.ts";
import { serve } from "./lib/server/chat_server.ts";
import { EventLog } from "./lib/server/event_log.ts";
import { openLogFile } from "./lib/server/log_file.ts";
import { Screen } from "./lib/server/screen.ts";

const USAGE = `Usage: server [port] [options]

  port             where to listen (default ${DEFAULT_PORT}; 0 takes a free one)

  --host ADDRESS   listen on this address of the machine only
  --welcome TEXT   what people read when they join
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
};

async function main(args: string[]): Promise<number> {
  let options: Options;
  try {
    const flags = parseFlags(args, {
      boolean: ["help", "version"],
      string: ["host", "welcome"],
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
  return await run(options);
}

function readOptions(flags: ReturnType<typeof parseFlags>): Options {
  const welcome = flags.value("welcome") ?? DEFAULT_WELCOME;
  if (!textFits(welcome)) {
    throw new UsageError("The welcome text is too long for one message");
  }
  return {
    port: parsePort(flags.arguments[0] ?? String(DEFAULT_PORT), 0),
    host: flags.value("host"),
    welcome,
  };
}

async function run({ port, host, welcome }: Options): Promise<number> {
  const screen = new Screen();
  const print = (line: string) => screen.print(line);
  try {
    const catalog = new FileCatalog(DOWNLOAD_FOLDER);
    const listening = listen(port, host);
    const logFile = await openLogFile(LOG_PATH, (cause) => {
      const detail = cause instanceof Error ? cause.message : cause;
      print(`Cannot write ${LOG_PATH}: ${detail}. The chat goes on without it`);
    });
    const log = new EventLog(logFile.append);
    const stopping = new AbortController();
    onStopSignal(() => {
      if (stopping.signal.aborted) Deno.exit(ExitCode.failed);
      print("Closing: telling everybody (Ctrl+C again to stop at once)");
      stopping.abort();
    });
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
      announce(listening.port, host, print);
      await serve(
        listening.acceptors,
        { catalog, log, print, welcome },
        stopping.signal,
      );
      log.write("stopped");
    } finally {
      log.flush();
      await logFile.close();
    }
    print("Closed");
    return ExitCode.inOrder;
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    console.error(error.message);
    return ExitCode.failed;
  } finally {
    await screen.close();
  }
}

/** Shows the exact line that the others have to type. */
function announce(
  port: number,
  host: string | undefined,
  print: (line: string) => void,
): void {
  print(`Listening on port ${port}${host === undefined ? "" : ` of ${host}`}`);
  print("People join by typing:");
  for (const address of host === undefined ? lanAddresses() : [host]) {
    print(`  client.exe NAME ${address} ${port}`);
  }
  print("Press Ctrl+C to stop");
}

/** Addresses under which other machines reach this one; itself if there are none. */
function lanAddresses(): string[] {
  const reachable = Deno.networkInterfaces().filter(({ family, address }) =>
    family === "IPv4"
      ? !address.startsWith("127.") && !address.startsWith("169.254.")
      : address !== "::1" && !address.startsWith("fe80")
  ).sort((a, b) => a.family.localeCompare(b.family));
  const addresses = reachable.map(({ address }) => address);
  return addresses.length > 0 ? addresses : ["127.0.0.1"];
}

function say(text: string): number {
  console.log(text);
  return ExitCode.inOrder;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
