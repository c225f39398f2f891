import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  fileNameProblem,
  MAX_FILE_NAME_LENGTH,
  nameKey,
  normalizeName,
  numberedFileName,
  safeFileName,
  userNameProblem,
} from "../lib/names.ts";
import { Random } from "./testing.ts";

/** What Windows takes for a device, in forms that have fooled programs. */
const DEVICES = `CON PRN AUX NUL COM0 COM1 COM9 LPT0 LPT9 COM¹ COM² LPT³ CONIN$
  CONOUT$ con Nul.txt aux.tar.gz com1.`.split(/\s+/);

const byteLength = (text: string) => new TextEncoder().encode(text).length;

Deno.test({
  name: "userNameProblem() allows names of people all over the world",
  permissions: "none",
  fn() {
    const names = `John Zoë José Jürgen O.Neill Ann-Marie user_1 0 007 x Ли Нина
      Ελένη יוסף محمد 张伟 김철수 たろう 山田タロウ देवी สมชาย Conrad nullable com10
      download2 aller d.artagnan`.split(/\s+/);
    for (const name of [...names, "a".repeat(32), "𠮷".repeat(32)]) {
      assertEquals(userNameProblem(name), undefined, name);
    }
  },
});

Deno.test({
  name: "userNameProblem() says why a name cannot be",
  permissions: "none",
  fn() {
    const cases: [name: string, problem: string][] = [
      ["", "empty"],
      ["a".repeat(33), "33 characters"],
      ["John Smith", "space"],
      ["John\u00a0Smith", "space"],
      ["John\n", "space"],
      ["Jo\u200bhn", "invisible"],
      ["Jo\u202ehn", "invisible"],
      ["Jo\u00adhn", "invisible"],
      ["\u3164", "invisible"],
      ["\x1b[2J", "not allowed"],
      ["a/b", "not allowed"],
      ["a\\b", "not allowed"],
      ["C:x", "not allowed"],
      ["a\0b", "not allowed"],
      ["a*", "not allowed"],
      ["🦄", "not allowed"],
      ["\ud800", "not allowed"],
      ["..", "begin with a letter"],
      [".hidden", "begin with a letter"],
      ["-rf", "begin with a letter"],
      ["\u0301a", "begin with a letter"],
      ["John.", "ends with a dot"],
      ["Z\u0301\u0302\u0303\u0304", "accents"],
    ];
    for (const [name, problem] of cases) {
      const said = userNameProblem(name);
      assert(said?.includes(problem), `${JSON.stringify(name)}: ${said}`);
    }
  },
});

Deno.test({
  name: "userNameProblem() refuses devices of Windows, with any ending",
  permissions: "none",
  fn() {
    for (const name of DEVICES) {
      assert(userNameProblem(name) !== undefined, name);
      assert(userNameProblem(normalizeName(name)) !== undefined, name);
    }
  },
});

Deno.test({
  name: "userNameProblem() refuses names that mean something else here",
  permissions: "none",
  fn() {
    const names = `server all everyone me you download SERVER Server All
      DownLoad ｓｅｒｖｅｒ ＡＬＬ`.split(/\s+/);
    for (const name of names) {
      assert(userNameProblem(name)?.includes("reserved"), name);
    }
  },
});

Deno.test({
  name: "userNameProblem() refuses names that look like addresses",
  permissions: "none",
  fn() {
    for (const name of ["10.0.0.1", "300.1.1.1", "１０.0.0.1"]) {
      assert(userNameProblem(name)?.includes("like an address"), name);
    }
    for (const name of ["10.0.0", "1.2.3.4.5", "10.0.0.x"]) {
      assertEquals(userNameProblem(name), undefined);
    }
  },
});

Deno.test({
  name: "userNameProblem() refuses letters of different alphabets in one name",
  permissions: "none",
  fn() {
    const names = ["Jоhn", "pаypal", "ѕerver", "Αnn", "Annа1", "ann한", "кλ"];
    for (const name of names) {
      assert(userNameProblem(name)?.includes("alphabets"), name);
    }
  },
});

Deno.test({
  name: "nameKey() is the same for names that look the same",
  permissions: "none",
  fn() {
    const alike = [
      ["John", "JOHN", "john", "Ｊohn", "jOHN"],
      ["Zoë", "Zoe\u0308", "ZOË"],
      ["straße", "STRASSE", "STRAẞE"],
      ["ΟΔΟΣ", "οδος", "οδοσ"],
      ["ﬁn", "fin"],
      ["ıan", "Ian"],
    ];
    for (const [first, ...others] of alike) {
      for (const other of others) assertEquals(nameKey(other), nameKey(first!));
    }
    assertNotEquals(nameKey("Zoe"), nameKey("Zoë"));
    assertNotEquals(nameKey("Ann"), nameKey("Anna"));
  },
});

Deno.test({
  name: "nameKey() of a key is that key",
  permissions: "none",
  fn() {
    for (const name of ["ŉ", "İx", "ßẞ", "ΐ", "ǅ", "ᾳ", "ﬃ", "ſ", "Σς"]) {
      assertEquals(nameKey(nameKey(name)), nameKey(name), name);
    }
  },
});

Deno.test({
  name: "normalizeName() makes one form of both ways to write an accent",
  permissions: "none",
  fn() {
    assertEquals(normalizeName("Zoe\u0308"), "Zo\u00eb");
    assertEquals(normalizeName("Ｊohn"), "Ｊohn");
  },
});

