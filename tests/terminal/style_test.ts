import { assert, assertEquals } from "@std/assert";
import { colorOf, Painter, PERSON_COLORS } from "../../lib/terminal/style.ts";

/** Red, green and blue of one of the 216 colours of the cube, 0 to 255. */
function rgb(color: number): number[] {
  const steps = [0, 95, 135, 175, 215, 255];
  const index = color - 16;
  return [index / 36, (index / 6) % 6, index % 6]
    .map((step) => steps[Math.floor(step)]!);
}

/** Relative luminance, 0 to 1 (WCAG 2). */
function luminance(color: number): number {
  const [red, green, blue] = rgb(color).map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

Deno.test({
  name: "PERSON_COLORS are readable on black and on white",
  permissions: "none",
  fn() {
    for (const color of PERSON_COLORS) {
      const light = luminance(color);
      assert((light + 0.05) / 0.05 >= 3.9, `${color} on black`);
      assert(1.05 / (light + 0.05) >= 3.9, `${color} on white`);
    }
    assertEquals(new Set(PERSON_COLORS).size, PERSON_COLORS.length);
  },
});

Deno.test({
  name: "colorOf() is stable and spreads people over the colours",
  permissions: "none",
  fn() {
    assertEquals(colorOf("ann"), colorOf("ann"));
    const used = new Set<number>();
    for (let i = 0; i < 200; i++) used.add(colorOf(`pupil${i}`));
    assertEquals(used.size, PERSON_COLORS.length);
  },
});

Deno.test({
  name: "Painter without colour returns what it is given",
  permissions: "none",
  fn() {
    const paint = new Painter({ color: false, symbols: false });
    assertEquals(paint.person("Ann", "ann"), "Ann");
    assertEquals(paint.system("x") + paint.strong("y"), "xy");
    const rich = new Painter({ color: true, symbols: true });
    // The library paints nothing where NO_COLOR is set.
    assertEquals(rich.person("Ann", "ann") === "Ann", Deno.noColor);
  },
});
