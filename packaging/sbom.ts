/**
 * The bill of materials of a release (SBOM, CycloneDX 1.6 in JSON): every part of the
 * programs, with its version, licence, address and hash. The same commit gives the same
 * bytes.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };
import { UNICODE_VERSION } from "../lib/look_alike_data.ts";
import { licenseOf } from "./licenses.ts";
import type { Package, Stage } from "./stage.ts";

/** The file's name in a release. */
export const SBOM_NAME = "SBOM.cdx.json";

const LOCK = new URL("../deno.lock", import.meta.url);

/** The bill's reference for the programs: the root of its tree. */
const ROOT_REF = `lan-messenger@${config.version}`;

const DENO_REF = purl("github", "denoland/deno", `v${Deno.version.deno}`);

const UNICODE_REF = `unicode-uts39@${UNICODE_VERSION}`;

/** A package's entry in deno.lock. */
type Locked = {
  /** `sha512-` and the hash of the package's archive in base64. */
  readonly integrity: string;
  /** Each is a name, or `name@version` where the lock has several versions. */
  readonly dependencies?: readonly string[];
};

type Component = {
  readonly type: "application" | "data" | "library" | "platform";
  readonly "bom-ref": string;
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly [field: string]: unknown;
};

/**
 * Returns the bill of what the stage packs, as the text of a JSON file. Throws
 * `TypeError` for a package that deno.lock lacks or that names no licence.
 */
export async function sbom({ graph, commit, time }: Stage): Promise<string> {
  const lock: Record<string, Locked> = JSON.parse(
    await Deno.readTextFile(LOCK),
  ).npm;
  const refs = new Map(graph.packages.map(({ name, version }) => {
    return [name, npmPurl(name, version)];
  }));
  const libraries: Component[] = [];
  const dependencies = [
    { ref: DENO_REF, dependsOn: [] as string[] },
    { ref: UNICODE_REF, dependsOn: [] },
  ];
  for (const part of graph.packages) {
    const locked = lock[`${part.name}@${part.version}`];
    if (locked === undefined) {
      throw new TypeError(`deno.lock does not list ${part.name}`);
    }
    libraries.push(await library(part, locked));
    dependencies.push({
      ref: refs.get(part.name)!,
      dependsOn: refsOf(locked.dependencies ?? [], refs),
    });
  }
  const direct = refsOf(importedPackages(graph.imports), refs);
  dependencies.push({
    ref: ROOT_REF,
    dependsOn: [...direct, DENO_REF, UNICODE_REF].sort(),
  });
  return await sealed({
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      ...(time !== undefined && { timestamp: time.toISOString() }),
      lifecycles: [{ phase: "build" }],
      tools: {
        components: [{
          type: "application",
          name: "packaging/sbom.ts",
          version: config.version,
        }],
      },
      component: {
        type: "application",
        "bom-ref": ROOT_REF,
        name: "lan-messenger",
        version: config.version,
        description: "The programs server and client",
        licenses: [{ license: { id: "MIT" } }],
        properties: [{ name: "lan-messenger:commit", value: commit }],
      },
    },
    components: [...libraries, deno(), unicode()],
    dependencies: dependencies.sort((a, b) => a.ref < b.ref ? -1 : 1),
  });
}

async function library(part: Package, locked: Locked): Promise<Component> {
  const [, group, name] = /^(?:(@[^/]+)\/)?(.+)$/.exec(part.name)!;
  const ref = npmPurl(part.name, part.version);
  return {
    type: "library",
    "bom-ref": ref,
    ...(group !== undefined && { group }),
    name: name!,
    version: part.version,
    scope: "required",
    hashes: [hashOf(locked.integrity)],
    licenses: [{ license: { id: await licenseOf(part) } }],
    purl: ref,
  };
}

/** Deno is in both programs: each consists of Deno and our modules. */
function deno(): Component {
  return {
    type: "platform",
    "bom-ref": DENO_REF,
    name: "deno",
    version: Deno.version.deno,
    scope: "required",
    licenses: [{ license: { id: "MIT" } }],
    purl: DENO_REF,
    components: [{
      type: "library",
      "bom-ref": `v8@${Deno.version.v8}`,
      name: "v8",
      version: Deno.version.v8,
      licenses: [{ license: { id: "BSD-3-Clause" } }],
    }],
  };
}

/** Unicode's lists, in lib/look_alike_data.ts. */
function unicode(): Component {
  return {
    type: "data",
    "bom-ref": UNICODE_REF,
    name: "unicode-uts39",
    version: UNICODE_VERSION,
    licenses: [{ license: { id: "Unicode-3.0" } }],
  };
}

/**
 * Converts `sha512-` and base64 to a CycloneDX hash. Throws `TypeError` for another
 * kind.
 */
function hashOf(integrity: string): { alg: string; content: string } {
  const [, base64] = /^sha512-([\w+/]+=*)$/.exec(integrity) ?? [];
  if (base64 === undefined) {
    throw new TypeError(`"${integrity}" is not a SHA-512 hash`);
  }
  return { alg: "SHA-512", content: Uint8Array.fromBase64(base64).toHex() };
}

/** Returns the packages behind the names that imports use. */
function importedPackages(imports: ReadonlySet<string>): string[] {
  const packages = new Set<string>();
  for (const [name, target] of Object.entries(config.imports)) {
    const [, id] = /^npm:((?:@[^/]+\/)?[^/@]+)@/.exec(target) ?? [];
    if (imports.has(name) && id !== undefined) packages.add(id);
  }
  return [...packages];
}

/**
 * Returns the references of packages, sorted. Throws `TypeError` for a package that is
 * not packed.
 */
function refsOf(
  names: readonly string[],
  refs: ReadonlyMap<string, string>,
): string[] {
  return names.map((entry) => {
    const name = entry.replace(/(?<=.)@.*$/, "");
    const ref = refs.get(name);
    if (ref === undefined) throw new TypeError(`${name} is not packed`);
    return ref;
  }).sort();
}

function npmPurl(name: string, version: string): string {
  return purl("npm", name.replace("@", "%40"), version);
}

function purl(type: string, name: string, version: string): string {
  return `pkg:${type}/${name}@${version}`;
}

/** Adds a serial number derived from the content. */
async function sealed(bill: Record<string, unknown>): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(bill));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const hex = new Uint8Array(digest).toHex();
  // A UUID of version 8: its digits are free to choose.
  const serialNumber = `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${
    hex.slice(13, 16)
  }-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return JSON.stringify({ ...bill, serialNumber }, null, 2) + "\n";
}
