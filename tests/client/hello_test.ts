import { assert, assertEquals } from "@std/assert";
import { encodeHello } from "../../lib/client/hello.ts";
import { readFrames } from "../testing.ts";

const HELLO = { type: "hello", protocol: 1, name: "Ann", token: "" } as const;

Deno.test({
  name: "encodeHello() makes one frame that a messenger server reads",
  permissions: "none",
  fn() {
    assertEquals(readFrames(encodeHello(HELLO)), [HELLO]);
  },
});

Deno.test({
  name: "encodeHello() ends with an empty line, so that a web server answers",
  permissions: "none",
  fn() {
    const text = new TextDecoder().decode(encodeHello(HELLO));
    assert(text.endsWith("}\r\n\r\n"), text);
  },
});
