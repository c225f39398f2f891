import { assertEquals } from "@std/assert";
import { slippedPrivate } from "../../lib/client/slipped_private.ts";
import { readLine } from "../../lib/client/line_reading.ts";
import { assertInProportion } from "../in_proportion.ts";

const isPerson = (name: string) => /^[^\p{L}]*bob[^\p{L}]*$/iu.test(name);

Deno.test({
  name: "slippedPrivate() reads private messages with a slip at the beginning",
  permissions: "none",
  fn() {
    const cases: [line: string, command: string][] = [
      ...[
        ...[
          "msg:Bob hi",
          "msg: Bob hi",
          "msg/Bob hi",
          "msg\\Bob hi",
          "msg\\ Bob hi",
        ],
        ...[
          "mgs Bob hi",
          "mssg Bob hi",
          "msɡ Bob hi",
          "мsg Bob hi",
          "lmsg Bob hi",
        ],
        ...["mesg Bob hi", "message Bob hi", "PRIVMSG Bob hi", "wisper Bob hi"],
        ...["...msg Bob hi", "77msg Bob hi", "- msg Bob hi", "msgBob hi"],
        ...["dm: Bob hi", "to:Bob hi", "message to Bob hi", "(msg Bob hi"],
        ...[
          "@ Bob hi",
          ".@Bob hi",
          "[@Bob] hi",
          "@Bob:hi",
          "＠Bob, hi",
          "@@Bob hi",
        ],
        ...["(@Bob) hi", "@,Bob hi", "toBob hi", "wBob hi", "> @Bob hi"],
      ].map((line): [string, string] => [line, "/msg Bob hi"]),
      ["message Bob", "/to Bob"],
      ["r: hi", "/reply hi"],
      ["reply: hi", "/reply hi"],
      ["reply, hi", "/reply hi"],
    ];
    for (const [line, command] of cases) {
      const { word, argument } = slippedPrivate(line, isPerson) ?? {};
      assertEquals(`/${word} ${argument}`, command, line);
    }
  },
});

Deno.test({
  name: "slippedPrivate() leaves sentences alone",
  permissions: "none",
  fn() {
    for (
      const line of [
        ...[
          "Well Bob, what now?",
          "Ms Bob is late",
          "Bob: hi",
          "my message: hi",
        ],
        ...["message me", "msg for everyone", "mail to bob@example.org now"],
        ...[
          "I told Bob",
          "r u there",
          "re: homework",
          "a@Bob hi",
          "@all hi",
          "",
        ],
        ...["msg", "@Bob", "@", "the query of Bob", "R, the language"],
      ]
    ) assertEquals(slippedPrivate(line, isPerson), undefined, line);
  },
});

Deno.test({
  name: "readLine() leaves out the `to` before a person",
  permissions: "none",
  fn() {
    const presence = { hasMet: isPerson };
    const known = { presence, lastTeller: undefined };
    for (
      const [line, argument] of [
        ["whisper to Bob hi", "Bob hi"],
        ["msg to Bob hi", "Bob hi"],
        ["msg to everybody hi", "to everybody hi"],
      ] as const
    ) {
      const reading = readLine(line, known);
      assertEquals(reading.kind === "bare" && reading.argument, argument);
    }
  },
});

Deno.test({
  name: "slippedPrivate() takes time in proportion to the text",
  permissions: "none",
  fn() {
    for (const part of [".", "@", "x", " ", "@Bob", "msg:", "[@", "to "]) {
      assertInProportion(part, 80_000, {
        run: (text) => void slippedPrivate(`${text} x`, isPerson),
      });
    }
  },
});
