import { assert, assertEquals } from "@std/assert";
import { PERSON_COLORS } from "../../lib/terminal/palette.ts";
import { KIND_COLORS, Painter } from "../../lib/terminal/style.ts";

/** Returns red, green and blue, 0 to 255, of one of the 256 colours, from 16 on. */
function rgb(color: number): number[] {
  if (color >= 232) return Array(3).fill(8 + 10 * (color - 232));
  const steps = [0, 95, 135, 175, 215, 255];
  const index = color - 16;
  return [index / 36, (index / 6) % 6, index % 6]
    .map((step) => steps[Math.floor(step)]!);
}

/** Returns the relative luminance, 0 to 1 (WCAG 2). */
function luminance(color: number): number {
  const [red, green, blue] = rgb(color).map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** Returns the contrast to black and to white, each from 1 to 21 (WCAG 2). */
function contrasts(color: number): [number, number] {
  const light = luminance(color);
  return [(light + 0.05) / 0.05, 1.05 / (light + 0.05)];
}

Deno.test({
  name: "every colour is readable on black and on white, and has one meaning",
  permissions: "none",
  fn() {
    const colors = [...PERSON_COLORS, ...Object.values(KIND_COLORS)];
    for (const color of colors) {
      const [onBlack, onWhite] = contrasts(color);
      assert(onBlack >= 3.9, `${color} on black: ${onBlack}`);
      assert(onWhite >= 3.9, `${color} on white: ${onWhite}`);
    }
    assertEquals(new Set(colors).size, colors.length);
    // Checks the formula: white on black has the highest contrast.
    assertEquals(contrasts(231).map(Math.round), [21, 1]);
  },
});

/** Returns a text painted in every way. */
function painted(paint: Painter): string[] {
  return [
    paint.person("x", "ann"),
    paint.system("x"),
    paint.strong("x"),
    paint.prompt("x"),
    paint.answer("x"),
    paint.command("x"),
    paint.problem("x"),
    paint.private("x"),
    paint.mention("x"),
    paint.status("x"),
  ];
}

Deno.test({
  name: "Painter without colour returns the text unchanged",
  permissions: "none",
  fn() {
    const paint = new Painter({ color: false, symbols: false });
    assertEquals(new Set(painted(paint)), new Set(["x"]));
    assertEquals(paint.operator("x"), "x");
  },
});

Deno.test({
  name: "Painter paints every kind of text in its own way",
  permissions: "none",
  // The library does not paint if NO_COLOR is set.
  ignore: Deno.noColor,
  fn() {
    const all = painted(new Painter({ color: true, symbols: true }));
    assertEquals(new Set(all).size, all.length);
    assert(!all.includes("x"));
  },
});

Deno.test({
  name: "Painter uses only colours that the contrast test checks",
  permissions: "none",
  ignore: Deno.noColor,
  fn() {
    const known = new Set<number>(
      [...PERSON_COLORS, ...Object.values(KIND_COLORS)],
    );
    const paint = new Painter({ color: true, symbols: true });
    for (const text of [...painted(paint), paint.operator("x")]) {
      // deno-lint-ignore no-control-regex -- the codes of a terminal
      for (const [, codes] of text.matchAll(/\x1b\[([\d;]*)m/g)) {
        const color = /^38;5;(\d+)$/.exec(codes!);
        if (color !== null) assert(known.has(Number(color[1])), codes);
        else assert(/^(1|7|22|27|39)$/.test(codes!), codes);
      }
    }
  },
});
