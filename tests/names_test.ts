import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
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

/** Windows device names, in forms that have fooled programs. */
const DEVICES = `CON PRN AUX NUL COM0 COM1 COM9 LPT0 LPT9 COM¹ COM² LPT³ CONIN$
  CONOUT$ con Nul.txt aux.tar.gz com1.`.split(/\s+/);

const byteLength = (text: string) => new TextEncoder().encode(text).length;

Deno.test({
  name: "userNameProblem() allows names from all over the world",
  permissions: "none",
  fn() {
    const names = `John Zoë José Jürgen O.Neill Ann-Marie user_1 0 007 x Ли Нина
      Ελένη יוסף محمد 张伟 김철수 たろう 山田タロウ देवी สมชาย Conrad nullable com10
      download2 aller d.artagnan
      O'Brien-Smith O’Brien D’Arcy Rock'n'Roll Hawaiʻi Дар'я Gal·la N'Guessan
      Nguyễn Trần_Đình_Trọng Ọláyínká Ẹ̀bùnolúwa Adébáyọ̀ Ɖɔkploloo Ŋutsɛ Əliyev
      မောင်မောင် ဒေါ်အောင်ဆန်းစုကြည် ကြွေး ကျွန်ုပ် ညွှန့် မြန်မာ စိုင်းမွှ
      ខ្ញុំ ស្ត្រី ញ៉ាំ សុខា ប៊ុនធឿន ស៊ីនសុីសាមុត தமிழ் லட்சுமி ஸ்ரீராம்
      สมชาย น้ำฝน ที่รัก ปิ๊ก ก๊วยเจ๋ง ສົມພອນ ບຸນມີ
      בִּנְיָמִין יִשְׂרָאֵל שָׁלוֹם ג'ורג' ג׳ורג׳ צ’רלי רמב״ם בן־גוריון
      محمّد فاطِمَة عَبْدُالله علی‌رضا نیک‌نام مه‌لقا
      क्ष्मा श्रीमती कर्‍ता लक्ष्‍मी र‍्या ক্ষমা র‍্যাম ਪੰਜਾਬੀ ശ്രീ മോഹന്‍ ශ්‍රී లక్ష్మీ
      བསྟན་འཛིན་ བརྒྱུད ジョン・スミス 渡邉 Kenji山田 田中Ｋ 김Lee 買買提·艾力 々子 한漢
      Արամ Միսաք გიორგი አበበ ꯃꯅꯤ ⴰⵎⴰⵣⵉⵖ ߞߊ߲ߘߊ 𞤀𞤣𞤵 ᎠᎴᏂ ᠮᠣᠩᠭᠣᠯ Sahaiʔa ǃGabi
      Σωκράτης Ζωή Ђорђе Іван Алёна`.split(/\s+/);
    for (const name of [...names, "a".repeat(32), "𠮷".repeat(32)]) {
      assertEquals(userNameProblem(name), undefined, name);
    }
  },
});

Deno.test({
  name:
    "userNameProblem() allows what scripts need: marks, joiners, apostrophes",
  permissions: "none",
  fn() {
    for (
      const name of [
        ...["မြို့", "ကျော်ဇင်", "தமிழ்", "ஸ்ரீ", "ស្រីស្រស់", "ប្រុស្ត្រី", "น้ำผึ้ง"],
        ...["سارا\u200cجان", "क्\u200dष", "יִשְׂרָאֵל", "مُحَمَّد", "བཀྲ་".slice(0, -1)],
        ...[
          "O'Brien-Smith",
          "O’Brien",
          "D'Angelo",
          "محمد\u200cرضا",
          "Ka\u02bcahumanu",
        ],
        ...["Nguyễn", "Ọlá", "Jean-Luc", "ʻOkina", "Łukasz", "O＇Neil"],
      ]
    ) {
      assertEquals(userNameProblem(normalizeName(name)), undefined, name);
    }
    for (
      const [name, problem] of [
        ...[["Ann\u200c", "invisible"], ["A\u200dnn", "invisible"]],
        ...[["سارا\u200c", "invisible"], [
          "A\u0301\u0302\u0303\u0304\u0305",
          "accents",
        ]],
        ...[["က" + "\u102d".repeat(7), "accent"], ["O''Neil", "apostrophe"]],
        ...[["Ann.'x", "apostrophe"], ["'Ann", "begin with"], [
          "1'2",
          "apostrophe",
        ]],
      ] as [string, string][]
    ) {
      const said = userNameProblem(normalizeName(name));
      assert(said?.includes(problem), `${name}: ${said}`);
    }
  },
});

