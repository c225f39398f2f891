import { assertEquals } from "@std/assert";
import { completer } from "../../lib/client/completion.ts";

const complete = completer({
  people: () => ["Bob", "Bea"],
  files: () => ["my plan.pdf", "map.png", "notes.txt"],
  downloads: () => ["map.png"],
});

Deno.test({
  name: "completer() offers main names, and aliases where there are none",
  permissions: "none",
  fn() {
    assertEquals(complete("/us"), ["/users "]);
    assertEquals(complete("/whi"), ["/whisper "]);
    assertEquals(complete("/q"), ["/quiet ", "/quit "]);
    assertEquals(complete("/dow"), ["/downloads "]);
    assertEquals(complete("/xyz"), []);
    assertEquals(complete("/help q"), ["/help quiet", "/help quit"]);
  },
});

Deno.test({
  name: "completer() offers people after every word for a private message",
  permissions: "none",
  fn() {
    for (const word of ["to", "msg", "w", "whisper", "TELL", "pm", "query"]) {
      assertEquals(complete(`/${word} bo`), [`/${word} Bob `], word);
      assertEquals(complete(`/${word} @bo`), [`/${word} Bob `], word);
    }
    assertEquals(complete("/msg Bob ask be"), ["/msg Bob ask Bea "]);
    assertEquals(complete("/all be"), ["/all Bea: "]);
    assertEquals(complete("/users be"), []);
    assertEquals(complete("hi @bo"), ["hi @Bob "]);
  },
});

Deno.test({
  name: "completer() completes every file of /get, and downloads of /cancel",
  permissions: "none",
  fn() {
    const cases: [typed: string, offered: string[]][] = [
      ["/get m", ['/get "my plan.pdf"', "/get map.png"]],
      ["/get my pl", ['/get "my plan.pdf"']],
      ["/get map.png no", ["/get map.png notes.txt"]],
      ['/get "my plan.pdf" ma', ['/get "my plan.pdf" map.png']],
      ['/dl 1 "m', ['/dl 1 "my plan.pdf"', '/dl 1 "map.png"']],
      ["/get 1  x", []],
      ["/cancel m", ["/cancel map.png"]],
    ];
    for (const [typed, offered] of cases) {
      assertEquals(complete(typed), offered, typed);
    }
  },
});
