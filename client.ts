// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

import { ChatError } from "./lib/chat/chat_error.ts";
import { converse } from "./lib/client/conversation.ts";
import { PipeScreen } from "./lib/client/pipe_screen.ts";
import type { Screen } from "./lib/client/screen.ts";
import { TerminalScreen } from "./lib/client/terminal_screen.ts";
import { display } from "./lib/display.ts";
import { normalizeName, userNameProblem } from "./lib/names.ts";
import { connect } from "./lib/net/connect.ts";
import {
  DEFAULT_PORT,
  ExitCode,
  onStopSignal,
  parseFlags,
  parsePort,
  UsageError,
  VERSION,
} from "./lib/program.ts";

const USAGE = `Usage: client [username] [hostname] [port]

  username     your name, as the others will see it
  hostname     name or address of the server's computer
  port         the port that the server shows, usually ${DEFAULT_PORT}

  --help       show this
  --version    show the version

What is missing is asked for. /help shows what you can do once you are in.`;

/** Where to go, and as whom. */
type Target = { name: string; hostname: string; port: number };

async function main(args: string[]): Promise<number> {
  const stopping = new AbortController();
  const stop = () => stopping.abort();
  const interactive = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  try {
    const flags = parseFlags(args, {
      boolean: ["help", "version"],
      string: [],
      maxArguments: 3,
    });
    if (flags.has("help")) return say(USAGE);
    if (flags.has("version")) return say(`client ${VERSION}`);
    const given = readArguments(flags.arguments);
    if (!interactive) requireAll(given);
    onStopSignal(stop);
    const allDone = await run(
      given,
      interactive ? new TerminalScreen(stop) : new PipeScreen(),
      stopping.signal,
    );
    return allDone || interactive ? ExitCode.inOrder : ExitCode.failed;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`${error.message}\n\n${USAGE}`);
      return ExitCode.usage;
    }
    if (stopping.signal.aborted) return ExitCode.inOrder;
    console.error(display(messageOf(error)));
    return ExitCode.failed;
  }
}

/** Resolves to whether everything that was wanted was done. */
async function run(
  given: Partial<Target>,
  screen: Screen,
  signal: AbortSignal,
): Promise<boolean> {
  await using _ = screen;
  const target = await askForMissing(given, screen);
  // The end of input at a question, or Ctrl+C.
  if (target === undefined) return true;
  const { name, ...address } = target;
  const stream = await connect(address, { signal });
  return await converse(stream, screen, { name, signal });
}

function readArguments(words: readonly string[]): Partial<Target> {
  const [name, hostname, port] = words;
  return {
    ...(name === undefined ? {} : { name: checkName(name) }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(port === undefined ? {} : { port: parsePort(port, 1) }),
  };
}

function requireAll(given: Partial<Target>): void {
  const missing = [
    given.name === undefined ? "username" : [],
    given.hostname === undefined ? "hostname" : [],
    given.port === undefined ? "port" : [],
  ].flat();
  if (missing.length > 0) {
    throw new UsageError(
      `There is nobody to ask for what is missing: ${missing.join(", ")}`,
    );
  }
}

/** `undefined` if the user would rather not say. */
async function askForMissing(
  given: Partial<Target>,
  screen: Screen,
): Promise<Target | undefined> {
  const name = given.name ?? await ask(screen, "Your name: ", checkName);
  if (name === undefined) return undefined;
  const hostname = given.hostname ??
    await ask(
      screen,
      "Server (Enter for this computer): ",
      (text) => text === "" ? "127.0.0.1" : text,
    );
  if (hostname === undefined) return undefined;
  const port = given.port ??
    await ask(
      screen,
      `Port (Enter for ${DEFAULT_PORT}): `,
      (text) => text === "" ? DEFAULT_PORT : parsePort(text, 1),
    );
  return port === undefined ? undefined : { name, hostname, port };
}

/** Asks until the answer is a good one. */
async function ask<T>(
  screen: Screen,
  question: string,
  read: (text: string) => T,
): Promise<T | undefined> {
  for (;;) {
    const text = await screen.ask(question);
    if (text === undefined) return undefined;
    try {
      return read(text.trim());
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      screen.print(error.message);
    }
  }
}

function checkName(name: string): string {
  const problem = userNameProblem(normalizeName(name));
  if (problem !== undefined) throw new UsageError(problem);
  return normalizeName(name);
}

function messageOf(error: unknown): string {
  if (error instanceof ChatError) return `Cannot join: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}

function say(text: string): number {
  console.log(text);
  return ExitCode.inOrder;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
