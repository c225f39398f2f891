import { assert, assertEquals } from "@std/assert";
import { patient, PipeOutput } from "../../lib/terminal/pipe_output.ts";
import { FakeTime, settle } from "../testing.ts";

const full = (detail: object = { name: "WouldBlock" }) =>
  Object.assign(new Error("Resource temporarily unavailable"), detail);

/** A non-blocking pipe: takes part of a long write and reports that it is full. */
class Pipe {
  taken = "";
  room = 0;

  write(bytes: Uint8Array): Promise<number> {
    const decoder = new TextDecoder();
    const fits = bytes.length <= this.room;
    // POSIX promises this for short writes only.
    const whole = bytes.length <= 512;
    const part = fits ? bytes.length : whole ? 0 : this.room;
    this.taken += decoder.decode(bytes.subarray(0, part));
    this.room -= part;
    return fits ? Promise.resolve(part) : Promise.reject(full());
  }
}

Deno.test({
  name: "PipeOutput loses and doubles nothing on a pipe that keeps filling up",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const pipe = new Pipe();
    const output = new PipeOutput(pipe);
    const lines = Array.from(
      { length: 20 },
      (_, i) => `${i} ${"x".repeat(700)}`,
    );
    for (const line of lines) output.print(line);
    const whole = lines.map((line) => `${line}\n`).join("");
    for (let turn = 0; pipe.taken.length < whole.length; turn++) {
      assert(turn < 200);
      pipe.room += 300;
      await time.pass(20);
    }
    assertEquals(pipe.taken, whole);
    await output.close();
  },
});

Deno.test({
  name:
    "PipeOutput reports once that the reader has ended, and then does nothing",
  permissions: "none",
  async fn() {
    const cause = new Error("EPIPE");
    const causes: unknown[] = [];
    const output = new PipeOutput({ write: () => Promise.reject(cause) }, {
      onLost: (cause) => causes.push(cause),
    });
    for (let i = 0; i < 3; i++) output.print("line");
    await settle();
    output.print("late");
    await output.room();
    await output.close();
    assertEquals(causes, [cause]);
  },
});

Deno.test({
  name: "PipeOutput.room() waits while 8 MiB wait for the reader",
  permissions: "none",
  async fn() {
    const moves = Promise.withResolvers<void>();
    const output = new PipeOutput({
      write: (bytes) => moves.promise.then(() => bytes.length),
    });
    output.print("x".repeat(8 * 1024 * 1024 + 100));
    let hasRoom = false;
    const waiting = output.room().then(() => hasRoom = true);
    await settle();
    assertEquals(hasRoom, false);
    moves.resolve();
    await waiting;
    await output.close();
  },
});

Deno.test({
  name:
    "PipeOutput.close() waits for a slow reader, but not after a request to end",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const output = new PipeOutput({ write: () => new Promise(() => {}) });
    output.print("stuck");
    const stopping = new AbortController();
    let closed = false;
    const closing = output.close(stopping.signal).then(() => closed = true);
    await time.pass(60_000);
    assertEquals(closed, false);
    stopping.abort();
    await time.pass(500);
    await closing;
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "patient() tries again only while the pipe is full, by name or by code",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    for (const detail of [{ name: "WouldBlock" }, { code: "EAGAIN" }]) {
      const faults = [full(detail), full(detail)];
      const sink = patient({
        write({ length }) {
          const fault = faults.pop();
          return fault ? Promise.reject(fault) : Promise.resolve(length);
        },
      });
      const writing = sink.write(new Uint8Array(7));
      await time.pass(40);
      assertEquals(await writing, 7);
    }
    for (
      const cause of [new Error("EPIPE"), full({ code: "EPIPE" }), "EAGAIN"]
    ) {
      const sink = patient({ write: () => Promise.reject(cause) });
      const caught = await sink.write(new Uint8Array(7)).catch((error) =>
        error
      );
      assertEquals(caught, cause);
    }
    assertEquals(time.pending, 0);
  },
});
