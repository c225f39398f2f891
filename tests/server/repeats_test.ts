import { assert, assertEquals } from "@std/assert";
import {
  kindOf,
  MAX_FULL_PER_ADDRESS,
  MAX_PRESENCE_PER_ADDRESS,
} from "../../lib/server/event_kinds.ts";
import {
  MAX_SOURCES,
  type Repeat,
  REPEAT_WINDOW,
  Repeats,
} from "../../lib/server/repeats.ts";

const REFUSED = kindOf("refused", { re: "get", code: "no-such-file" }, true)!;

function made() {
  const clock = { now: 0 };
  return { clock, repeats: new Repeats(() => clock.now) };
}

function from(session: number, address = "10.0.0.1") {
  return { session, from: `${address}:5${session}` };
}

function shown({ kind, source, times, duration }: Repeat) {
  return [kind.event, source, times, duration];
}

Deno.test({
  name: "Repeats.take() writes the first of a kind and counts the rest",
  permissions: "none",
  fn() {
    const { clock, repeats } = made();
    const written = Array.from(
      { length: 5_000 },
      () => repeats.take(REFUSED, from(1)),
    );
    assertEquals(written.filter(Boolean).length, 1);
    assert(written[0]);
    // Another kind and another session each have a first line.
    const other = kindOf("refused", { re: "say", code: "muted" }, true)!;
    assert(repeats.take(other, from(1)));
    assert(repeats.take(REFUSED, from(2)));
    clock.now = REPEAT_WINDOW - 1_000;
    assertEquals(repeats.due(), []);
    clock.now = REPEAT_WINDOW;
    assertEquals(repeats.due().map(shown), [
      ["refused", from(1), 4_999, REPEAT_WINDOW],
    ]);
    assertEquals(repeats.due(), []);
  },
});

Deno.test({
  name: "Repeats counts a continuing flood without another line in full",
  permissions: "none",
  fn() {
    const { clock, repeats } = made();
    let written = 0;
    let lines = 0;
    for (; clock.now < 60_000; clock.now += 10) {
      if (repeats.take(REFUSED, from(1))) written++;
      lines += repeats.due().length;
    }
    assertEquals([written, lines], [1, 5]);
    // After a window without repeats, the next event is a first again.
    clock.now += 1_000 + REPEAT_WINDOW;
    assertEquals(repeats.due().length, 1);
    clock.now += 1_000 + REPEAT_WINDOW;
    assertEquals(repeats.due(), []);
    assert(repeats.take(REFUSED, from(1)));
  },
});

Deno.test({
  name: "Repeats.settle() returns the counts of a session at its end",
  permissions: "none",
  fn() {
    const { clock, repeats } = made();
    for (const session of [1, 1, 1, 2, 2]) repeats.take(REFUSED, from(session));
    clock.now = 1_500;
    assertEquals(repeats.settle(1).map(shown), [
      ["refused", from(1), 2, 1_500],
    ]);
    assertEquals(repeats.settle(1), []);
    assertEquals(repeats.settle().map(shown), [
      ["refused", from(2), 1, 1_500],
    ]);
    assertEquals(repeats.settle(), []);
  },
});

Deno.test({
  name:
    "Repeats gives the endless sessions of one address a bounded number of lines",
  permissions: "none",
  fn() {
    const { clock, repeats } = made();
    const connected = kindOf("connected", {}, true)!;
    const flood = (address: string, start: number) => {
      let written = 0;
      for (let i = 0; i < 20_000; i++) {
        for (const kind of [connected, REFUSED]) {
          if (repeats.take(kind, from(start + i, address))) written++;
        }
        repeats.settle(start + i);
      }
      return written;
    };
    // And one line of each kind for the address itself.
    const most = MAX_FULL_PER_ADDRESS + MAX_PRESENCE_PER_ADDRESS;
    assertEquals(flood("10.0.0.1", 0), most + 2);
    // The other spelling of the address has no budget of its own.
    assertEquals(flood("[::ffff:10.0.0.1]", 100_000), 0);
    // Another address is still written in full.
    assert(repeats.take(connected, from(900_000, "10.0.0.2")));
    clock.now = REPEAT_WINDOW;
    const address = { address: "10.0.0.1" };
    assertEquals(repeats.due().map(shown), [
      ["refused", address, 40_000 - MAX_FULL_PER_ADDRESS - 1, 10_000],
      ["connected", address, 40_000 - MAX_PRESENCE_PER_ADDRESS - 1, 10_000],
    ]);
  },
});

Deno.test({
  name:
    "Repeats keeps room for security events during a flood of ordinary ones",
  permissions: "none",
  fn() {
    const { repeats } = made();
    const connected = kindOf("connected", {}, true)!;
    const violation = kindOf("violation", {}, true)!;
    for (let i = 0; i < 5_000; i++) repeats.take(connected, from(i));
    for (let i = 0; i < MAX_FULL_PER_ADDRESS; i++) {
      assert(repeats.take(violation, from(10_000 + i)));
    }
  },
});

Deno.test({
  name: "Repeats keeps a bounded table, however many addresses there are",
  permissions: "none",
  fn() {
    const { clock, repeats } = made();
    let written = 0;
    for (let i = 0; i < 50_000; i++) {
      const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
      if (repeats.take(REFUSED, from(i, address))) written++;
      if (repeats.take(REFUSED, from(i, address))) written++;
    }
    // And one line for all other addresses.
    assertEquals(written, MAX_SOURCES + 1);
    clock.now = REPEAT_WINDOW;
    const due = repeats.due();
    assertEquals(due.length, MAX_SOURCES + 1);
    assertEquals(
      due.reduce((sum, { times }) => sum + times, 0) + written,
      100_000,
    );
  },
});
