import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { introducer, introduction } from "../../lib/server/introduction.ts";

Deno.test({
  name: "introducer() gives the server's name and the current number of people",
  permissions: "none",
  fn() {
    let count = 0;
    const options = { name: "Lab", port: 12000, people: () => count };
    const introduce = introducer(options);
    const { server, ...first } = introduce(7);
    assertEquals(first, {
      ...{ type: "here", n: 7, name: "Lab", port: 12000, people: 0 },
    });
    count = 3;
    assertEquals(introduction(introduce, 8).people, 3);
    assertEquals(introduce(8).server, server);
    assertNotEquals(introducer(options)(7).server, server);
  },
});

Deno.test({
  name: "introduction() of a server that hides is refused",
  permissions: "none",
  fn() {
    const { code } = assertThrows(() => introduction(undefined, 1), ChatError);
    assertEquals(code, "hidden");
  },
});
