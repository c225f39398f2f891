/**
 * The client's console: how long pastes, keys, and long or hostile texts take on a real
 * terminal. See bench/README.md.
 *
 * @module
 */

import { ClientOnTerminal } from "./pty.ts";
import { startMessenger, workFolder } from "./programs.ts";
import { formatTable, median, print, readFlags } from "./report.ts";
import { Speaker } from "./speaker.ts";

const PROMPT = "[all] > ";

/** The pasted line of code. */
const LINE = "  for (const item of list) f(item); ";

type Row = { readonly name: string; readonly values: Record<string, number> };

async function main(args: string[]): Promise<number> {
  const { json, runs } = readFlags(args, { runs: 5 });
  await using folder = await workFolder();
  await using server = await startMessenger(folder.path);
  await using client = new ClientOnTerminal("Ann", server.port, folder.path);
  await client.shows(PROMPT, 0);
  const rows: Row[] = [];
  for (const lines of [50, 100, 200]) {
    const text = Array(lines).fill(LINE).join("\n");
    rows.push(
      await pastes(client, { name: `paste of ${lines} lines`, text, runs }),
    );
  }
  const long = "x".repeat(40_000);
  rows.push(
    await pastes(client, { name: "line of 40 000 letters", text: long, runs }),
  );
  using bob = await Speaker.join(server.port);
  await client.shows("Bob has joined", 0);
  for (
    const [name, text] of [
      ["25 texts of 49 000 n, read by Ann", "n".repeat(49_000)],
      ["25 texts of 12 288 xann", "xann".repeat(12_288)],
      ["25 texts of 16 000 U+202E", "\u202e".repeat(16_000)],
      ["25 texts of 24 500 lines", "\n".repeat(24_500)],
    ] as const
  ) rows.push(await reads(client, { name, text, bob }));
  print({ runs, rows }, {
    json,
    lines: () =>
      formatTable([
        ["80 x 24", "shown ms", "next key ms", "bytes a key"],
        ...rows.map(({ name, values }) => [
          name,
          ...["shown", "key", "bytes"].map((key) =>
            values[key] === undefined
              ? ""
              : values[key].toFixed(key === "bytes" ? 0 : 1)
          ),
        ]),
      ]),
  });
  return 0;
}

/**
 * Measures from the first byte of a paste to its last letters on the screen, and the
 * next key.
 */
async function pastes(
  client: ClientOnTerminal,
  { name, text, runs }: { name: string; text: string; runs: number },
): Promise<Row> {
  const shown: number[] = [];
  const keys: number[] = [];
  const bytes: number[] = [];
  for (let run = 0; run < runs; run++) {
    const end = `end of ${run}`;
    let from = client.stream.length;
    let start = performance.now();
    await client.type(`\x1b[200~${text}${end}\x1b[201~`);
    await client.shows(end, from);
    shown.push(performance.now() - start);
    from = client.stream.length;
    start = performance.now();
    await client.type("@");
    await client.shows("@", from);
    keys.push(performance.now() - start);
    bytes.push(client.stream.length - from);
    from = client.stream.length;
    await client.type("\x15");
    await client.shows(PROMPT, from);
  }
  return {
    name,
    values: { shown: median(shown), key: median(keys), bytes: median(bytes) },
  };
}

/**
 * Measures from the sending of 25 texts to the last of them on Ann's screen, and the
 * next key.
 */
async function reads(
  client: ClientOnTerminal,
  { name, text, bob }: { name: string; text: string; bob: Speaker },
): Promise<Row> {
  const from = client.stream.length;
  const end = `end ${crypto.randomUUID().slice(0, 8)}`;
  const start = performance.now();
  for (let i = 0; i < 25; i++) await bob.say(text);
  await bob.say(end);
  await client.shows(end, from);
  const shown = performance.now() - start;
  const keyFrom = client.stream.length;
  const keyStart = performance.now();
  await client.type("@");
  await client.shows("@", keyFrom);
  const key = performance.now() - keyStart;
  const bytes = client.stream.length - keyFrom;
  await client.type("\x7f");
  return { name, values: { shown, key, bytes } };
}

if (import.meta.main) Deno.exit(await main(Deno.args));