Deno.test({
  name: "nameKey() is the same for every apostrophe, with joiners and without",
  permissions: "none",
  fn() {
    for (
      const name of ["O’Brien", "o＇brien", "O\u02bcBRIEN", "O\u2018Brien"]
    ) {
      assertEquals(nameKey(name), "o'brien");
    }
    assertEquals(nameKey("سارا\u200cجان"), nameKey("ساراجان"));
  },
});

Deno.test({
  name: "userNameProblem() says what is wrong with a name",
  permissions: "none",
  fn() {
    const cases: [name: string, problem: string][] = [
      ["", "empty"],
      ["a".repeat(33), "33 characters"],
      ["John Smith", "space"],
      ["John\u00a0Smith", "space"],
      ["John\n", "line break"],
      ["Jo\u2028hn", "line break"],
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
      ["မ\u103b\u103c\u103d\u103e\u1031\u102f\u1036\u1037", "accents"],
      ["ก\u0e48\u0e48", "same accent twice"],
      ["a-\u0301b", "without a letter"],
      ["1\u0301", "without a letter"],
      ["Bob'", "between two letters"],
      ["O''Brien", "between two letters"],
      ["O'2", "between two letters"],
      ["Bob·", "between two letters"],
      ["a・b", "between two letters"],
      ["a־b", "between two letters"],
      ["'Bob", "begin with a letter"],
      ["Jo\u200chn", "invisible"],
      ["Jo\u200dhn", "invisible"],
      ["Bob\u200d", "invisible"],
      ["داد\u200c", "invisible"],
      ["عل\u200dی", "invisible"],
      ["عل\u200c\u200cی", "invisible"],
      ["क\u200dम", "invisible"],
      ["क्\u200dि", "invisible"],
      ["क्\u200c", "invisible"],
      ["1\ufe0f", "invisible"],
      ["a\u034f", "invisible"],
      ["ꜱᴇʀᴠᴇʀ", "people do not write names with: use everyday letters"],
      ["seʀver", "the letter ʀ"],
      ["ѕегѵег", "the letter ѵ"],
      ["Ⲁnn", "the letter Ⲁ"],
      ["𐌀nn", "the letter"],
      ["a\u20dd", "the mark U+20DD, which names do not use"],
      ["\u0338", "the mark U+0338"],
      ["a٣", "mixes letters and digits of different scripts"],
      ["aа", "mixes letters of different alphabets"],
      ["﷽", "not allowed"],
      ["½", "not allowed"],
      ["علي١2", "mixes digits"],
      ["1٢", "mixes digits"],
      ["۴٤", "mixes digits"],
      ["\u0301".repeat(4_000), "4000 characters"],
    ];
    for (const [name, problem] of cases) {
      const said = userNameProblem(name);
      assert(said?.includes(problem), `${JSON.stringify(name)}: ${said}`);
    }
  },
});

Deno.test({
  name: "userNameProblem() refuses Windows devices, with any extension",
  permissions: "none",
  fn() {
    for (const name of DEVICES) {
      assert(userNameProblem(name) !== undefined, name);
      assert(userNameProblem(normalizeName(name)) !== undefined, name);
    }
  },
});

