import { assertEquals } from "@std/assert";
import {
  commonPrefix,
  completions,
  offered,
} from "../../lib/terminal/completion.ts";

Deno.test({
  name:
    "commonPrefix() is the prefix that all words share, in whole characters",
  permissions: "none",
  fn() {
    assertEquals(commonPrefix([]), "");
    assertEquals(commonPrefix(["/files"]), "/files");
    assertEquals(commonPrefix(["/files", "/fire", "/fit"]), "/fi");
    assertEquals(commonPrefix(["abcd", "abx", "abcz"]), "ab");
    assertEquals(commonPrefix(["🙂a", "🙃a"]), "");
    assertEquals(commonPrefix(["a", "b"]), "");
  },
});

Deno.test({
  name:
    "completions() are the words that begin with the typed text, after a head",
  permissions: "none",
  fn() {
    const words = ["Bob", "bea", "Ann"];
    assertEquals(completions("/to ", words, "B"), ["/to Bob", "/to bea"]);
    assertEquals(completions("", words, ""), words);
    assertEquals(completions("", words, "Bobb"), []);
    assertEquals(completions("", words, "bob"), ["Bob"]);
  },
});

Deno.test({
  name: "offered() shows the last word of each line, sixty at most",
  permissions: "none",
  fn() {
    assertEquals(
      offered(["/get a.txt", '/get "my plan.pdf"', "/users "]),
      'a.txt   "my plan.pdf"   /users',
    );
    const lines = Array.from({ length: 61 }, (_, at) => `/get ${at}`);
    const words = lines.map((_, at) => `${at}`);
    assertEquals(offered(lines.slice(0, 60)), words.slice(0, 60).join("   "));
    assertEquals(
      offered(lines),
      [...words.slice(0, 60), "... 1 more"].join("   "),
    );
    assertEquals(offered([""]), "");
  },
});
