import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Seat } from "../../lib/chat/seat.ts";
import { UserList } from "../../lib/chat/user_list.ts";

function seatsOf(...names: string[]): Seat[] {
  return names.map((name, index) =>
    new Seat({ name, deliver() {} }, { number: index + 1, taken: 0, said: 0 })
  );
}

const messages = (frames: readonly Uint8Array[]) =>
  frames.map((frame) =>
    JSON.parse(new TextDecoder().decode(frame.subarray(5)))
  );

Deno.test({
  name: "UserList.frames is one array until somebody comes or goes",
  permissions: "none",
  fn() {
    const seats = seatsOf("Ann", "Bob");
    const list = new UserList(seats);
    const { frames } = list;
    assertEquals(messages(frames), [{
      type: "users",
      names: ["Ann", "Bob"],
      ids: seats.map(({ id }) => id),
    }]);
    assertStrictEquals(list.frames, frames);
    seats.pop();
    list.change();
    assertEquals(messages(list.frames)[0].names, ["Ann"]);
  },
});

Deno.test({
  name:
    "UserList.frames has one message for an empty room, and several for a crowd",
  permissions: "none",
  fn() {
    assertEquals(messages(new UserList([]).frames), [
      { type: "users", names: [], ids: [] },
    ]);
    const names = Array.from({ length: 5_000 }, (_, i) => `somebody-${i}`);
    const pages = messages(new UserList(seatsOf(...names)).frames);
    assert(pages.length > 1);
    assertEquals(pages.flatMap((page) => page.names), names);
    const last = pages.length - 1;
    assertEquals(pages.map(({ more }) => more ?? false), [
      ...Array(last).fill(true),
      false,
    ]);
  },
});
