/**
 * LICENSES.txt: the parts of the programs and their licences.
 *
 * @module
 */

import { join } from "node:path";
import config from "../deno.json" with { type: "json" };
import { UNICODE_VERSION } from "../lib/look_alike_data.ts";
import type { Package, Stage } from "./stage.ts";

/** Deno is distributed as a program without its licence; this is the text. */
const DENO_LICENSE = new URL("deno_license.txt", import.meta.url);

/** The licence of the data in lib/look_alike_data.ts. */
const UNICODE_LICENSE = new URL("unicode_license.txt", import.meta.url);

const OWN_LICENSE = new URL("../LICENSE", import.meta.url);

type Part = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The text of the licence, or where to find it. */
  readonly text: string;
};

/** Returns the text of LICENSES.txt: the list, then the text of each licence. */
export async function licenses({ graph }: Stage): Promise<string> {
  const parts: Part[] = [
    {
      name: "LAN messenger",
      version: config.version,
      license: "MIT",
      text: await Deno.readTextFile(OWN_LICENSE),
    },
    {
      name: "Deno",
      version: Deno.version.deno,
      license: "MIT",
      text: await Deno.readTextFile(DENO_LICENSE),
    },
    {
      name: "Unicode data (UTS #39)",
      version: UNICODE_VERSION,
      license: "Unicode-3.0",
      text: await Deno.readTextFile(UNICODE_LICENSE),
    },
    ...await Promise.all(graph.packages.map(readPart)),
  ];
  const list = parts.map(({ name, version, license }) =>
    `  ${name.padEnd(24)} ${version.padEnd(10)} ${license}`
  );
  return [
    "What is inside server and client, and under which licence",
    "",
    ...list,
    "",
    `Deno contains V8 ${Deno.version.v8} (BSD-3-Clause) and other open source`,
    "software, which its own sources list.",
    ...parts.map(({ name, version, text }) =>
      `\n${"-".repeat(72)}\n${name} ${version}\n\n${text.trim()}`
    ),
    "",
  ].join("\n").replaceAll("\r\n", "\n");
}

/** Returns the licence that a package names. Throws `TypeError` if it names none. */
export async function licenseOf({ name, path }: Package): Promise<string> {
  const description = await Deno.readTextFile(join(path, "package.json"));
  const { license } = JSON.parse(description);
  if (typeof license !== "string") {
    throw new TypeError(`The package ${name} names no licence`);
  }
  return license;
}

async function readPart(part: Package): Promise<Part> {
  const { name, version, path } = part;
  const license = await licenseOf(part);
  for await (const file of Deno.readDir(path)) {
    if (!/^licen[cs]e(\.(md|txt))?$/i.test(file.name)) continue;
    const text = await Deno.readTextFile(join(path, file.name));
    return { name, version, license, text };
  }
  const text = `${license}, as the package says; it comes without the text.`;
  return { name, version, license, text };
}
