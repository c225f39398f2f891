/**
 * What is inside the programs, and under which licence: LICENSES.txt.
 *
 * @module
 */

import { join } from "node:path";
import config from "../deno.json" with { type: "json" };
import type { Package, Stage } from "./stage.ts";

/** Deno comes as a program; its licence is given here. */
const DENO_LICENSE = new URL("deno_license.txt", import.meta.url);

const OWN_LICENSE = new URL("../LICENSE", import.meta.url);

type Part = {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  /** The licence in its own words, or where to find it. */
  readonly text: string;
};

/** The list, then each licence in its own words. */
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

async function readPart({ name, version, path }: Package): Promise<Part> {
  const description = await Deno.readTextFile(join(path, "package.json"));
  const { license } = JSON.parse(description);
  if (typeof license !== "string") {
    throw new TypeError(`The package ${name} names no licence`);
  }
  for await (const file of Deno.readDir(path)) {
    if (!/^licen[cs]e(\.(md|txt))?$/i.test(file.name)) continue;
    const text = await Deno.readTextFile(join(path, file.name));
    return { name, version, license, text };
  }
  const text = `${license}, as the package says; it comes without the text.`;
  return { name, version, license, text };
}
