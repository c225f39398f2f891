import { giveBackNetwork, keepPaths } from "./lib/permissions.ts";
import { claimProfileFolder } from "./lib/profile_folder.ts";
import {
  ExitCode,
  messageOf,
  onStopSignal,
  parseFlags,
  StartError,
  UsageError,
  versionLine,
} from "./lib/program.ts";
import { runHost } from "./lib/server/host.ts";
import { keepNewFilesToOwner } from "./lib/server/log_file.ts";
import type { Machine } from "./lib/server/machine.ts";
import { LOG_NAME } from "./lib/server/open_log.ts";
import {
  FLAGS,
  type Options,
  readOptions,
  USAGE,
} from "./lib/server/options.ts";
import { readKeyFlags } from "./lib/terminal/key_source.ts";
import { isDumbWindow } from "./lib/terminal/open_editor.ts";
import {
  complain,
  show,
  waitForEnter,
} from "./lib/terminal/standard_streams.ts";
import type { Style } from "./lib/terminal/style.ts";

async function main(args: string[]): Promise<number> {
  let options: Options;
  try {
    const flags = parseFlags(args, FLAGS);
    if (flags.has("help")) return show(USAGE);
    if (flags.has("version")) return show(versionLine("server"));
    options = {
      ...readOptions(flags, { computerName: Deno.hostname }),
      key: await readKeyFlags(flags),
    };
    // Only a key file needed the folder.
    keepPaths([], ["."]);
  } catch (error) {
    complain(sentenceFor(error));
    if (!(error instanceof UsageError)) return ExitCode.failed;
    complain(`\n${USAGE}`);
    return ExitCode.usage;
  }
  const isInteractive = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  try {
    const style = isInteractive ? await styleFor(options) : undefined;
    return await runHost(options, machineWith(style));
  } catch (error) {
    complain(sentenceFor(error));
    // After a start by double-click, the window would vanish with the message.
    if (isInteractive && args.length === 0) await waitForEnter();
    return ExitCode.failed;
  }
}

async function styleFor({ plain }: Options): Promise<Style> {
  const isDumb = await isDumbWindow();
  const color = !plain && !Deno.noColor && !isDumb;
  return { color, symbols: !plain, isDumb };
}

function machineWith(style: Style | undefined): Machine {
  return {
    ownFolder: claimProfileFolder(),
    style,
    output: Deno.stdout,
    // The system would stop a background program that reads from a terminal.
    input: () => Deno.stdin.isTerminal() ? undefined : Deno.stdin,
    totalMemory: () => Deno.systemMemoryInfo().total,
    usedMemory: () => Deno.memoryUsage().rss,
    exit: (code) => Deno.exit(code),
    ...{ onStopSignal, keepNewFilesToOwner, giveBackNetwork },
  };
}

function sentenceFor(error: unknown): string {
  return error instanceof StartError || error instanceof UsageError
    ? messageOf(error)
    : `The server has failed: ${messageOf(error)}. ${LOG_NAME} says more`;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
