import { assertEquals, assertNotEquals } from "@std/assert";
import { Palette, PERSON_COLORS } from "../../lib/terminal/palette.ts";

Deno.test({
  name: "Palette.colorOf() uses each colour once before it repeats one",
  permissions: "none",
  fn() {
    const palette = new Palette();
    const colors = Array.from(
      { length: 2 * PERSON_COLORS.length },
      (_, i) => palette.colorOf(`pupil${i}`),
    );
    const half = PERSON_COLORS.length;
    assertEquals(colors.slice(0, half), [...PERSON_COLORS]);
    assertEquals(new Set(colors.slice(half)).size, half);
    for (let i = 1; i < colors.length; i++) {
      assertNotEquals(colors[i], colors[i - 1]);
    }
  },
});

Deno.test({
  name: "Palette.colorOf() keeps a person's colour",
  permissions: "none",
  fn() {
    const palette = new Palette();
    const ann = palette.colorOf("ann");
    for (let i = 0; i < 400; i++) palette.colorOf(`pupil${i}`);
    assertEquals(palette.colorOf("ann"), ann);
  },
});

Deno.test({
  name: "Palette forgets the person seen longest ago, beyond 500",
  permissions: "none",
  fn() {
    const palette = new Palette();
    const first = Array.from(
      { length: 500 },
      (_, i) => palette.colorOf(`pupil${i}`),
    );
    // Seen again, so the second person is now the one seen longest ago.
    palette.colorOf("pupil0");
    assertEquals(palette.colorOf("newcomer"), first[1]);
    assertEquals(palette.colorOf("pupil0"), first[0]);
    // People come and go, and no colour is ever used much more often than another.
    const users = new Map<number, number>();
    for (let i = 0; i < 500; i++) {
      const color = palette.colorOf(`later${i}`);
      users.set(color, (users.get(color) ?? 0) + 1);
    }
    const counts = [...users.values()];
    assertEquals(Math.max(...counts) - Math.min(...counts) <= 1, true);
  },
});
