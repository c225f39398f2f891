// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

/**
 * Draws the icons of the programs, packaging/icons/*.ico, from the SVGs beside them.
 * The repository holds the icons, so building the programs does not draw them.
 *
 * @module
 */

import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { PROGRAMS } from "./programs.ts";

/**
 * Edge lengths in pixels, one picture for each: the sizes that `deno compile` packs.
 */
const SIZES = [16, 24, 32, 48, 128, 256];

const FOLDER = new URL("icons/", import.meta.url);

/** Returns a Windows icon with this picture in all sizes. */
export async function makeIcon(svg: string): Promise<Uint8Array> {
  await ready();
  const images = SIZES.map((size) => {
    const fitTo = { mode: "width", value: size } as const;
    return { size, data: new Resvg(svg, { fitTo }).render().asPng() };
  });
  return pack(images);
}

type Image = { readonly size: number; readonly data: Uint8Array };

/** Returns a header, a table of the images, then the images, which are PNGs. */
function pack(images: readonly Image[]): Uint8Array {
  const start = 6 + 16 * images.length;
  const length = images.reduce((sum, { data }) => sum + data.length, start);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, 1, true); // an icon, not a cursor
  view.setUint16(4, images.length, true);
  let at = start;
  images.forEach(({ size, data }, index) => {
    const entry = 6 + 16 * index;
    bytes[entry] = bytes[entry + 1] = size % 256; // 0 stands for 256
    view.setUint16(entry + 4, 1, true); // planes
    view.setUint16(entry + 6, 32, true); // bits per pixel
    view.setUint32(entry + 8, data.length, true);
    view.setUint32(entry + 12, at, true);
    bytes.set(data, at);
    at += data.length;
  });
  return bytes;
}

/** Resvg can be initialized only once. */
let waiting: Promise<void> | undefined;

function ready(): Promise<void> {
  return waiting ??= Deno.readFile(
    new URL(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm")),
  ).then((code) => initWasm(code));
}

if (import.meta.main) {
  for (const program of PROGRAMS) {
    const svg = await Deno.readTextFile(new URL(`${program}.svg`, FOLDER));
    const icon = await makeIcon(svg);
    await Deno.writeFile(new URL(`${program}.ico`, FOLDER), icon);
    console.log(`packaging/icons/${program}.ico (${icon.length} B)`);
  }
}
