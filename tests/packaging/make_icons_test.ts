import { assertEquals, assertNotEquals } from "@std/assert";
import { makeIcon } from "../../packaging/make_icons.ts";
import { PROGRAMS } from "../../packaging/programs.ts";

const FOLDER = new URL("../../packaging/icons/", import.meta.url);

Deno.test("makeIcon() makes the icons that are there from the pictures beside them", async () => {
  const icons = await Promise.all(PROGRAMS.map(async (program) => {
    const svg = await Deno.readTextFile(new URL(`${program}.svg`, FOLDER));
    const icon = await Deno.readFile(new URL(`${program}.ico`, FOLDER));
    assertEquals(await makeIcon(svg), icon, `deno task icons: ${program}`);
    return icon;
  }));
  assertNotEquals(icons[0], icons[1]);
});

Deno.test("makeIcon() has a table that leads to a PNG for each size", async () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">
    <rect width="1" height="1" fill="#123456"/></svg>`;
  const icon = await makeIcon(svg);
  const view = new DataView(icon.buffer);
  assertEquals([view.getUint16(0), view.getUint16(2, true)], [0, 1]);
  const widths: number[] = [];
  for (let index = 0; index < view.getUint16(4, true); index++) {
    const entry = 6 + 16 * index;
    const at = view.getUint32(entry + 12, true);
    assertEquals(view.getUint32(at), 0x89504e47);
    widths.push(view.getUint32(at + 16)); // of the PNG itself
    assertEquals(icon[entry]! || 256, widths.at(-1));
  }
  assertEquals(widths, [16, 24, 32, 48, 128, 256]);
});
