import { assertEquals } from "@std/assert";
import { JobControl } from "../../lib/terminal/job_control.ts";
import { FakeTime } from "../testing.ts";

/** Job control over a fake system that only records the calls. */
function open({ refuses = false } = {}) {
  const time = new FakeTime();
  const { addSignalListener, removeSignalListener, kill } = Deno;
  const listeners = new Map<Deno.Signal, () => void>();
  const happened: string[] = [];
  Object.assign(Deno, {
    addSignalListener: (signal: Deno.Signal, listener: () => void) =>
      void listeners.set(signal, listener),
    removeSignalListener: (signal: Deno.Signal, listener: () => void) => {
      if (listeners.get(signal) === listener) listeners.delete(signal);
    },
    kill: (pid: number, signal: Deno.Signal) => {
      happened.push(`${pid === Deno.pid ? "itself" : pid} ${signal}`);
      if (refuses) throw new Error("refused");
    },
  });
  const jobs = new JobControl({
    window: { columns: 80, rows: 24 },
    onResize: () => void happened.push("resized"),
    beforeStop: () => {
      happened.push("before");
      return Promise.resolve();
    },
    onContinued: () => void happened.push("continued"),
  });
  return {
    time,
    jobs,
    listeners,
    happened,
    [Symbol.dispose]() {
      jobs[Symbol.dispose]();
      Object.assign(Deno, { addSignalListener, removeSignalListener, kill });
      time[Symbol.dispose]();
    },
  };
}

const unix = { ignore: Deno.build.os === "windows" };

Deno.test("JobControl reports a new size until it is disposed of", () => {
  using room = open();
  room.listeners.get("SIGWINCH")!();
  assertEquals(room.happened, ["resized"]);
  room.jobs[Symbol.dispose]();
  assertEquals(room.listeners.size, 0);
});

Deno.test({
  ...unix,
  name: "JobControl.stop() restores the terminal, then stops the program",
  async fn() {
    using room = open();
    await room.jobs.stop();
    assertEquals(room.happened, ["before", "itself SIGTSTP"]);
    // The shell continues the program.
    room.listeners.get("SIGCONT")!();
    assertEquals(room.happened.slice(2), ["continued"]);
    await room.time.pass(1_000);
    assertEquals(room.happened.length, 3, "once");
  },
});

Deno.test({
  ...unix,
  name:
    "JobControl.stop() continues after 120 ms if the system does not stop it",
  async fn() {
    for (const refuses of [false, true]) {
      using room = open({ refuses });
      await room.jobs.stop();
      await room.time.pass(119);
      assertEquals(room.happened.length, 2);
      await room.time.pass(1);
      assertEquals(room.happened.slice(2), ["continued"]);
      assertEquals(room.time.pending, 0);
    }
  },
});

Deno.test({
  ...unix,
  name: "JobControl leaves no timer after it is disposed of",
  async fn() {
    using room = open();
    await room.jobs.stop();
    room.jobs[Symbol.dispose]();
    assertEquals(room.time.pending, 0);
  },
});

Deno.test("JobControl looks at the size itself where the system reports no new one", async () => {
  using time = new FakeTime();
  const { addSignalListener, removeSignalListener } = Deno;
  Object.assign(Deno, {
    removeSignalListener: () => {},
    addSignalListener(signal: Deno.Signal) {
      if (signal === "SIGWINCH") {
        throw new TypeError("Windows only supports ctrl-c (SIGINT)");
      }
    },
  });
  const window = { columns: 80, rows: 24 };
  let resized = 0;
  try {
    using _jobs = new JobControl({
      window,
      onResize: () => void resized++,
      beforeStop: () => Promise.resolve(),
      onContinued: () => {},
    });
    await time.pass(5_000);
    assertEquals(resized, 0);
    window.columns = 60;
    await time.pass(5_000);
    assertEquals(resized, 1);
  } finally {
    Object.assign(Deno, { addSignalListener, removeSignalListener });
  }
  window.columns = 80;
  await time.pass(5_000);
  assertEquals(resized, 1);
});
