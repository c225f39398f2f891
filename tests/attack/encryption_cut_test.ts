/**
 * The encrypted wire under attack: replayed, cut, and delayed.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { connectTls } from "../../lib/net/tls_client.ts";
import { Folder, run, Server, withSafetyNet } from "../e2e/programs.ts";
import { concat, hello, message, RawClient } from "../e2e/raw_client.ts";
import { Bystanders, linesAbout } from "./bystanders.ts";
import { cutAfter, type Direction, Middle, relay } from "./middle.ts";
import { scaled } from "./scale.ts";
import { ignore, KEY, startRoom, visit, WITH_KEY } from "./secure_room.ts";
import { assertRecovers, calmUsage } from "./victim.ts";

/** The bytes of each direction in which connections are cut. */
const CUT_RANGE = 2_048;

/** A failed handshake in the log: one line, and the reason. */
const NOT_SECURED = /^disconnected reason="TLS handshake failed: .+"$/;

Deno.test({
  name: "encryption: what was recorded is worth nothing to whoever replays it",
  ignore,
  async fn() {
    await using server = await startRoom(WITH_KEY);
    using others = await Bystanders.join(server, KEY);
    await using middle = new Middle(server, relay());
    assertEquals((await visit(middle, { words: WITH_KEY })).code, 0);
    const [passage] = middle.passages;
    await linesAbout(server, passage!.serverPort);
    const hellos = () =>
      server.log().filter((line) => line.includes("Clementine")).length;
    const before = hellos();
    await others.during("replays", async () => {
      const whole = passage!.seen("up");
      // The handshake alone, and the whole session.
      const first = 5 + (whole[3]! << 8) + whole[4]!;
      for (const bytes of [whole.subarray(0, first), whole]) {
        using thief = await RawClient.connect(server);
        const { port } = thief;
        await thief.trySend(bytes);
        if (bytes.length === first) thief.conn.close();
        else while (await thief.readExactly(1) !== undefined);
        const lines = await linesAbout(server, port);
        assertEquals(lines.length, 1, lines.join(" | "));
        assertMatch(lines[0]!, NOT_SECURED);
      }
    });
    assertEquals(hellos(), before);
    // The other way round: a false server that knows the answers of the right one.
    await using impostor = new Middle(server, async ({ client }) => {
      await client.read(new Uint8Array(65_536));
      await client.write(passage!.seen("down"));
      await client.read(new Uint8Array(65_536));
    });
    const { code, output, errors } = await visit(impostor, { words: WITH_KEY });
    assertEquals([code, output, errors.length], [1, [], 1]);
    assertMatch(errors[0]!, /^Cannot connect .* with encryption/);
  },
});

/** Visits through a middle that cuts; resolves when everything has ended. */
async function cutVisit(
  server: Server,
  { count, direction }: { count: number; direction: Direction },
): Promise<void> {
  await using middle = new Middle(server, cutAfter(count, direction));
  const address = { hostname: "127.0.0.1", port: middle.port };
  const outcome = await connectTls(address).catch(() => undefined);
  if (outcome?.kind !== "encrypted") return;
  const { stream } = outcome;
  try {
    const text = "x".repeat(200);
    const words = concat(
      hello(`Cut.${count}.${direction}`),
      ...Array.from({ length: 12 }, () => message({ type: "say", text })),
      message({ type: "users" }),
    );
    for (let at = 0; at < words.length;) {
      at += await stream.write(words.subarray(at));
    }
    const buffer = new Uint8Array(4_096);
    for (let left = CUT_RANGE * 2; left > 0;) {
      const length = await stream.read(buffer);
      if (length === null) break;
      left -= length;
    }
  } catch {
    // The cut.
  } finally {
    stream.close();
  }
}

