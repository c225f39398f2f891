import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { GatherBuffer } from "../../lib/chat/gather_buffer.ts";
import { concat, rawMessage, readFrames } from "../testing.ts";

Deno.test({
  name: "GatherBuffer.append() appends messages one after the other",
  permissions: "none",
  fn() {
    const buffer = new GatherBuffer();
    assertEquals(buffer.end, 0);
    assert(buffer.append({ type: "joined", name: "Ann" }));
    const middle = buffer.end;
    assert(buffer.append({ type: "pong", n: 1 }));
    assertEquals(
      buffer.slice(0, buffer.end),
      concat(
        rawMessage('{"type":"joined","name":"Ann"}'),
        rawMessage('{"type":"pong","n":1}'),
      ),
    );
    assertEquals(readFrames(buffer.slice(middle, buffer.end)).length, 1);
  },
});

Deno.test({
  name: "GatherBuffer.slice() is a view of the same memory",
  permissions: "none",
  fn() {
    const buffer = new GatherBuffer();
    buffer.append({ type: "pong", n: 1 });
    const slice = buffer.slice(0, buffer.end);
    assertStrictEquals(slice.buffer, buffer.slice(3, 4).buffer);
  },
});

Deno.test({
  name:
    "GatherBuffer.append() returns false for a full block, and writes nothing",
  permissions: "none",
  fn() {
    const buffer = new GatherBuffer();
    const message = {
      type: "said",
      from: "Ann",
      text: "x".repeat(1000),
    } as const;
    let count = 0;
    while (buffer.append(message)) count++;
    assert(count > 200 && count < 300, `${count} messages of 1000 bytes`);
    const full = buffer.slice(0, buffer.end);
    const before = full.slice();
    assert(!buffer.append(message));
    assertEquals(readFrames(full).length, count);

    buffer.renew();
    assertEquals(buffer.end, 0);
    assert(buffer.append({ type: "pong", n: 1 }));
    assertEquals(full, before, "what was handed out has not changed");
  },
});

Deno.test({
  name:
    "GatherBuffer.append() always has room for the longest message when new",
  permissions: "none",
  fn() {
    for (const character of ["x", "é", "你"]) {
      const buffer = new GatherBuffer();
      const bytes = new TextEncoder().encode(character).length;
      const text = character.repeat(Math.floor((65536 - 40) / bytes));
      assert(buffer.append({ type: "said", from: "Ann", text }));
    }
  },
});
