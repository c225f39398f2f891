import { assertEquals } from "@std/assert";
import { Folded, showWhole } from "../../lib/client/folded.ts";
import type { Line } from "../../lib/client/view.ts";
import { shownLine } from "./fake_screen.ts";

const AT = new Date(2026, 10, 26, 9, 0);

const said = (text: string) => ({ kind: "said" as const, from: "Bob", text });

/** What `/show ARGUMENT` prints, with `! ` before what was not done. */
function shown(folded: Folded | undefined, argument: string): string[] {
  const lines: string[] = [];
  showWhole({
    folded,
    print: (line: Line) => void lines.push(shownLine(line)),
    fail: (why: string) => void lines.push(`! ${why}`),
  }, argument);
  return lines;
}

Deno.test({
  name: "Folded.keep() numbers messages, get() gives them to show in full",
  permissions: "none",
  fn() {
    const folded = new Folded();
    assertEquals(folded.last, 0);
    assertEquals(folded.keep(said("one"), AT), 1);
    assertEquals(folded.keep(said("two"), AT), 2);
    assertEquals(folded.last, 2);
    assertEquals(folded.get(1), { ...said("one"), whole: { at: AT } });
    assertEquals(folded.get(3), undefined);
  },
});

Deno.test({
  name: "Folded forgets the oldest, by their number and by their length",
  permissions: "none",
  fn() {
    const many = new Folded();
    for (let i = 1; i <= 101; i++) many.keep(said(`${i}`), AT);
    assertEquals(many.get(1), undefined);
    assertEquals(many.get(2)?.text, "2");
    assertEquals(many.last, 101);
    const long = new Folded();
    for (let i = 0; i < 30; i++) long.keep(said("x".repeat(49_000)), AT);
    const kept = Array.from({ length: 30 }, (_, i) => long.get(i + 1));
    assertEquals(kept.filter((message) => message !== undefined).length, 21);
    assertEquals(long.get(30) !== undefined, true);
  },
});

Deno.test({
  name: "showWhole() prints the message with a number, or the last one",
  permissions: "none",
  fn() {
    const folded = new Folded();
    assertEquals(shown(folded, ""), [
      "! Every message so far was shown in full",
    ]);
    folded.keep(said("one"), AT);
    folded.keep(said("two"), AT);
    assertEquals(shown(folded, ""), ["Bob: two"]);
    assertEquals(shown(folded, "1"), ["Bob: one"]);
    assertEquals(shown(folded, "#2"), ["Bob: two"]);
    for (const wrong of ["3", "0", "x", "1e0", "-1"]) {
      assertEquals(shown(folded, wrong), [
        `! There is no message ${wrong}: the last one is /show 2`,
      ]);
    }
    for (let i = 0; i < 100; i++) folded.keep(said("more"), AT);
    assertEquals(shown(folded, "1"), ["! Message 1 is no longer kept"]);
  },
});

Deno.test({
  name: "showWhole() says that a pipe shows every message whole",
  permissions: "none",
  fn() {
    assertEquals(shown(undefined, "1"), [
      "Every message here is shown in full",
    ]);
  },
});

Deno.test({
  name:
    "Folded keeps exactly 1 MiB of text, and the last message whatever its length",
  permissions: "none",
  fn() {
    const LIMIT = 1024 * 1024;
    const folded = new Folded();
    folded.keep(said("x".repeat(LIMIT - 1)), AT);
    folded.keep(said("y"), AT);
    assertEquals([1, 2].map((n) => folded.get(n) !== undefined), [true, true]);
    folded.keep(said("z"), AT);
    assertEquals([1, 2].map((n) => folded.get(n) !== undefined), [false, true]);
    folded.keep(said("x".repeat(LIMIT + 1)), AT);
    assertEquals(
      [2, 3, 4].map((n) => folded.get(n) !== undefined),
      [false, false, true],
    );
  },
});

Deno.test({
  name: "/show missed says how much a window left out",
  permissions: "none",
  fn() {
    const missed = (kept: number, forgotten: number) => {
      const lines: string[] = [];
      showWhole({
        showMissed: () => ({ kept, forgotten }),
        print: (line: Line) => void lines.push(shownLine(line)),
        fail: (why: string) => void lines.push(`! ${why}`),
      }, "MISSED");
      return lines;
    };
    assertEquals(missed(0, 0), ["Every line was shown"]);
    assertEquals(missed(3, 0), ["These are all the lines that were not shown"]);
    assertEquals(missed(3, 2), ["2 older lines are no longer kept"]);
  },
});
