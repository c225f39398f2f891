// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

import { ChatError } from "./lib/chat/chat_error.ts";
import { ConnectionLost } from "./lib/client/chat_client.ts";
import { converse, giveUp, newMemory } from "./lib/client/conversation.ts";
import type { Membership } from "./lib/client/membership.ts";
import { PipeScreen } from "./lib/client/pipe_screen.ts";
import { openProfileStorage, Profile } from "./lib/client/profile.ts";
import { Reconnect } from "./lib/client/reconnect.ts";
import type { Screen } from "./lib/client/screen.ts";
import {
  askName,
  completeTarget,
  readTarget,
  type Target,
} from "./lib/client/target.ts";
import { TerminalScreen } from "./lib/client/terminal_screen.ts";
import { answer, problem } from "./lib/client/view.ts";
import { display } from "./lib/display.ts";
import { formatAddress } from "./lib/net/address.ts";
import type { ByteStream } from "./lib/net/byte_stream.ts";
import { connect } from "./lib/net/connect.ts";
import { search } from "./lib/net/discovery.ts";
import { cardsOf } from "./lib/net/network_cards.ts";
import { claimProfileFolder } from "./lib/profile_folder.ts";
import {
  DEFAULT_PORT,
  ExitCode,
  type Flags,
  onStopSignal,
  parseFlags,
  UsageError,
  versionLine,
} from "./lib/program.ts";

const USAGE = `Usage: client [username] [hostname] [port] [options]

  username              your name, as the others will see it
  hostname              name or address of the server's computer; auto takes
                        the only server of this network
  port                  the port that the server shows, usually ${DEFAULT_PORT}

  --no-time             no time in front of what happens
  --plain               no colours and no symbols
  --no-reconnect        leave when the connection is lost
  --reconnect           connect again also when driven by a script
  --no-history-file     keep nothing for the next time, not even the name
  --interface ADDRESS   look for servers on this network card only
  --help                show this
  --version             show the version

What is missing is asked for. /help shows what you can do once you are in.`;

async function main(args: string[]): Promise<number> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  let flags: Flags;
  let given: Partial<Target>;
  try {
    flags = parseFlags(args, {
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
      maxArguments: 3,
    });
    if (flags.has("help")) return say(USAGE);
    if (flags.has("version")) return say(versionLine("client"));
    given = readTarget(flags.arguments);
  } catch (error) {
    return usageError(error);
  }
  const interactive = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  const keeps = interactive && !flags.has("no-history-file");
  const profile = new Profile(keeps ? openProfileStorage() : undefined);
  const screen: Screen = interactive
    ? new TerminalScreen({
      style: {
        color: !flags.has("plain") && !Deno.noColor,
        symbols: !flags.has("plain"),
      },
      showTime: !flags.has("no-time"),
      profile,
      onInterrupt: stop,
    })
    : new PipeScreen();
  onStopSignal(stop);
  try {
    const allDone = await run(given, screen, {
      profile,
      signal: stopping.signal,
      card: flags.value("interface"),
      reconnects: flags.has("reconnect") ||
        interactive && !flags.has("no-reconnect"),
    });
    await screen[Symbol.asyncDispose]();
    return allDone || interactive ? ExitCode.inOrder : ExitCode.failed;
  } catch (error) {
    if (stopping.signal.aborted) {
      await screen[Symbol.asyncDispose]();
      return ExitCode.inOrder;
    }
    // Started by a double-click, the window would vanish with the message.
    if (interactive && args.length === 0) {
      screen.print(problem(messageOf(error)));
      await screen.ask("Press Enter to close this window ");
      await screen[Symbol.asyncDispose]();
      return ExitCode.failed;
    }
    await screen[Symbol.asyncDispose]();
    if (error instanceof UsageError) return usageError(error);
    console.error(display(messageOf(error)));
    return ExitCode.failed;
  }
}

type RunOptions = {
  readonly profile: Profile;
  readonly signal: AbortSignal;
  readonly card: string | undefined;
  readonly reconnects: boolean;
};

/** Resolves to whether everything that was wanted was done. */
async function run(
  given: Partial<Target>,
  screen: Screen,
  { profile, signal, card, reconnects }: RunOptions,
): Promise<boolean> {
  const fallbackFolder = claimProfileFolder();
  let target = await completeTarget(given, screen, {
    search: () => search({ cards: cardsOf(card), signal }),
    lastName: profile.name,
  });
  // The end of input at a question, or Ctrl+C.
  if (target === undefined) return true;
  const { hostname, port } = target;
  const reach = () => connect({ hostname, port }, { signal });
  const reconnect = new Reconnect(screen, { connect: reach, signal });
  const memory = newMemory();
  if (screen.interactive) {
    const shown = formatAddress({ hostname, port });
    screen.print(answer(`Connecting to ${shown} ...`));
  }
  let stream: ByteStream | undefined = await reach();
  let joined = false;
  while (stream !== undefined && target !== undefined) {
    const { name } = target;
    try {
      const hint = screen.interactive && !joined && !profile.welcomed;
      const onJoined = () => {
        joined = true;
        reconnect.succeeded();
        profile.name = name;
        profile.welcomed = true;
      };
      return await converse(stream, screen, {
        ...{ name, hint, signal, onJoined, memory, fallbackFolder },
        returns: reconnects,
      });
    } catch (error) {
      const passes = mayPass(error, memory.membership);
      if (joined && reconnects && passes && !signal.aborted) {
        screen.print(problem(messageOf(error)));
        stream = await reconnect.run();
      } else {
        if (joined) giveUp(memory, screen);
        target = await withOtherName(target, screen, error);
        if (target !== undefined) stream = await reach();
      }
    }
  }
  return giveUp(memory, screen);
}

/**
 * A lost connection comes back. From a server that cannot give the place back, a
 * name is free again when that has noticed.
 */
function mayPass(error: unknown, membership: Membership): boolean {
  if (error instanceof ConnectionLost) return !error.isFinal;
  return error instanceof ChatError && error.code === "name-taken" &&
    !membership.isKnown;
}

/** The name cannot be had: asks for another, where somebody sits at the screen. */
async function withOtherName(
  target: Target,
  screen: Screen,
  error: unknown,
): Promise<Target | undefined> {
  const nameIsWrong = error instanceof ChatError &&
    (error.code === "name-taken" || error.code === "name-invalid");
  if (!nameIsWrong || !screen.interactive) throw error;
  screen.print(problem(error.message));
  const name = await askName(screen, error.suggestion);
  return name === undefined ? undefined : { ...target, name };
}

function messageOf(error: unknown): string {
  if (error instanceof ChatError) {
    const { suggestion } = error;
    const free = suggestion === undefined ? "" : ` (${suggestion} is free)`;
    return `Cannot join: ${error.message}${free}`;
  }
  return error instanceof Error ? error.message : String(error);
}

function usageError(error: unknown): number {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${display(error.message)}\n\n${USAGE}`);
  return ExitCode.usage;
}

function say(text: string): number {
  console.log(text);
  return ExitCode.inOrder;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
