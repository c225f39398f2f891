import { assertEquals } from "@std/assert";
import { mentions } from "../../lib/client/mentions.ts";
import { MAX_TEXT_LENGTH } from "../../lib/message_text.ts";
import { assertInProportion } from "../in_proportion.ts";

/** Texts that speak of a person, and texts that do not. */
const CASES: [name: string, yes: string[], no: string[]][] = [
  [
    "Ann",
    [
      ...["Ann", "hi ann!", "@ANN?", "(Ann)", "xann ann", "Ann's", "Ann’s"],
      ...["Ann,", "Ann.", "-Ann", "Ann-", "Ann -", "_Ann_", "Ann...", "Ａｎｎ"],
      ...["Annさん", "请Ann来", "Ann은 어디", "Ann\nBob", "\u00a0Ann\u00a0"],
    ],
    [
      ...["", "Annette", "Joann", "ann_b", "annö", "a n n", "Ann-Marie"],
      ...["Ann_1", "Ann2", "Annabel", "Mary-Ann", "Ann.Marie", "2Ann"],
      ...["An\u0303n", "Ann\u0301", "Ann\u0361x", "Аnn", "ann.pdf"],
    ],
  ],
  ["Ann-Marie", ["ann-marie!", "@Ann-Marie"], ["Ann", "Ann-Marie-Lou"]],
  ["Ann_", ["Ann_", "Ann_?"], ["Ann", "Ann_b"]],
  ["ann.b", ["ann.b.", "Ann.B,"], ["ann.bc", "xann.b"]],
  ["José", ["JOSÉ", "Jose\u0301!", "josé,"], ["Jose", "Joséphine"]],
  ["straße", ["STRASSE", "Straße", "STRAẞE"], ["strassen"]],
  ["İnci", ["inci", "İNCİ", "i\u0307nci", "INCI"], ["incik", "sevinci"]],
  ["Işıl", ["IŞIL", "ışıl", "Işıl'a"], ["ışıltı"]],
  ["Νίκος", ["ΝΊΚΟΣ", "νίκος", "ΝΊΚΟΣ's"], ["Νίκοςα"]],
  ["민수", [
    "민수",
    "민수야",
    "민수는 어디",
    "민수에게는",
    "@민수",
    "민수씨가",
    "민수OK",
  ], [
    ...["김민수", "민수정", "민수2", "민 수"],
  ]],
  ["田中", ["田中", "田中さん、おはよう", "今日は田中が来る", "@田中"], [
    "中田",
  ]],
  ["李明", ["请李明回答", "李明3点来", "李明,"], ["李 明"]],
  ["さくら", ["さくらは元気", "おはようさくらさん"], ["さくさく"]],
  ["アン", ["アンさん", "今日アンが", "アン・リー"], [
    "アンナさん",
    "バアン",
    "アンー",
  ]],
  ["สมชาย", ["สวัสดีสมชายครับ"], ["สมชา", "สมชายิ"]],
  ["Ирина", ["ИРИНА,", "ирина"], ["Ириной"]],
  ["𠮷田", ["𠮷田さん", "あ𠮷田"], ["吉田"]],
];

Deno.test({
  name: "mentions() finds a name as a word of its own, in any script and case",
  permissions: "none",
  fn() {
    for (const [name, yes, no] of CASES) {
      for (const text of yes) {
        assertEquals(mentions(text, name), true, `${name} in ${text}`);
      }
      for (const text of no) {
        assertEquals(mentions(text, name), false, `${name} in ${text}`);
      }
    }
  },
});

/** Texts that keep a search busy: text is repeated, and read by the one with the name. */
const BUSY: [text: string, name: string][] = [
  ["xann", "Ann"],
  ["b", "B"],
  ["b", "b".repeat(32)],
  ["b-", "B"],
  ["b_", "B"],
  ["\u0316\u0301", "Ann"],
  ["a\u0316\u0301", "a\u0301"],
  ["İ", "İ"],
  ["민수", "민수"],
  ["이야", "이야"],
  ["x田", "X"],
  ["\ufdfa", "Ann"],
  ["ß", "s"],
];

Deno.test({
  name: "mentions() takes time in proportion to the length of the text",
  permissions: "none",
  fn() {
    for (const [part, name] of BUSY) {
      assertInProportion(part, MAX_TEXT_LENGTH, {
        run: (text) => mentions(text, name),
      });
    }
  },
});
