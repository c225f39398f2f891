/**
 * The encrypted wire under attack: garbage, old versions, half handshakes, and clients
 * that do odd things with TLS.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { Server } from "../e2e/programs.ts";
import { concat, hello, message, RawClient } from "../e2e/raw_client.ts";
import { Bystanders, linesAbout } from "./bystanders.ts";
import {
  ALERT,
  clientHello,
  DATA,
  HANDSHAKE,
  hugeHello,
  oldHello,
  oneByteRecords,
  record,
} from "./client_hello.ts";
import { Middle, relay, relayBetween } from "./middle.ts";
import { scaled } from "./scale.ts";
import { SecureClient } from "./secure_client.ts";
import { ignore, visit } from "./secure_room.ts";
import { assertRecovers, calmUsage } from "./victim.ts";

/** A failed handshake in the log: one line, and the reason. */
const NOT_SECURED = /^disconnected reason="TLS handshake failed: .+"$/;

/** Begins handshakes that go no further; resolves when the server has ended them. */
async function openHalves(
  server: Server,
  { bytes, count }: { bytes: Uint8Array; count: number },
): Promise<void> {
  await Promise.all(Array.from({ length: count }, async (_, nth) => {
    using client = await RawClient.connect(server);
    // Some stop before the end of the first record, some after it.
    const length = nth % 2 === 0 ? bytes.length : 1 + nth % 200;
    await client.trySend(bytes.subarray(0, length));
    while (await client.readExactly(1) !== undefined);
  }));
}

Deno.test({
  name:
    "encryption: garbage, old versions and half handshakes end with one line each",
  ignore,
  async fn() {
    await using server = await Server.start();
    using others = await Bystanders.join(server);
    await others.unharmed();
    const before = await calmUsage(server.pid);
    const start = await clientHello();
    const random = () => crypto.getRandomValues(new Uint8Array(300));
    const garbage: Record<string, Uint8Array> = {
      "garbage after it": concat(start, random()),
      "plain data after it": concat(start, record(DATA, random())),
      "a hello after it": concat(start, hello("Mallory")),
      "itself twice": concat(start, start),
      "an alert after it": concat(start, record(ALERT, Uint8Array.of(2, 40))),
      "close_notify after it": concat(
        start,
        record(ALERT, Uint8Array.of(1, 0)),
      ),
      "random after 22": concat(Uint8Array.of(HANDSHAKE), random()),
      "22 in random records": record(HANDSHAKE, random()),
      "an empty record": record(HANDSHAKE, new Uint8Array(0)),
      "1,000 empty records": concat(
        ...Array.from(
          { length: 1_000 },
          () => record(HANDSHAKE, new Uint8Array(0)),
        ),
      ),
      "a record that is too long": concat(
        Uint8Array.of(HANDSHAKE, 3, 1, 0xff, 0xff),
        new Uint8Array(65_535),
      ),
      "a frame that begins with 22": concat(
        Uint8Array.of(HANDSHAKE),
        hello("Mallory"),
      ),
      "64 KiB": hugeHello(0xffff),
      "16 MiB": hugeHello(0xffffff),
      "TLS 1.0": oldHello(1),
      "TLS 1.1": oldHello(2),
      "TLS 1.2": oldHello(3),
    };
    const count = scaled(500, { least: 100 });
    // Most of them wait for ten seconds, so they all come at once.
    await others.during(`garbage, ${count} half handshakes`, async () => {
      const halves = openHalves(server, { bytes: start, count });
      await Promise.all(
        Object.entries(garbage).map(async ([what, bytes]) => {
          using client = await RawClient.connect(server);
          const { port } = client;
          await client.trySend(bytes);
          while (await client.readExactly(1) !== undefined);
          const lines = await linesAbout(server, port);
          assertEquals(lines.length, 1, `${what}: ${lines.join(" | ")}`);
          assertMatch(lines[0]!, NOT_SECURED, what);
        }),
      );
      await halves;
    });
    const log = server.log();
    const late = /TLS handshake failed: nothing agreed within 10 seconds/;
    assert(log.filter((line) => late.test(line)).length >= count);
    assertNotMatch(log.join("\n"), /Mallory/);
    await assertRecovers(server, {
      before,
      about: "after garbage and half handshakes",
    });
  },
});

Deno.test({
  name: "encryption: a ClientHello in records of one byte is no attack",
  ignore,
  async fn() {
    await using server = await Server.start();
    using others = await Bystanders.join(server);
    await using middle = new Middle(server, (passage) => {
      let isFirst = true;
      return relay((bytes, direction) => {
        if (direction !== "up" || !isFirst) return bytes;
        isFirst = false;
        return oneByteRecords(bytes);
      })(passage);
    });
    await others.during("one-byte records", async () => {
      const { code, errors } = await visit(middle);
      assertEquals([code, errors], [0, []]);
    });
  },
});

Deno.test({
  name: "encryption: garbage inside a session ends that session",
  ignore,
  async fn() {
    await using server = await Server.start();
    using others = await Bystanders.join(server);
    const attacks: Record<string, Uint8Array> = {
      "random bytes": crypto.getRandomValues(new Uint8Array(100)),
      "a plain frame": message({ type: "say", text: "forged" }),
      "forged data": record(DATA, new Uint8Array(64)),
      "a new ClientHello": await clientHello(),
      "an old renegotiation": oldHello(3),
      "a plain alert": record(ALERT, Uint8Array.of(1, 0)),
      "a fatal alert": record(ALERT, Uint8Array.of(2, 80)),
      "a record of an unknown kind": record(99, new Uint8Array(8)),
    };
    await others.during("garbage inside", async () => {
      await Promise.all(
        Object.entries(attacks).map(async ([what, bytes], nth) => {
          let inject = () => Promise.resolve();
          await using middle = new Middle(server, async (passage) => {
            const up = await passage.dial();
            inject = async () => void await up.write(bytes);
            await relayBetween(passage, { server: up });
          });
          using client = await SecureClient.enter(middle, `Victim.${nth}`);
          await inject();
          while (await client.readExactly(1) !== undefined);
          const { serverPort } = middle.passages[0]!;
          const lines = await linesAbout(server, serverPort);
          assertEquals(lines.length, 2, `${what}: ${lines.join(" | ")}`);
          assertMatch(lines[1]!, /^left name="Victim\.\d" reason=".+"$/, what);
        }),
      );
    });
    assertNotMatch(server.log().join("\n"), /forged/);
  },
});
