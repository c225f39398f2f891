import { assert, assertEquals, assertRejects } from "@std/assert";
import { openTls } from "../../lib/net/tls_open.ts";
import { TlsServer } from "../../lib/net/tls_server.ts";
import { TlsError } from "../../lib/net/tls_stream.ts";
import { streamPair } from "../testing.ts";
import { makeIdentity, readAll } from "./tls_testing.ts";

const PATIENCE = { timeout: 60_000 };

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

test("openTls() returns the server's certificate, whatever its name and time", async () => {
  for (
    const options of [
      {},
      { name: "elsewhere.test" },
      { from: 1990 },
      { from: 2090 },
    ]
  ) {
    const identity = await makeIdentity(options);
    const [near, far] = streamPair();
    const accepting = new TlsServer(identity).accept(far);
    const answer = await openTls(near, PATIENCE);
    assert(answer.kind === "encrypted");
    assertEquals(answer.certificate, identity.der);
    const accepted = await accepting;
    await accepted.write(new Uint8Array([1, 2]));
    await accepted.closeWrite!();
    assertEquals(await readAll(answer.stream), new Uint8Array([1, 2]));
    await answer.stream.closeWrite!();
    assertEquals(await accepted.read(new Uint8Array(1)), null);
    answer.stream.close();
    accepted.close();
    assert(near.closed > 0);
  }
});

test("openTls() knows a server without TLS by its first bytes", async () => {
  for (
    const text of ['\0\0\0\x11\x01{"type":"closing"}', "SSH-2.0-x\r\n", "H"]
  ) {
    const bytes = new TextEncoder().encode(text);
    for (const isEnding of [true, false]) {
      const [near, far] = streamPair();
      await far.write(bytes);
      if (isEnding) await far.closeWrite();
      else await far.write(new Uint8Array(100));
      const answer = await openTls(near, PATIENCE);
      assertEquals(answer.kind, "plain");
      const { first } = answer as { first: Uint8Array };
      assertEquals(first.subarray(0, bytes.length), bytes);
    }
  }
});

test("openTls() takes a server that hangs up without a word for a plain one", async () => {
  const [near, far] = streamPair();
  await far.closeWrite();
  assertEquals(await openTls(near, PATIENCE), {
    kind: "plain",
    first: new Uint8Array(0),
  });
  assert(near.closed > 0);
  for (
    const [error, isPlain] of [
      [new Deno.errors.ConnectionReset("reset"), true],
      [new Error("the cable is out"), false],
    ] as const
  ) {
    const [stream] = streamPair();
    stream.read = () => Promise.reject(error);
    const answer = await openTls(stream, PATIENCE).catch((error) => error);
    assertEquals("kind" in answer, isPlain);
  }
});

test("openTls() takes silence and an alert for neither", async () => {
  for (const bytes of [[21, 3, 3, 0, 2, 2, 70], [22, 3]]) {
    const [near, far] = streamPair();
    await far.write(Uint8Array.from(bytes));
    await far.closeWrite();
    await assertRejects(() => openTls(near, PATIENCE), TlsError);
  }
  const [near] = streamPair();
  await assertRejects(
    () => openTls(near, { timeout: 1 }),
    TlsError,
    "TLS handshake failed: nothing agreed within 0.001 seconds",
  );
  assert(near.closed > 0);
});

test("openTls() ends when its signal aborts", async () => {
  for (const isEarly of [true, false]) {
    const [near] = streamPair();
    const controller = new AbortController();
    if (isEarly) controller.abort();
    const opening = openTls(near, { ...PATIENCE, signal: controller.signal });
    controller.abort();
    await assertRejects(() => opening, TlsError);
    assert(near.closed > 0);
  }
});
