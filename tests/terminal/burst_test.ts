import { assertEquals } from "@std/assert";
import { Burst } from "../../lib/terminal/burst.ts";
import { FakeTime } from "../testing.ts";

/** Returns what is passed on when `pieces` arrive `gap` milliseconds apart. */
async function handedOn(
  pieces: readonly string[],
  { gap, byTime }: { gap: number; byTime: boolean },
): Promise<[kind: string, text: string][]> {
  using time = new FakeTime();
  const handed: [string, string][] = [];
  using burst = new Burst({
    onKeys: (text) => void handed.push(["keys", text]),
    onPaste: (text) => void handed.push(["paste", text]),
  }, { byTime });
  for (const piece of pieces) {
    burst.push(piece);
    await time.pass(gap);
  }
  await time.pass(100);
  return handed;
}

Deno.test("Burst treats lines in one piece as a paste, on every system", async () => {
  for (const byTime of [true, false]) {
    const options = { gap: 1, byTime };
    assertEquals(await handedOn(["one\rtwo\r"], options), [
      ["paste", "one\rtwo\r"],
    ]);
    assertEquals(await handedOn(["one\rtw", "o\r", "three"], options), [
      ["paste", "one\rtwo\rthree"],
    ]);
    assertEquals(await handedOn(["one\r"], options), [["keys", "one\r"]]);
  }
});

Deno.test("Burst treats simultaneous keys as a paste, in a console that sends single keys", async () => {
  const keys = [..."ab\rcd\r"];
  assertEquals(await handedOn(keys, { gap: 1, byTime: true }), [
    ["keys", "a"],
    ["keys", "b"],
    ["paste", "\rcd\r"],
  ]);
  assertEquals(
    await handedOn(keys, { gap: 30, byTime: true }),
    keys.map((key) => ["keys", key]),
  );
  assertEquals(
    await handedOn(["ab", "\r", "cd", "\r"], { gap: 1, byTime: false }),
    [["keys", "ab"], ["keys", "\r"], ["keys", "cd"], ["keys", "\r"]],
  );
});

Deno.test("Burst passes other keys on at once, in order", async () => {
  const options = { gap: 1, byTime: true };
  assertEquals(await handedOn(["a\r", "\x1b[A", "\x03"], options), [
    ["keys", "a\r"],
    ["keys", "\x1b[A"],
    ["keys", "\x03"],
  ]);
});
