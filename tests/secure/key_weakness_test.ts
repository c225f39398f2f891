import { assertEquals, assertMatch } from "@std/assert";
import { GOOD_LENGTH, weakness } from "../../lib/secure/key_weakness.ts";
import { RoomKey } from "../../lib/secure/room_key.ts";

const pure = { permissions: "none" } as const;
const judge = (typed: string) => weakness(new RoomKey(typed));

Deno.test({
  ...pure,
  name: "weakness() says what is weak, and what would be better",
  fn() {
    const cases: readonly [RegExp, readonly string[]][] = [
      [/one of the first/, [
        ...[
          "password",
          "PassWord",
          "p a s s w o r d",
          "pa$$w0rd",
          "P4ssw0rt1!",
        ],
        ...[
          "123abc",
          "letmein2026",
          "Hello World",
          "iloveyou",
          "!admin!",
          "trustno1",
        ],
        ...["Schlüssel", "s3cr3t", "passw0rd123"],
      ]],
      [/repeats itself or follows a row/, [
        ...[
          "aaaaaaaaaaaa",
          "abababababab",
          "horsehorse",
          "12345678",
          "87654321",
        ],
        ...["qwertzuiop", "asdfghjkl", "fedcba", "abcdefgh", "1111 2222 1111"],
      ]],
      [/only a number/, ["31051998", "2026 11 28", "0171 5550123"]],
      [/is short/, ["horse", "blue h", "a1b2c3d", "ünïqüe7", "💡🐴🎹🎲🎸"]],
    ];
    for (const [wished, keys] of cases) {
      for (const key of keys) {
        const said = judge(key);
        assertMatch(said ?? `nothing about ${key}`, wished, key);
        assertMatch(said!, /such as "blue horse piano"/);
      }
    }
  },
});

Deno.test({
  ...pure,
  name: "weakness() has nothing to say about two words, or long enough letters",
  fn() {
    const good = [
      ...[
        "blue horse",
        "blue horse piano",
        "k7m2p9qx",
        "Käse & Brot",
        "passwords are odd",
      ],
      ...["31415926535897", "zwei Wörter"],
    ];
    for (const key of good) assertEquals(judge(key), undefined, key);
    assertMatch(judge("3141592653589")!, /only a number/);
    assertMatch(judge("kqzkzqqz")!, /repeats itself/);
    assertEquals(judge("kqzvzvqk"), undefined);
    const letters = "kqzvxwpt";
    assertEquals(letters.length, GOOD_LENGTH);
    assertEquals(judge(letters), undefined);
    assertMatch(judge(letters.slice(1))!, /short/);
  },
});
