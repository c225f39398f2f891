import { assertEquals } from "@std/assert";
import {
  chooseFiles,
  globMatches,
  meaning,
} from "../../lib/client/wanted_files.ts";

const files = (...names: string[]) => names.map((name) => ({ name, size: 1 }));

const SEEN = files(
  "a.png",
  "B.PNG",
  "c.txt",
  "d e.txt",
  "sub/f.png",
  "g[1].txt",
  "7",
);

/** What is chosen: names, then what could not be understood. */
async function chosen(argument: string, now = SEEN) {
  const { files, problems } = await chooseFiles(argument, {
    seen: () => Promise.resolve(SEEN),
    now: () => Promise.resolve(now),
  });
  const names = files.map(({ name }) => name);
  return [...names, ...problems.map((problem) => `! ${problem}`)];
}

Deno.test({
  name:
    "chooseFiles() takes names, numbers, ranges, patterns and quotation marks",
  permissions: "none",
  async fn() {
    const cases: [argument: string, ...chosen: string[]][] = [
      [""],
      ["new.txt", "new.txt"],
      ['"new file.txt"', "new file.txt"],
      ['"*.png"', "*.png"],
      ['""', "! The file name is empty"],
      ['c.txt " "', "! The file name is empty"],
      ["2", "B.PNG"],
      ["1 3-4", "a.png", "c.txt", "d e.txt"],
      ["*.png", "a.png", "B.PNG", "sub/f.png"],
      ["?.png 1", "a.png", "B.PNG"],
      ["sub/*", "sub/f.png"],
      ["c.txt a.png", "c.txt", "a.png"],
      ["C.TXT 1", "C.TXT", "a.png"],
      ['"d e.txt" c.txt', "d e.txt", "c.txt"],
      ["d e.txt", "d e.txt"],
      ["no such file.txt", "no such file.txt"],
      ["c.txt nothing", "c.txt nothing"],
      ["*.png nothing", "a.png", "B.PNG", "sub/f.png", "nothing"],
      ['"d e.txt" nothing', "d e.txt", "nothing"],
      ["g[1].txt c.txt", "g[1].txt", "c.txt"],
      ["1 1 a.png", "a.png"],
      ["7", "7"],
      ["2024.txt", "2024.txt"],
      ["1,2", "a.png", "B.PNG"],
      ["1, 2", "a.png", "B.PNG"],
      ["#1", "a.png"],
      ["#1 #3", "a.png", "c.txt"],
      ["1 - 2", "a.png", "B.PNG"],
      ["1-2,4", "a.png", "B.PNG", "d e.txt"],
      ["2.", "B.PNG"],
    ];
    for (const [argument, ...names] of cases) {
      assertEquals(await chosen(argument), names, argument);
    }
  },
});

Deno.test({
  name: "chooseFiles() says which numbers and patterns stand for nothing",
  permissions: "none",
  async fn() {
    const there = ". Type /files for the list";
    assertEquals(await chosen("1 99"), [
      "a.png",
      `! There is no file number 99${there}`,
    ]);
    assertEquals(await chosen("0"), [`! There is no file number 0${there}`]);
    assertEquals(await chosen("6-999999"), [
      "g[1].txt",
      "7",
      "! There are no files 6-999999: the list ends with 7",
    ]);
    assertEquals(await chosen("3-1"), [
      "! There are no files 3-1: the list ends with 7",
    ]);
    assertEquals(await chosen("*.doc"), [
      `! No file matches *.doc. Type /files for the list`,
    ]);
  },
});

Deno.test({
  name:
    "chooseFiles() counts in the list that was seen, and matches in that of now",
  permissions: "none",
  async fn() {
    const now = files("0.png", ...SEEN.map(({ name }) => name));
    assertEquals(await chosen("1", now), ["a.png"]);
    assertEquals((await chosen("*.png", now))[0], "0.png");
    assertEquals(await chosen("c.txt 0.png", now), ["c.txt", "0.png"]);
  },
});

Deno.test({
  name: "globMatches() knows * and ?, and nothing else is special",
  permissions: "none",
  fn() {
    const good: [string, string][] = [
      ["*", ""],
      ["*", "a/b.c"],
      ["*.PDF", "x.pdf"],
      ["a*b*c", "a--b--b--c"],
      ["?", "é"],
      ["??", "你好"],
      ["a**", "a"],
      ["[a]+.(x)|$^", "[a]+.(x)|$^"],
    ];
    const bad: [string, string][] = [
      ["?", ""],
      ["*.pdf", "x.pdf.txt"],
      ["a*b*c", "a--c--b"],
      ["a", "aa"],
      ["[a]", "a"],
      [".*", "x"],
    ];
    for (const [pattern, name] of good) {
      assertEquals(globMatches(pattern, name), true, `${pattern} ${name}`);
    }
    for (const [pattern, name] of bad) {
      assertEquals(globMatches(pattern, name), false, `${pattern} ${name}`);
    }
    // Would take longer than the world lasts if every star tried everything.
    assertEquals(globMatches("a*".repeat(100) + "b", "a".repeat(500)), false);
  },
});

Deno.test({
  name: "meaning() finds the downloads that names, numbers and patterns mean",
  permissions: "none",
  fn() {
    const running = ["a.png", "B.PNG", "d e.txt", "c.txt"];
    const meant = (argument: string) => running.filter(meaning(argument, SEEN));
    assertEquals(meant("A.PNG"), ["a.png"]);
    assertEquals(meant("1 4"), ["a.png", "d e.txt"]);
    assertEquals(meant("*.png"), ["a.png", "B.PNG"]);
    assertEquals(meant("d e.txt"), ["d e.txt"]);
    assertEquals(meant('"d e.txt" 3'), ["d e.txt", "c.txt"]);
    assertEquals(meant("nothing 99"), []);
  },
});
