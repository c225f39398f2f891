/**
 * The room key under attack: guesses, messages out of order, and floods.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { FREE_TRIES } from "../../lib/net/guess_limits.ts";
import { Folder, run, Server } from "../e2e/programs.ts";
import { hello, type Message, message, RawClient } from "../e2e/raw_client.ts";
import { Bystanders, linesAbout } from "./bystanders.ts";
import { filesWith } from "./leaks.ts";
import { figure, scaled } from "./scale.ts";
import { address, ignore, KEY, startRoom, WITH_KEY } from "./secure_room.ts";
import { SecureClient } from "./secure_client.ts";
import { outputOf } from "./victim.ts";

/** Wrong keys that one address may try at once: its own tries, then the common ones. */
const AT_ONCE = FREE_TRIES + 10;

/** Tries a key over a connection of its own; resolves to the code of the answer. */
async function guess(
  server: Server,
  { words, from }: { words: string; from: string },
): Promise<string> {
  using client = await SecureClient.open(server, { from });
  const answer = await client.prove(words);
  return answer.type === "key" ? "right" : answer["code"];
}

function countOf(codes: readonly string[], code: string): number {
  return codes.filter((other) => other === code).length;
}

/** Waits for as many lines in the security log. */
async function securityLines(
  server: Server,
  { pattern, count }: { pattern: RegExp; count: number },
): Promise<string[]> {
  for (let tries = 0;; tries++) {
    const lines = server.folder.readText("security.log").split("\n")
      .filter((line) => pattern.test(line));
    if (lines.length >= count || tries === 100) return lines;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

Deno.test({
  name: "room key: guesses are counted, and keep out nobody who knows it",
  ignore,
  async fn() {
    using folder = new Folder();
    folder.write("room-key.txt", KEY);
    await using server = await startRoom(
      ["--key-file", "room-key.txt"],
      folder,
    );
    using others = await Bystanders.join(server, KEY);
    const wrong = (from: string, nth: number) =>
      guess(server, { words: `wrong guess ${nth}`, from });
    const right = (from: string) => guess(server, { words: KEY, from });
    const start = performance.now();
    await others.during("wrong keys", async () => {
      // One after the other.
      const series: string[] = [];
      for (let nth = 0; nth < AT_ONCE + 5; nth++) {
        series.push(await wrong(address(1), nth));
      }
      // 64 at the same time.
      const crowd = await Promise.all(
        Array.from({ length: 64 }, (_, nth) => wrong(address(2), nth)),
      );
      for (const codes of [series, crowd]) {
        const count = countOf(codes, "key-wrong");
        const later = Math.ceil((performance.now() - start) / 10_000);
        assert(AT_ONCE <= count && count <= AT_ONCE + later, `${count} tries`);
        assertEquals(count + countOf(codes, "key-wait"), codes.length);
      }
      // Right ones among them, from an address of their own and from the same one.
      const [own, same] = await Promise.all([
        Promise.all(Array.from({ length: 20 }, () => right(address(3)))),
        Promise.all(
          Array.from(
            { length: 12 },
            async (_, nth) =>
              nth % 6 === 0 ? await wrong(address(4), nth) : await right(
                address(4),
              ),
          ),
        ),
      ]);
      figure(`right keys: ${JSON.stringify(own)} ${JSON.stringify(same)}`);
      assertEquals(new Set(own), new Set(["right"]));
      assertEquals(countOf(same, "key-wrong"), 2);
      assertEquals(countOf(same, "right"), 10);
    });
    const total = await securityLines(server, {
      pattern: /refused re="key" code="key-wrong"/,
      count: 2 * AT_ONCE + 2,
    });
    const sessions = new Set(total.map((line) => /#\d+/.exec(line)![0]));
    assertEquals(total.length, sessions.size, "one line for each wrong key");
    assertEquals(filesWith(folder.path, KEY), ["room-key.txt"]);
    assertEquals(filesWith(folder.path, "elephant"), ["room-key.txt"]);
    assertEquals(filesWith(folder.path, "wrong guess"), []);
    const shown = await outputOf("cat", `/proc/${server.pid}/cmdline`);
    assert(!shown.includes("elephant"), shown);
    using visitor = new Folder();
    visitor.write("my-key.txt", KEY);
    const { code } = await run("client", [
      ...["Clementine", "127.0.0.1", String(server.port)],
      ...["--key-file", "my-key.txt"],
    ], { folder: visitor, home: visitor.path, input: ["a word"] });
    assertEquals(code, 0);
    const left = filesWith(visitor.path, KEY);
    assertEquals(left, ["my-key.txt"]);
  },
});

Deno.test({
  name: "room key: messages out of order change nothing",
  ignore,
  async fn() {
    await using server = await startRoom(WITH_KEY);
    using others = await Bystanders.join(server, KEY);
    const nonce = "A".repeat(22);
    await others.during("odd orders", async () => {
      // After the proof, and after the welcome.
      using late = await SecureClient.open(server, { from: address(1) });
      assertEquals((await late.prove(KEY)).type, "key");
      await late.say({ type: "key", nonce });
      assertEquals((await late.answer())["code"], "out-of-order");
      await late.send(hello("Latecomer"));
      await late.message("welcome");
      await late.say({ type: "key", nonce });
      assertEquals((await late.answer())["code"], "out-of-order");
      await late.say({ type: "say", text: "still here" });
      // A hello before the proof, and inside the exchange.
      using hasty = await SecureClient.open(server, { from: address(2) });
      await hasty.send(hello("Hasty"));
      assertEquals((await hasty.answer())["code"], "key-needed");
      const { exchange, offer } = await hasty.start(KEY);
      await hasty.send(hello("Hasty"));
      assertEquals((await hasty.answer())["code"], "key-needed");
      await hasty.say({ type: "key", ...exchange.answer(offer) });
      exchange.finish(await hasty.answer());
      await hasty.send(hello("Hasty"));
      await hasty.message("welcome");
      // A hello behind the proof, in one write with a wrong one.
      using eager = await SecureClient.open(server, { from: address(3) });
      await eager.start("wrong");
      await eager.send(message({
        ...{ type: "key", share: nonce, proof: nonce },
      }));
      await eager.trySend(hello("Eager"));
      assertEquals((await eager.answer())["code"], "key-wrong");
      assertEquals((await eager.rest()).length, 1, "only closing");
      // Without encryption.
      using plain = await RawClient.connect(server);
      await plain.send(message({ type: "key", nonce }));
      const refusal = await plain.nextMessage();
      assertEquals(
        [refusal["re"], refusal["code"]],
        ["key", "encryption-needed"],
      );
      await plain.send(hello("Plain"));
      assertEquals((await plain.nextMessage())["code"], "encryption-needed");
    });
    const log = server.log().join("\n");
    for (const name of ["Eager", "Plain"]) assert(!log.includes(`"${name}"`));
  },
});

Deno.test({
  name: "room key: a flood of key messages or hellos holds up nobody",
  ignore,
  async fn() {
    await using server = await startRoom(WITH_KEY);
    await using open = await Server.start();
    using others = await Bystanders.join(server, KEY);
    const count = scaled(20_000, { least: 2_000 });
    const nonce = "A".repeat(22);
    type Kind = readonly [what: string, bytes: Uint8Array, server: Server];
    const start = message({ type: "key", nonce });
    const floods: readonly Kind[] = [
      ["starts", start, server],
      ["hellos", hello("Flood"), server],
      ["starts without a key", start, open],
      ["proofs", message({ type: "key", share: nonce }), server],
    ];
    await others.during("floods", async () => {
      const late = floodTooLate(server, { bytes: start, count });
      await Promise.all(floods.map(async ([what, bytes, server], nth) => {
        using client = await SecureClient.open(server, {
          from: address(nth + 1),
        });
        const sending = flood(client, { bytes, count });
        const codes = await answersOf(client);
        await sending;
        figure(`${what}: ${JSON.stringify(codes)}`);
        const lines = await linesAbout(server, client.port);
        assert(lines.length <= 6, `${what}: ${lines.length} lines`);
      }));
      await late;
    });
  },
});

/** Sends key messages from an address with no tries left. */
async function floodTooLate(
  server: Server,
  { bytes, count }: { bytes: Uint8Array; count: number },
): Promise<void> {
  const from = address(50);
  for (let nth = 0; nth < AT_ONCE; nth++) {
    await guess(server, { words: "wrong", from });
  }
  using client = await SecureClient.open(server, { from });
  const sending = flood(client, { bytes, count });
  const codes = await answersOf(client);
  await sending;
  figure(`starts without tries: ${JSON.stringify(codes)}`);
  assertEquals(codes["key-wait"], 1, "the connection ends after key-wait");
}

async function flood(
  client: SecureClient,
  { bytes, count }: { bytes: Uint8Array; count: number },
): Promise<void> {
  for (let nth = 0; nth < count; nth++) await client.trySend(bytes);
}

/** Counts the answers by their codes, until the server ends the connection. */
async function answersOf(
  client: SecureClient,
): Promise<Record<string, number>> {
  const codes: Record<string, number> = {};
  for (const arrival of await client.rest()) {
    if (arrival.kind !== 1) continue;
    const { type, code = type } = arrival.message as Message & {
      code?: string;
    };
    codes[code] = (codes[code] ?? 0) + 1;
  }
  return codes;
}
