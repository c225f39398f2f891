import { assertEquals } from "@std/assert";
import type { FooterStyle } from "../../lib/client/chat_screen.ts";
import { ProgressFooter } from "../../lib/client/progress_footer.ts";
import type { Download } from "../../lib/files/download.ts";
import { FakeScreen } from "./fake_screen.ts";

const STYLE: FooterStyle = { columns: 60, symbols: false };

/** Takes the place of `setInterval` until it is disposed. */
class FakeIntervals implements Disposable {
  readonly #real = {
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
  };
  readonly running = new Map<number, { run: () => void; interval: number }>();
  #count = 0;

  constructor() {
    globalThis.setInterval = ((run: () => void, interval: number) => {
      this.running.set(++this.#count, { run, interval });
      return this.#count;
    }) as unknown as typeof setInterval;
    globalThis.clearInterval = (id) => void this.running.delete(id as number);
  }

  tick(): void {
    for (const { run } of this.running.values()) run();
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#real);
  }
}

const DOWNLOAD = {
  name: "a.bin",
  arrived: 30,
  size: 100,
  expectedSize: 100,
  isOver: false,
  isArriving: true,
} as unknown as Download;

function footerOf(kind: "terminal" | "pipe" | "neither") {
  const drawn: (readonly string[])[] = [];
  const notes: string[] = [];
  const screen = Object.assign(new FakeScreen(), {
    ...(kind === "terminal" && {
      setFooter: (draw: (style: FooterStyle) => readonly string[]) =>
        void drawn.push(draw(STYLE)),
    }),
    ...(kind === "pipe" && { note: (text: string) => void notes.push(text) }),
  });
  const footer = new ProgressFooter(screen, () => [DOWNLOAD]);
  return { footer, drawn, notes };
}

Deno.test({
  name: "ProgressFooter draws five times a second while a download runs",
  permissions: "none",
  fn() {
    using timers = new FakeIntervals();
    const { footer, drawn } = footerOf("terminal");
    footer.update(1);
    footer.update(2);
    assertEquals([...timers.running.values()].map((t) => t.interval), [200]);
    timers.tick();
    assertEquals(drawn.length, 1);
    assertEquals(drawn[0]![0]!.startsWith("a.bin  "), true);
    footer.update(0);
    assertEquals(timers.running.size, 0);
    assertEquals(drawn.at(-1), []);
    footer.update(1);
    assertEquals(timers.running.size, 1);
    footer[Symbol.dispose]();
  },
});

Deno.test({
  name: "ProgressFooter notes a script's downloads every ten seconds",
  permissions: "none",
  fn() {
    using timers = new FakeIntervals();
    const { footer, notes } = footerOf("pipe");
    footer.update(1);
    assertEquals([...timers.running.values()].map((t) => t.interval), [10_000]);
    timers.tick();
    assertEquals(notes, ["Downloading 1 file: 30 B of 100 B"]);
    footer[Symbol.dispose]();
  },
});

Deno.test({
  name: "ProgressFooter stops when it is disposed, and where nobody sees it",
  permissions: "none",
  fn() {
    using timers = new FakeIntervals();
    const { footer, drawn } = footerOf("terminal");
    footer.update(1);
    footer[Symbol.dispose]();
    assertEquals([timers.running.size, drawn], [0, [[]]]);
    footer.update(1);
    footerOf("neither").footer.update(1);
    assertEquals(timers.running.size, 0);
  },
});
