/**
 * The bill of materials against the schema of CycloneDX 1.6, as its makers publish it in
 * their library for JavaScript.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Ajv } from "ajv";
import "@cyclonedx/cyclonedx-library/package.json" with { type: "json" };
import addFormats from "ajv-formats";
import { sbom } from "../../packaging/sbom.ts";
import { Stage } from "../../packaging/stage.ts";

/** The schemas to which the one of the bill refers, below its own address. */
const OTHERS = ["spdx", "jsf-0.82"];

const ADDRESS = "http://cyclonedx.org/schema/";

/** The library has the schemas, but exports none of them: they are found beside this. */
const PACKAGE = import.meta.resolve(
  "@cyclonedx/cyclonedx-library/package.json",
);

async function readSchema(name: string) {
  const path = `res/schema/${fileOf(name)}`;
  return JSON.parse(await Deno.readTextFile(new URL(path, PACKAGE)));
}

function fileOf(name: string): string {
  return `${name}.SNAPSHOT.schema.json`;
}

/** Returns a function that returns the faults of a bill. */
async function validator(): Promise<(bill: unknown) => string[]> {
  // The schema has keywords that only describe, such as meta:enum.
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  addFormats.default(ajv);
  for (const name of OTHERS) {
    ajv.addSchema(await readSchema(name), `${ADDRESS}${fileOf(name)}`);
  }
  const validate = ajv.compile(await readSchema("bom-1.6"));
  return (bill) => {
    validate(bill);
    return (validate.errors ?? []).map(({ instancePath, message }) =>
      `${instancePath}: ${message}`
    );
  };
}

const faults = await validator();

const bill = await (async () => {
  using stage = await Stage.make();
  return JSON.parse(await sbom(stage));
})();

Deno.test("sbom() keeps the schema of CycloneDX 1.6", () => {
  assertEquals(faults(bill), []);
});

Deno.test("the schema of CycloneDX finds a wrong licence, hash, number and field", () => {
  const wrong = structuredClone(bill);
  wrong.components[0].licenses[0].license.id = "MITT";
  wrong.components[0].hashes[0].content = "abc";
  wrong.serialNumber = "1";
  wrong.parts = [];
  const found = faults(wrong).join("\n");
  for (
    const path of [
      "/components/0/licenses",
      "/components/0/hashes/0/content",
      "/serialNumber",
      ": must NOT have additional properties",
    ]
  ) assert(found.includes(path), `${path} in ${found}`);
});