Deno.test({
  name: "encryption: a cut at any byte ends one connection, and nothing else",
  ignore,
  async fn() {
    await using server = await Server.start();
    using others = await Bystanders.join(server);
    await others.unharmed();
    const before = await calmUsage(server.pid);
    const step = Math.max(
      1,
      Math.round(
        CUT_RANGE / scaled(CUT_RANGE, {
          least: 60,
        }),
      ),
    );
    const cuts = (["up", "down"] as const).flatMap((direction) =>
      Array.from({ length: Math.ceil(CUT_RANGE / step) }, (_, i) => ({
        direction,
        count: i * step,
      }))
    );
    const queue = [...cuts];
    await others.during(`${cuts.length} cuts`, async () => {
      const worker = async () => {
        for (let cut; (cut = queue.shift()) !== undefined;) {
          const at = `${cut.count} ${cut.direction}`;
          await withSafetyNet(cutVisit(server, cut), () => `cut at ${at}`);
        }
      };
      await Promise.all(Array.from({ length: 16 }, worker));
    });
    // Each connection has ended, with one reason.
    await others.talk();
    const lines = server.log();
    const ends = lines.filter((line) => / (?:disconnected|left) /.test(line));
    assert(ends.length >= cuts.length / 2, `${ends.length} ends`);
    const reason = /reason="(?:connection lost|quit|TLS handshake failed: .+)"/;
    for (const line of ends) assertMatch(line, reason);
    await assertRecovers(server, { before, about: "after cuts" });
  },
});

Deno.test({
  name: "encryption: the real client says in one line that it was cut off",
  ignore,
  async fn() {
    await using server = await startRoom(WITH_KEY);
    using others = await Bystanders.join(server, KEY);
    const all = [0, 600, 900, 300, 1_500, 60, 1, 5, 1_200, 1_900];
    const counts = all.slice(0, scaled(all.length, { least: 6 }));
    await others.during("cuts of the real client", async () => {
      for (const direction of ["up", "down"] as const) {
        await Promise.all(counts.map(async (count) => {
          await using middle = new Middle(server, cutAfter(count, direction));
          const name = `Cut.${direction}.${count}`;
          const visited = await visit(middle, { name, words: WITH_KEY });
          const { code, errors } = visited;
          // A script that is cut off while it leaves has done what it should.
          const isDone = code === 0 && errors.length === 0;
          const about = `${count} ${direction}: ${code} ${errors.join(" | ")}`;
          assert(isDone || code === 1, about);
          if (!isDone) {
            assertEquals(errors.length, 1, about);
            assertMatch(
              errors[0]!,
              /with encryption|Cannot join|Connection lost|does not answer/,
              about,
            );
            assertNotMatch(errors[0]!, /has failed|Error|undefined/);
          }
        }));
      }
    });
  },
});

Deno.test({
  name: "encryption: a slow network delays it, and breaks nothing",
  ignore,
  async fn() {
    using folder = new Folder();
    folder.write("download/plan.bin", new Uint8Array(50_000));
    await using server = await startRoom(WITH_KEY, folder);
    using others = await Bystanders.join(server, KEY);
    await using slow = new Middle(
      server,
      relay(async (bytes) => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        return bytes;
      }),
    );
    // Each byte of the handshake alone; the rest would take minutes.
    await using crumbs = new Middle(server, async (passage) => {
      let crumbs = 300;
      const serve = relay(async (bytes, direction, { client }) => {
        if (direction !== "down" || crumbs <= 0) return bytes;
        const count = Math.min(crumbs, bytes.length);
        crumbs -= count;
        for (let at = 0; at < count; at++) {
          await client.write(bytes.subarray(at, at + 1));
        }
        return bytes.subarray(count);
      });
      await serve(passage);
    });
    await others.during("delays", async () => {
      for (const { port } of [slow, crumbs]) {
        const { code, output, errors } = await run("client", [
          ...["Clementine", "127.0.0.1", String(port), "--key", KEY],
        ], { input: ["/get plan.bin"] });
        assertEquals([code, errors], [0, []]);
        const saved = /^Saved Clementine\/plan\.bin .*verified/;
        assert(output.some((line) => saved.test(line)), output.join("\n"));
      }
    });
  },
});