Deno.test({
  name: "userNameProblem() refuses names with another meaning in this program",
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
  name: "userNameProblem() refuses names that look like reserved ones",
  permissions: "none",
  fn() {
    const cases =
      `ѕеrvег:alphabets ЅЕRVЕR:alphabets sегver:alphabets A1l:all aII:all
      AIl:all еvеryоnе:alphabets d0wnload:download down1oad:download y0u:you rne:me
      RNE:reserved YОU:alphabets dоwnlоаd:alphabets уои:- УО:- мe:alphabets
      ꓢꓰꓣꓦꓰꓣ:server ᏚᎬᎡᏙᎬᎡ:server уоυ:alphabets`.split(/\s+/);
    for (const row of cases) {
      const [name, word] = row.split(":") as [string, string];
      const problem = userNameProblem(normalizeName(name));
      if (word === "-") assertEquals(problem, undefined, name);
      else assert(problem?.includes(word), `${name}: ${problem}`);
    }
    assertEquals(
      userNameProblem("AII"),
      "The name AII looks like all, which is reserved: choose another",
    );
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
    const names = [
      "Jоhn",
      "pаypal",
      "ѕerver",
      "Αnn",
      "Annа1",
      "annหน",
      "кλ",
      "ℵnn",
      "𝛂nn",
      "張ЛИ",
      "かナΑ",
      "สม\u0301ชาย",
    ];
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
  name: "nameKey() of a key is the key itself",
  permissions: "none",
  fn() {
    for (const name of ["ŉ", "İx", "ßẞ", "ΐ", "ǅ", "ᾳ", "ﬃ", "ſ", "Σς"]) {
      assertEquals(nameKey(nameKey(name)), nameKey(name), name);
    }
  },
});

Deno.test({
  name: "normalizeName() unifies the two ways to write an accent",
  permissions: "none",
  fn() {
    assertEquals(normalizeName("Zoe\u0308"), "Zo\u00eb");
    assertEquals(normalizeName("Ｊohn"), "Ｊohn");
  },
});

Deno.test({
  name: "fileNameProblem() allows names that every system allows",
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
  name: "safeFileName() keeps a good name and repairs a bad one",
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
  name: "safeFileName() shortens between characters and keeps the extension",
  permissions: "none",
  fn() {
    const safe = safeFileName(`${"你".repeat(100)}.tar`);
    assertEquals(safe, `${"你".repeat(83)}.tar`);
    assertEquals(byteLength(safeFileName("🦄".repeat(100))), 252);
  },
});

Deno.test({
  name: "safeFileName() returns a name without problems for any input",
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
  name: "numberedFileName() puts the number before the extension",
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

Deno.test({
  name:
    "safeFileName() replaces each invisible character that no script and no emoji needs",
  permissions: "none",
  fn() {
    const hidden = [0x034f, 0x2061, 0x3164, 0xfff9, 0x1d173, 0xe0001, 0xe0041];
    for (const code of hidden) {
      const name = `tag${String.fromCodePoint(code)}.txt`;
      assertEquals(fileNameProblem(name), "contains an invisible character");
      assertEquals(safeFileName(name), "tag_.txt");
    }
    const tags = String.fromCodePoint(
      ...[0x1f3f4, 0xe0067, 0xe0062, 0xe0073, 0xe0063, 0xe0074, 0xe007f],
    );
    for (
      const name of [`${tags}.txt`, "\u{1f469}\u200d\u{1f52c}.png", "❤\ufe0f"]
    ) {
      assertEquals(fileNameProblem(name), undefined);
      assertEquals(safeFileName(name), name);
    }
  },
});

Deno.test({
  name:
    "userNameProblem() reserves names with signs, and long ones with accents, too",
  permissions: "none",
  fn() {
    const taken = ["s.erver", "server-", "all-", "Sërver", "sėrver", "serveŕ"];
    for (const name of [...taken, "évéryone", "down_load"]) {
      assertStringIncludes(userNameProblem(name) ?? "", "is reserved");
    }
    for (const name of ["Mê", "Äll", "Servet", "Allen", "Yoú", "O'Mear"]) {
      assertEquals(userNameProblem(name), undefined);
    }
  },
});
