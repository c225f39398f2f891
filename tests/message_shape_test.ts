import { assertEquals, assertThrows } from "@std/assert";
import { ProtocolError } from "../lib/framing.ts";
import {
  type MessageOf,
  messageReader,
  optional,
  type Reader,
  record,
  WrongValue,
} from "../lib/message_shape.ts";

const number: Reader<number> = (value) => {
  if (typeof value !== "number") throw new WrongValue("a number");
  return value;
};

const TABLE = {
  go: { speed: number, turn: optional(number) },
  stop: {},
};

type Message = MessageOf<typeof TABLE>;

const read = messageReader(TABLE);

/** Compiles only if both types are the same, `undefined` and `readonly` included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;

const isExact: Same<
  Message,
  | { readonly type: "go"; readonly speed: number; readonly turn?: number }
  | { readonly type: "stop" }
> = true;

Deno.test({
  name: "MessageOf is exactly the type that the table describes",
  permissions: "none",
  fn() {
    assertEquals(isExact, true);
    // @ts-expect-error -- a field that may be missing is never undefined
    const undefinedTurn: Message = { type: "go", speed: 1, turn: undefined };
    // @ts-expect-error -- a field that the table has is never missing
    const withoutSpeed: Message = { type: "go" };
    assertEquals([undefinedTurn.type, withoutSpeed.type], ["go", "go"]);
  },
});

Deno.test({
  name: "messageReader() returns the fields of the table, and no others",
  permissions: "none",
  fn() {
    const go = { type: "go", speed: 1 } as const;
    assertEquals(read({ ...go, turn: 0, colour: "red" }), { ...go, turn: 0 });
    assertEquals(read(go), { type: "go", speed: 1 });
    assertEquals(Object.keys(read(go)!), ["type", "speed"]);
    assertEquals(read({ type: "stop", speed: 1 }), { type: "stop" });
  },
});

Deno.test({
  name: "messageReader() returns undefined for a type that the table lacks",
  permissions: "none",
  fn() {
    for (const type of ["", "Go", "toString", "__proto__", "constructor"]) {
      assertEquals(read({ type }), undefined);
    }
  },
});

Deno.test({
  name: "messageReader() names the type, the field and what it must be",
  permissions: "none",
  fn() {
    const wrong = 'Message of type "go" has a bad field';
    const cases = [
      [{ type: "go" }, `${wrong} "speed": must be a number`],
      [{ type: "go", speed: "1" }, `${wrong} "speed": must be a number`],
      [
        { type: "go", speed: 1, turn: null },
        `${wrong} "turn": must be a number`,
      ],
    ] as const;
    for (const [fields, message] of cases) {
      const error = assertThrows(() => read(fields), ProtocolError);
      assertEquals(error.message, message);
    }
  },
});

Deno.test({
  name: "messageReader() passes on an error that is not a WrongValue",
  permissions: "none",
  fn() {
    const broken = messageReader({
      go: {
        speed: () => {
          throw new RangeError("a fault of the program");
        },
      },
    });
    assertThrows(() => broken({ type: "go" }), RangeError, "a fault");
  },
});

Deno.test({
  name: "optional() leaves out a field if its reader returns undefined",
  permissions: "none",
  fn() {
    const positive: Reader<number | undefined> = (value) =>
      typeof value === "number" && value > 0 ? value : undefined;
    const read = messageReader({ go: { turn: optional(positive) } });
    assertEquals(read({ type: "go", turn: 1 }), { type: "go", turn: 1 });
    assertEquals(Object.keys(read({ type: "go", turn: -1 })!), ["type"]);
  },
});

Deno.test({
  name: "record() reads an object inside a field",
  permissions: "none",
  fn() {
    const point = record({ x: number, y: optional(number) }, "a point");
    assertEquals(point({ x: 1, z: 2 }), { x: 1 });
    assertEquals(point({ x: 1, y: 2 }), { x: 1, y: 2 });
    for (const value of [null, undefined, 1, "x"]) {
      assertThrows(() => point(value), WrongValue, "a point");
    }
    assertThrows(() => point({ y: 1 }), WrongValue, "a number");
  },
});
