import { assertEquals } from "@std/assert";
import { listed } from "../../lib/client/chat_event.ts";

Deno.test({
  name: "listed() gives each name the id in its place",
  permissions: "none",
  fn() {
    assertEquals(listed(["Ann", "Bob"], ["a", "b"]), [
      { name: "Ann", id: "a" },
      { name: "Bob", id: "b" },
    ]);
  },
});

Deno.test({
  name: "listed() leaves out the ids that a server did not send",
  permissions: "none",
  fn() {
    assertEquals(listed(["Ann"]), [{ name: "Ann" }]);
    assertEquals(listed(["Ann", "Bob"], ["a"]), [
      { name: "Ann", id: "a" },
      { name: "Bob" },
    ]);
    assertEquals(listed([], ["a"]), []);
  },
});
