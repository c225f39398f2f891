/**
 * Tells which texts look alike: the skeleton of UTS #39 (Unicode Security Mechanisms),
 * with Unicode's own list of confusable characters.
 *
 * @module
 */

import { LOOK_ALIKES } from "./look_alike_data.ts";
import { once } from "./once.ts";

const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Marks: characters that combine with the letter before them. */
const MARKS = /\p{M}{2,}/gu;

/** A dot above a letter that already has one: `i\u0307` is drawn as `i`. */
const SECOND_DOT = /(\p{Soft_Dotted}\p{M}*?)\u0307/gu;

const prototypes = once(readPrototypes);

/**
 * Returns the same string for texts that look the same in some font: `paypal` also for
 * the Cyrillic `раураl`. For comparison only, not for display; upper and lower case
 * differ. Marks on a letter count once each, in any order. Linear in the length of
 * `text`, unless it has long runs of marks.
 */
export function skeleton(text: string): string {
  const apart = text.normalize("NFKD").replace(IGNORABLE, "");
  const known = prototypes();
  let drawn = "";
  for (const character of apart) {
    drawn += known.get(character) ?? character;
  }
  return drawn.normalize("NFKD")
    .replace(SECOND_DOT, "$1")
    .replace(MARKS, (marks) => [...new Set(marks)].sort().join(""));
}

function readPrototypes(): ReadonlyMap<string, string> {
  const prototypes = new Map<string, string>();
  for (const row of LOOK_ALIKES.trim().split(/\s/)) {
    const [prototype, sources] = row.split(":") as [string, string];
    const text = prototype.split("+").map(character).join("");
    for (const source of sources.split(",")) {
      prototypes.set(character(source), text);
    }
  }
  return prototypes;
}

function character(hexadecimal: string): string {
  return String.fromCodePoint(parseInt(hexadecimal, 16));
}
