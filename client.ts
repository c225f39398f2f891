import { ChatError } from "./lib/chat/chat_error.ts";
import { ConnectionLost } from "./lib/client/chat_client.ts";
import { PipeScreen } from "./lib/client/pipe_screen.ts";
import { openProfileStorage, Profile } from "./lib/client/profile.ts";
import type { Screen } from "./lib/client/screen.ts";
import { readTarget, type Target, TargetError } from "./lib/client/target.ts";
import { TerminalScreen } from "./lib/client/terminal_screen.ts";
import { isDumbTerminal } from "./lib/terminal/open_editor.ts";
import { problem } from "./lib/client/view.ts";
import { visit } from "./lib/client/visit.ts";
import { display } from "./lib/display.ts";
import { connect, ConnectError } from "./lib/net/connect.ts";
import { search } from "./lib/net/discovery.ts";
import { cardsOf, networkCards } from "./lib/net/network_cards.ts";
import { claimProfileFolder } from "./lib/profile_folder.ts";
import {
  DEFAULT_PORT,
  ExitCode,
  type Flags,
  messageOf,
  onStopSignal,
  onUncaught,
  parseFlags,
  programCommand,
  StartError,
  UsageError,
  versionLine,
} from "./lib/program.ts";
import {
  complain,
  describeOutputFault,
  show,
  waitForEnter,
} from "./lib/terminal/standard_streams.ts";

const USAGE = `Usage: client [username] [hostname] [port] [options]

  username              your name, as the others see it
  hostname              name or address of the server's computer; auto takes
                        the only server on this network
  port                  the port that the server shows, usually ${DEFAULT_PORT}

  --no-time             show no time in front of each line
  --plain               use no colours and no symbols
  --no-reconnect        leave when the connection is lost
  --reconnect           reconnect even when a script drives the client
  --no-history-file     keep nothing for the next time, not even the name
  --interface ADDRESS   look for servers on this network card only
  --help                show this help
  --version             show the version

The client asks for what is missing. Type /help to see what you can do once you
have joined.

For example:
  ${programCommand("client")} Ann 192.0.2.2 ${DEFAULT_PORT}
  ${programCommand("client")} Ann auto`;

const FLAGS = {
  boolean: [
    "help",
    "version",
    "no-time",
    "plain",
    "no-history-file",
    "no-reconnect",
    "reconnect",
  ],
  string: ["interface"],
  // A pasted command has more; readTarget counts what is left of it.
  maxArguments: Infinity,
} as const;

async function main(args: string[]): Promise<number> {
  const interactive = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  let flags: Flags;
  let given: Partial<Target>;
  let wrong: string | undefined;
  try {
    flags = parseFlags(args, FLAGS);
    if (flags.has("help")) return show(USAGE);
    if (flags.has("version")) return show(versionLine("client"));
    checkCard(flags.value("interface"));
    ({ given, wrong } = readArguments(flags.arguments, interactive));
  } catch (error) {
    return fail(error);
  }
  const stopping = new AbortController();
  const { signal } = stopping;
  const stop = () => stopping.abort();
  let lost: string | undefined;
  const lose = (cause: unknown) => {
    lost = describeOutputFault(cause);
    stop();
  };
  using _signals = onStopSignal(stop);
  let failure: unknown;
  using _uncaught = onUncaught((error) => {
    failure ??= error;
    stop();
  });
  let screen: Screen | undefined;
  let allDone = true;
  try {
    const keeps = interactive && !flags.has("no-history-file");
    const profile = new Profile(keeps ? openProfileStorage() : undefined);
    const pipe = interactive
      ? undefined
      : new PipeScreen({ onLost: lose, signal });
    screen = pipe ?? openTerminal(flags, profile, stop);
    if (wrong !== undefined) screen.print(problem(wrong));
    allDone = await visit(screen, {
      ...{ given, profile, signal },
      fallbackFolder: claimProfileFolder(),
      reconnects: flags.has("reconnect") ||
        interactive && !flags.has("no-reconnect"),
      search: () =>
        search({ cards: cardsOf(flags.value("interface")), signal }),
      connect: (address) => connect(address, { signal }),
      room: pipe && (() => pipe.room()),
    });
  } catch (error) {
    // Stopped by the user: nothing has failed.
    if (!signal.aborted) failure = error;
  }
  await screen?.[Symbol.asyncDispose]();
  if (lost !== undefined) {
    complain(lost);
    return ExitCode.failed;
  }
  if (failure === undefined) {
    return allDone || interactive ? ExitCode.inOrder : ExitCode.failed;
  }
  const code = fail(failure);
  // Started by a double-click, the window would vanish with the message.
  if (interactive && args.length === 0) await waitForEnter();
  return code;
}

/** On a terminal a part that is wrong is said there, and asked for. Throws `UsageError`. */
function readArguments(
  words: readonly string[],
  interactive: boolean,
): { given: Partial<Target>; wrong?: string } {
  try {
    return { given: readTarget(words) };
  } catch (error) {
    if (!(error instanceof TargetError) || !interactive) throw error;
    return { given: error.rest, wrong: error.message };
  }
}

function checkCard(address: string | undefined): void {
  if (address === undefined || cardsOf(address).length > 0) return;
  const own = networkCards().map((card) => card.address).join(", ");
  throw new UsageError(
    `The option --interface needs an address of this computer: one of ${own}`,
  );
}

function openTerminal(
  flags: Flags,
  profile: Profile,
  onInterrupt: () => void,
): Screen {
  try {
    return new TerminalScreen({
      style: {
        color: !flags.has("plain") && !Deno.noColor && !isDumbTerminal(),
        symbols: !flags.has("plain"),
      },
      showTime: !flags.has("no-time"),
      profile,
      onInterrupt,
    });
  } catch (cause) {
    throw new StartError(
      `Cannot read keys from this terminal: ${messageOf(cause)}. ` +
        "Start the client in another window",
      { cause },
    );
  }
}

/** Says on standard error what went wrong; the exit code of it. */
function fail(error: unknown): number {
  complain(display(sentenceFor(error)));
  if (!(error instanceof UsageError)) return ExitCode.failed;
  complain(`\n${USAGE}`);
  return ExitCode.usage;
}

function sentenceFor(error: unknown): string {
  if (!(error instanceof ChatError)) {
    return isExpected(error)
      ? messageOf(error)
      : `The client has failed: ${messageOf(error)}. Start it again`;
  }
  const { suggestion } = error;
  const free = suggestion === undefined ? "" : ` (${suggestion} is free)`;
  return `Cannot join: ${error.message}${free}`;
}

/** Whether the message is a sentence for the user, made by this program. */
function isExpected(error: unknown): boolean {
  return [UsageError, StartError, ConnectError, ConnectionLost]
    .some((kind) => error instanceof kind);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
