import { assertEquals } from "@std/assert";
import { latinLetters } from "../../lib/terminal/keyboard_layouts.ts";

Deno.test({
  name: "latinLetters() reads words typed on another keyboard layout",
  permissions: "none",
  fn() {
    assertEquals(latinLetters("ьып"), "msg");
    assertEquals(latinLetters("ьіп"), "msg");
    assertEquals(latinLetters("куздн"), "reply");
    assertEquals(latinLetters("μσγ"), "msg");
    assertEquals(latinLetters("ㅡㄴㅎ"), "msg");
    for (const word of ["", "msg", "привет!", "1", "ьыпx"]) {
      assertEquals(latinLetters(word), word);
    }
  },
});
