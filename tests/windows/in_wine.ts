import { fileURLToPath } from "node:url";

/** A file of the project, as Windows programs in Wine see it. */
export function inWine(file: string): string {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
  return `Z:\\host${path.replaceAll("/", "\\")}`;
}
