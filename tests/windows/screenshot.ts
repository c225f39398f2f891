import { crc32, deflateSync } from "node:zlib";

/** Bytes of a pixel in the frame buffer: blue, green, red, unused. */
const PIXEL = 4;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export type Area = { left: number; top: number; width: number; height: number };

/**
 * Returns a PNG of an area of the screen from the frame buffer that `Xvfb -fbdir`
 * writes: an XWD file, with 24 bits of colour in 32. Without an area: the whole screen.
 */
export function screenshot(xwd: Uint8Array, area?: Area): Uint8Array {
  const view = new DataView(xwd.buffer, xwd.byteOffset, xwd.byteLength);
  const field = (index: number) => view.getUint32(4 * index);
  const pixels = field(0) + 12 * field(19);
  const stride = field(12);
  const [screenWidth, screenHeight] = [field(4), field(5)];
  const left = Math.max(0, area?.left ?? 0);
  const top = Math.max(0, area?.top ?? 0);
  const right = Math.min(screenWidth, left + (area?.width ?? screenWidth));
  const bottom = Math.min(screenHeight, top + (area?.height ?? screenHeight));
  const width = right - left;
  const height = bottom - top;
  const rows = new Uint8Array(height * (1 + 3 * width));
  let to = 0;
  for (let y = top; y < bottom; y++) {
    rows[to++] = 0; // No filter.
    for (let x = left; x < right; x++) {
      const from = pixels + y * stride + PIXEL * x;
      for (const color of [2, 1, 0]) rows[to++] = xwd[from + color]!;
    }
  }
  const header = new DataView(new ArrayBuffer(13));
  header.setUint32(0, width);
  header.setUint32(4, height);
  header.setUint8(8, 8); // Bits of a colour.
  header.setUint8(9, 2); // Red, green, blue.
  return concat([
    new Uint8Array(SIGNATURE),
    chunk("IHDR", new Uint8Array(header.buffer)),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ]);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = concat([new TextEncoder().encode(name), data]);
  const numbers = new DataView(new ArrayBuffer(8));
  numbers.setUint32(0, data.length);
  numbers.setUint32(4, crc32(body));
  const bytes = new Uint8Array(numbers.buffer);
  return concat([bytes.subarray(0, 4), body, bytes.subarray(4)]);
}

function concat(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