Deno.test({
  name: "fileNameProblem() allows what can be saved on any system",
  permissions: "none",
  fn() {
    const names = [
      "report.pdf",
      "a b (1).txt",
      "a.hidden",
      "a-b",
      "é你🦄👩‍🏫❤️.txt",
      "conrad.txt",
      "com10",
      "a.con",
      "x".repeat(255),
    ];
    for (const name of names) assertEquals(fileNameProblem(name), undefined);
  },
});

Deno.test({
  name:
    "fileNameProblem() refuses paths, streams, devices and what Windows drops",
  permissions: "none",
  fn() {
    const cases: [name: string, problem: string][] = [
      ["", "is empty"],
      [".", "means a folder"],
      ["..", "means a folder"],
      ["../a", "path separator"],
      ["..\\a", "path separator"],
      ["/etc/passwd", "path separator"],
      ["C:\\x", "path separator"],
      ["\\\\host\\share", "path separator"],
      ["\\\\?\\C:\\x", "path separator"],
      ["C:x", "contains one of"],
      ["a.txt:stream", "contains one of"],
      ["a?", "contains one of"],
      ["a\0.txt", "control character"],
      ["a\n", "control character"],
      ["a.", "dot or a space"],
      ["a ", "dot or a space"],
      ["...", "dot or a space"],
      ["a\u3000", "dot or a space"],
      [" a", "begins with a space"],
      ["\u00a0a", "begins with a space"],
      [".bashrc", "begins with a dot"],
      ["..a", "begins with a dot"],
      ["-rf", "begins with a dash"],
      ["a\x9b", "control character"],
      ["a\u2028b", "control character"],
      ["\u202egpj.exe", "invisible character"],
      ["a\u2066b", "invisible character"],
      ["a\u200bb", "invisible character"],
      ["COM1 .txt", "device"],
      ["NUL .a.b", "device"],
      ["\ud800", "valid Unicode"],
      ["x".repeat(256), "255 bytes"],
      ["你".repeat(86), "255 bytes"],
    ];
    for (const [name, problem] of cases) {
      const said = fileNameProblem(name);
      assert(said?.includes(problem), `${JSON.stringify(name)}: ${said}`);
    }
    for (const name of DEVICES) assert(fileNameProblem(name) !== undefined);
  },
});

Deno.test({
  name: "safeFileName() leaves a good name alone and mends a bad one",
  permissions: "none",
  fn() {
    const cases: [name: string, safe: string][] = [
      ["report.pdf", "report.pdf"],
      ["../../etc/passwd", "_._.._etc_passwd"],
      [".bashrc", "_bashrc"],
      ["--help", "_-help"],
      ["  a\u3000", "__a_"],
      ["\u202egpj.exe", "_gpj.exe"],
      ["a\u2067b\x85", "a_b_"],
      ["C:\\x", "C__x"],
      ["a\0b\x7f", "a_b_"],
      ["a. .", "a___"],
      ["..", "__"],
      ["", "_"],
      ["nul", "_nul"],
      ["COM¹.txt", "_COM¹.txt"],
      ["a.txt:stream", "a.txt_stream"],
      ["\ud800", "\ufffd"],
    ];
    for (const [name, safe] of cases) {
      assertEquals(safeFileName(name), safe);
      assertEquals(fileNameProblem(safe), undefined, safe);
    }
  },
});

Deno.test({
  name: "safeFileName() shortens between characters and keeps the ending",
  permissions: "none",
  fn() {
    const safe = safeFileName(`${"你".repeat(100)}.tar`);
    assertEquals(safe, `${"你".repeat(83)}.tar`);
    assertEquals(byteLength(safeFileName("🦄".repeat(100))), 252);
  },
});

Deno.test({
  name: "safeFileName() has no problem, whatever it is given",
  permissions: "none",
  fn() {
    const random = new Random(3);
    const parts = [
      ..."\0 \n . .. / \\ : * CON nul COM¹ com1 $ _ a 你 🦄 \ud800 .txt".split(
        " ",
      ),
      " ",
      " ".repeat(252),
      "b".repeat(250),
      ".".repeat(40),
      "é".repeat(127),
    ];
    for (let round = 0; round < 20_000; round++) {
      const length = random.below(6);
      const name = Array.from({ length }, () => random.pick(parts)).join("");
      const safe = safeFileName(name);
      assertEquals(fileNameProblem(safe), undefined, JSON.stringify(name));
      const numbered = numberedFileName(safe, 1 + random.below(9999));
      assertEquals(fileNameProblem(numbered), undefined, JSON.stringify(name));
    }
  },
});

Deno.test({
  name: "numberedFileName() puts the number before the ending",
  permissions: "none",
  fn() {
    assertEquals(numberedFileName("report.pdf", 1), "report (1).pdf");
    assertEquals(numberedFileName("a.tar.gz", 2), "a.tar (2).gz");
    assertEquals(numberedFileName("README", 3), "README (3)");
    assertEquals(numberedFileName(".profile", 4), ".profile (4)");
    const long = numberedFileName(`${"é".repeat(125)}.text`, 12);
    assertEquals(long, `${"é".repeat(122)} (12).text`);
    assert(byteLength(long) <= MAX_FILE_NAME_LENGTH);
  },
});
