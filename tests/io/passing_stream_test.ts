import { assertEquals } from "@std/assert";
import { PassingStream } from "../../lib/io/passing_stream.ts";
import { streamPair } from "../testing.ts";

Deno.test({
  name: "PassingStream passes everything on",
  permissions: "none",
  async fn() {
    const [near, far] = streamPair();
    const stream = new class extends PassingStream {}(far);
    await near.write(new Uint8Array([1]));
    assertEquals(await stream.read(new Uint8Array(5)), 1);
    assertEquals(await stream.write(new Uint8Array([2, 3])), 2);
    await stream.closeWrite();
    assertEquals(await near.read(new Uint8Array(5)), 2);
    assertEquals(await near.read(new Uint8Array(5)), null);
    stream.close();
    assertEquals(far.closed, 1);
  },
});

Deno.test({
  name: "PassingStream ends the writing direction only if the stream can",
  permissions: "none",
  async fn() {
    const [, far] = streamPair();
    const stream = new class extends PassingStream {}({
      read: (target) => far.read(target),
      write: (bytes) => far.write(bytes),
      close: () => far.close(),
    });
    await stream.closeWrite();
    assertEquals(far.closed, 0);
  },
});
