import { assertEquals } from "@std/assert";
import { lasting } from "../../lib/terminal/draft_binding.ts";

Deno.test({
  name: "lasting() keeps a private binding only",
  permissions: "none",
  fn() {
    const binding = { prompt: "[Bob] > ", isPrivate: true };
    assertEquals(lasting(binding), binding);
    assertEquals(lasting({ ...binding, isPrivate: false }), undefined);
    assertEquals(lasting(undefined), undefined);
  },
});
