import {
  ExitCode,
  messageOf,
  parseFlags,
  StartError,
  versionLine,
} from "../program.ts";
import { describeOutputFault } from "../terminal/standard_streams.ts";
import type { Style } from "../terminal/style.ts";
import type { ChatScreen } from "./chat_screen.ts";
import type { RoomKey } from "../secure/room_key.ts";
import { readKeyFlags } from "../terminal/key_source.ts";
import { forget } from "./forget.ts";
import { lastWords } from "./last_words.ts";
import type { Machine } from "./machine.ts";
import { FLAGS, type Options, readOptions, USAGE } from "./options.ts";
import type { Profile } from "../store/profile.ts";
import { problem } from "./view.ts";
import { visit, type VisitOptions } from "./visit.ts";

/** Runs the client with these arguments; resolves to its exit code. */
export async function runClient(
  args: string[],
  machine: Machine,
): Promise<number> {
  const { interactive } = machine;
  let options: Options;
  let key: RoomKey | undefined;
  try {
    const flags = parseFlags(args, FLAGS);
    if (flags.has("help")) return machine.show(USAGE);
    if (flags.has("version")) return machine.show(versionLine("client"));
    if (flags.has("forget")) {
      return machine.show(await forget(flags.arguments, machine));
    }
    const ownAddresses = () =>
      machine.networkCards().map(({ address }) => address);
    options = readOptions(flags, { interactive, ownAddresses });
    key = await readKeyFlags(flags);
  } catch (error) {
    return fail(error, machine);
  }
  const { allDone, lost, failure } = await runVisit(
    { ...options, key },
    machine,
  );
  if (lost !== undefined) {
    machine.complain(lost);
    return ExitCode.failed;
  }
  if (failure === undefined) {
    return allDone || interactive ? ExitCode.inOrder : ExitCode.failed;
  }
  const code = fail(failure, machine);
  // After a double-click, the window would close with the message in it.
  if (interactive && args.length === 0) await machine.waitForEnter();
  return code;
}

/** How a visit ended. */
type Outcome = {
  /** Whether everything that the user wanted was done. */
  readonly allDone: boolean;
  /** Why standard output takes nothing any more. */
  readonly lost: string | undefined;
  readonly failure: unknown;
};

type RunOptions = Options & { readonly key: RoomKey | undefined };

/** One visit on a screen of its own, which is closed before this resolves. */
async function runVisit(
  options: RunOptions,
  machine: Machine,
): Promise<Outcome> {
  const { interactive } = machine;
  const stopping = new AbortController();
  const { signal } = stopping;
  const stop = () => stopping.abort();
  let lost: string | undefined;
  let failure: unknown;
  using _signals = machine.onStopSignal(stop);
  using _uncaught = machine.onUncaught((error) => {
    failure ??= error;
    stop();
  });
  let profile: Profile | undefined;
  let screen: ChatScreen | undefined;
  let allDone = true;
  try {
    // Before the client reads anything that others have written.
    const { keepsServers: keeps } = options;
    const fallback = machine.claimProfileFolder({ keeps });
    profile = await machine.openProfile(options);
    screen = interactive
      ? openTerminal(options, {
        ...{ machine, profile, onInterrupt: stop },
        isDumb: await machine.isDumb(),
      })
      : machine.openPipe({
        signal,
        onLost(cause) {
          lost = describeOutputFault(cause);
          stop();
        },
      });
    const shown = screen;
    profile.onNews((news) => shown.print(problem(news)));
    if (options.wrong !== undefined) screen.print(problem(options.wrong));
    allDone = await visit(
      screen,
      visitOptions(options, { machine, profile, screen, signal, fallback }),
    );
  } catch (error) {
    // The user ended the visit: that is no failure.
    if (!signal.aborted) failure = error;
  }
  await profile?.close();
  await screen?.[Symbol.asyncDispose]();
  return { allDone, lost, failure };
}

function visitOptions(
  { given, reconnects, card, key, keepsServers: keeps }: RunOptions,
  { machine, profile, screen, signal, fallback }: {
    readonly machine: Machine;
    readonly profile: Profile;
    readonly screen: ChatScreen;
    readonly signal: AbortSignal;
    readonly fallback: string | undefined;
  },
): VisitOptions {
  return {
    ...{ given, reconnects, profile, signal, key, fallbackFolder: fallback },
    keepFolder: (folder) => machine.keepFolder(folder, { fallback, keeps }),
    onLastConnection: () => machine.giveBackNetwork(),
    search() {
      const cards = machine.networkCards()
        .filter(({ address }) => card === undefined || address === card);
      return machine.search({ cards, signal });
    },
    network: {
      connect: (address) => machine.connect(address, { signal }),
      connectTls: (address, { known }) =>
        machine.connectTls(address, { known, signal }),
    },
    room: () => screen.room?.() ?? Promise.resolve(),
  };
}

function openTerminal(
  { plain, showTime }: Options,
  { machine, isDumb, ...options }: {
    readonly machine: Machine;
    readonly isDumb: boolean;
    readonly profile: Profile;
    readonly onInterrupt: () => void;
  },
): ChatScreen {
  const style: Style = {
    color: !plain && !isDumb && machine.hasColors(),
    symbols: !plain,
    isDumb,
  };
  try {
    return machine.openTerminal({ ...options, style, showTime });
  } catch (cause) {
    throw new StartError(
      `Cannot read keys from this terminal: ${messageOf(cause)}. ` +
        "Start the client in another window",
      { cause },
    );
  }
}

/** Says on standard error what went wrong; returns the exit code. */
function fail(error: unknown, machine: Machine): number {
  const { texts, code } = lastWords(error);
  for (const text of texts) machine.complain(text);
  return code;
}
