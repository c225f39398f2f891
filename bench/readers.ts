/**
 * Clients that listen to a crowded room: how far a client behind a pipe falls behind, and
 * how soon a typed letter appears on a terminal. See bench/README.md.
 *
 * @module
 */

import { ClientOnTerminal } from "./pty.ts";
import { cpuSeconds, startMessenger, workFolder } from "./programs.ts";
import { lineOf, startClient } from "./real_client.ts";
import { formatTable, grouped, note, print, readFlags } from "./report.ts";
import { Speaker } from "./speaker.ts";

/** How often the speaker writes, in milliseconds. */
const TICK = 10;

/** The pause between two typed letters, in milliseconds. */
const KEY_PAUSE = 100;

/** Letters that nothing else on the screen has; each is typed once, then all go. */
const LETTERS = "#$%&*+@^~";

type Row = {
  readonly rate: number;
  readonly lines: number;
  /** Milliseconds from sending a line to its arrival from the pipe: median and worst. */
  readonly lag: number;
  readonly worstLag: number;
  /** Processor seconds of the client behind the pipe, per second. */
  readonly load: number;
  /** Milliseconds until a typed letter is on the terminal: median and worst. */
  readonly echo: number;
  readonly worstEcho: number;
};

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, { seconds: 5 });
  const rows: Row[] = [];
  for (const rate of [1_000, 5_000, 20_000, 50_000]) {
    note(`${rate} lines a second`);
    const pipe = await listen(rate, flags.seconds);
    rows.push({ rate, ...pipe, ...await watch(rate, flags.seconds) });
  }
  const cells = ({ lag, worstLag, load, echo, worstEcho }: Row) =>
    [lag, worstLag, load * 100, echo, worstEcho].map((n) => n.toFixed(1));
  print({ ...flags, rows }, {
    json,
    lines: () =>
      formatTable([
        ["lines/s", "lines", "lag ms", "worst", "CPU %", "echo ms", "worst"],
        ...rows.map((row) => [
          grouped(row.rate),
          grouped(row.lines),
          ...cells(row),
        ]),
      ]),
  });
  return 0;
}

/** The real client behind a pipe: every line must come, in order. */
async function listen(rate: number, seconds: number) {
  await using folder = await workFolder();
  await using server = await startMessenger(folder.path);
  await using client = startClient(folder.path, server.port);
  await lineOf(client, /Welcome/);
  using speaker = await Speaker.join(server.port);
  await lineOf(client, /Bob has joined/);
  const used = await cpuSeconds(client.pid);
  const sending = speak(speaker, rate, seconds);
  const lags: number[] = [];
  for (let n = 0; n < rate * seconds; n++) {
    const { value = "" } = await client.lines.read();
    const [, number, at] = /^Bob: (\d+) (\S+)$/.exec(value) ?? [];
    if (Number(number) !== n) throw new Error(`Line ${n} is missing: ${value}`);
    lags.push(performance.now() - Number(at));
  }
  await sending;
  lags.sort((a, b) => a - b);
  return {
    lines: lags.length,
    lag: lags[lags.length >> 1]!,
    worstLag: lags.at(-1)!,
    load: (await cpuSeconds(client.pid) - used) / seconds,
  };
}

/** The real client on a terminal: letters are typed while lines run through. */
async function watch(rate: number, seconds: number) {
  await using folder = await workFolder();
  await using server = await startMessenger(folder.path);
  await using client = new ClientOnTerminal("Ann", server.port, folder.path);
  await client.shows("[all] > ", 0);
  using speaker = await Speaker.join(server.port);
  await client.shows("Bob has joined", 0);
  let isSpeaking = true;
  const sending = speak(speaker, rate, seconds).finally(() =>
    isSpeaking = false
  );
  const echoes: number[] = [];
  for (let at = 0; isSpeaking; at = (at + 1) % LETTERS.length) {
    if (at === 0) await client.type("\x15");
    await new Promise((resolve) => setTimeout(resolve, KEY_PAUSE));
    const began = performance.now();
    const shown = client.shows(LETTERS[at]!);
    await client.type(LETTERS[at]!);
    await shown;
    echoes.push(performance.now() - began);
  }
  await sending;
  echoes.sort((a, b) => a - b);
  return { echo: echoes[echoes.length >> 1]!, worstEcho: echoes.at(-1)! };
}

/** Says numbered lines, each with the time of its sending. */
async function speak(
  speaker: Speaker,
  rate: number,
  seconds: number,
): Promise<void> {
  const began = performance.now();
  for (let said = 0; said < rate * seconds;) {
    const now = performance.now();
    const due = Math.min(rate * seconds, (now - began) * rate / 1000);
    const texts: string[] = [];
    for (; said < due; said++) texts.push(`${said} ${now.toFixed(1)}`);
    await speaker.say(...texts);
    await new Promise((resolve) => setTimeout(resolve, TICK));
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
