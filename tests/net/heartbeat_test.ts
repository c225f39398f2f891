import { assertEquals } from "@std/assert";
import {
  type Clock,
  Heartbeat,
  MAX_MISSES,
  PING_INTERVAL,
  type Task,
} from "../../lib/net/heartbeat.ts";

/** A clock that a test moves on. */
class FakeClock implements Clock {
  readonly timers = new Set<{ due: number; task: Task; handle: number }>();
  #now = 1000;
  #count = 0;

  now(): number {
    return this.#now;
  }

  after(delay: number, task: Task): number {
    const handle = ++this.#count;
    this.timers.add({ due: this.#now + delay, task, handle });
    return handle;
  }

  cancel(handle: number): void {
    for (const timer of this.timers) {
      if (timer.handle === handle) this.timers.delete(timer);
    }
  }

  pass(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (;;) {
      const [next] = [...this.timers].sort((a, b) => a.due - b.due);
      if (next === undefined || next.due > end) break;
      this.timers.delete(next);
      this.#now = next.due;
      next.task.run();
    }
    this.#now = end;
  }
}

function start() {
  const clock = new FakeClock();
  const begin = clock.now();
  const events: string[] = [];
  const note = (text: string) => events.push(`${clock.now() - begin} ${text}`);
  const heartbeat = new Heartbeat({
    sendPing: (n) => note(`ping ${n}`),
    onStale: () => note("stale"),
  }, clock);
  return { clock, events, heartbeat };
}

Deno.test({
  name: "Heartbeat sends a silent peer two pings, then reports it gone",
  permissions: "none",
  fn() {
    assertEquals([PING_INTERVAL, MAX_MISSES], [10_000, 3]);
    const { clock, events } = start();
    clock.pass(9_999);
    assertEquals(events, []);
    clock.pass(100_000);
    assertEquals(events, ["10000 ping 1", "20000 ping 2", "30000 stale"]);
    assertEquals(clock.timers.size, 0);
  },
});

Deno.test({
  name: "Heartbeat.heard() restarts the silence",
  permissions: "none",
  fn() {
    const { clock, events, heartbeat } = start();
    clock.pass(25_000);
    heartbeat.heard();
    clock.pass(9_999);
    assertEquals(events, ["10000 ping 1", "20000 ping 2"]);
    clock.pass(1);
    assertEquals(events.slice(2), ["35000 ping 3"]);
    clock.pass(20_000);
    assertEquals(events.slice(3), ["45000 ping 4", "55000 stale"]);
  },
});

Deno.test({
  name: "Heartbeat never pings a peer that sends",
  permissions: "none",
  fn() {
    const { clock, events, heartbeat } = start();
    for (let i = 0; i < 100; i++) {
      clock.pass(9_000);
      heartbeat.heard();
    }
    assertEquals(events, []);
    assertEquals(clock.timers.size, 1);
  },
});

Deno.test({
  name: "Heartbeat reports a peer gone within 35 seconds of its last byte",
  permissions: "none",
  fn() {
    for (let last = 0; last <= 30_000; last += 500) {
      const { clock, events, heartbeat } = start();
      clock.pass(last % 30_000);
      heartbeat.heard();
      clock.pass(35_000);
      assertEquals(events.at(-1), `${last % 30_000 + 30_000} stale`);
    }
  },
});

Deno.test({
  name: "Heartbeat.stop() leaves no timer, not even from inside a ping",
  permissions: "none",
  fn() {
    const { clock, heartbeat } = start();
    clock.pass(10_000);
    heartbeat.stop();
    assertEquals(clock.timers.size, 0);

    const other = new FakeClock();
    const stopping: Heartbeat = new Heartbeat({
      sendPing: () => stopping.stop(),
      onStale: () => {},
    }, other);
    other.pass(10_000);
    assertEquals(other.timers.size, 0);
    stopping.stop();
  },
});
