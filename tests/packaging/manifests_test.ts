/**
 * The manifests against what the public schemas of winget (1.6.0) and Scoop ask
 * for: the fields that must be there, those that may be, and their patterns. No package
 * of npm or PyPI has the schemas; the rules were compared with `manifest.*.1.6.0.json`
 * of microsoft/winget-cli and `schema.json` of ScoopInstaller/Scoop on 2026-11-27.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { manifests } from "../../packaging/manifests.ts";

const repository = "https://example.org/anna/messenger";
const sum = "0123456789abcdef".repeat(4);
const zipUrl =
  `${repository}/releases/download/v${config.version}/messenger-${config.version}-windows-x64.zip`;

/** The flat fields of a manifest, all that they are made of; lists and inner fields as well. */
function fields(yaml: string): Map<string, string> {
  return new Map(
    Array.from(
      yaml.matchAll(/^[- ]*(\w+):(?: (.*))?$/gm),
      ([, name, value = ""]) => [name!, value],
    ),
  );
}

const SHORT = /^.{1,40}$/;
const VERSION = /^(0|[1-9][0-9]{0,4})(\.(0|[1-9][0-9]{0,4})){2}$/;

const COMMON = {
  PackageIdentifier: /^[^.\s\\/:*?"<>|]{1,32}(\.[^.\s\\/:*?"<>|]{1,32}){1,7}$/,
  PackageVersion: /^[^\\/:*?"<>|]{1,128}$/,
  ManifestVersion: VERSION,
};

const WINGET: Record<string, Record<string, RegExp>> = {
  "winget/anna.Messenger.yaml": {
    ...COMMON,
    DefaultLocale: /^[a-zA-Z]{2,3}(-[a-zA-Z]{2})?$/,
    ManifestType: /^version$/,
  },
  "winget/anna.Messenger.installer.yaml": {
    ...COMMON,
    MinimumOSVersion: /^\d{1,5}(\.\d{1,5}){0,3}$/,
    InstallerType: /^zip$/,
    NestedInstallerType:
      /^(exe|inno|msi|msix|appx|nullsoft|wix|burn|portable)$/,
    NestedInstallerFiles: /^$/,
    RelativeFilePath: /^.{1,512}$/,
    PortableCommandAlias: SHORT,
    Installers: /^$/,
    Architecture: /^(x86|x64|arm|arm64|neutral)$/,
    InstallerUrl: /^https?:\/\/.{1,2040}$/,
    InstallerSha256: /^[A-Fa-f0-9]{64}$/,
    ManifestType: /^installer$/,
  },
  "winget/anna.Messenger.locale.en-US.yaml": {
    ...COMMON,
    PackageLocale: /^[a-zA-Z]{2,3}(-[a-zA-Z]{2})?$/,
    Publisher: /^.{2,256}$/,
    PackageName: /^.{2,256}$/,
    PackageUrl: /^https?:\/\/.{1,2040}$/,
    License: /^.{3,512}$/,
    LicenseUrl: /^https?:\/\/.{1,2040}$/,
    ShortDescription: /^.{3,256}$/,
    Description: /^>-$/,
    Tags: /^$/,
    ManifestType: /^defaultLocale$/,
  },
};

Deno.test("manifests() makes what winget asks for", async () => {
  const files = await manifests({ repository, sum });
  for (const [path, rules] of Object.entries(WINGET)) {
    const yaml = files.get(path);
    assert(yaml !== undefined, `${path} among ${[...files.keys()]}`);
    assert(!/[<{]\w+[>}]/.test(yaml), "all words are filled in");
    assert(!yaml.includes("\r") && yaml.endsWith("\n"));
    const found = fields(yaml);
    assertEquals([...found.keys()].sort(), Object.keys(rules).sort(), path);
    for (const [name, rule] of Object.entries(rules)) {
      assertMatch(found.get(name)!, rule, `${path}: ${name}`);
    }
  }
  const installer = files.get("winget/anna.Messenger.installer.yaml")!;
  assert(installer.includes(`InstallerUrl: ${zipUrl}\n`));
  assert(installer.includes(`InstallerSha256: ${sum.toUpperCase()}\n`));
});

Deno.test("manifests() makes what Scoop asks for", async () => {
  const files = await manifests({ repository, sum });
  const scoop = JSON.parse(files.get("scoop/messenger.json")!);
  for (const name of ["version", "homepage", "license"]) {
    assertEquals(typeof scoop[name], "string", name);
  }
  const known = [
    ...["version", "description", "homepage", "license", "architecture"],
    ...["bin", "checkver", "autoupdate"],
  ];
  assertEquals(Object.keys(scoop).sort(), known.sort());
  assertMatch(scoop.version, /^[\w.+-]+$/);
  const { url, hash } = scoop.architecture["64bit"];
  assertEquals(url, zipUrl);
  assertEquals(hash, sum);
  assertEquals(
    scoop.autoupdate.architecture["64bit"].url.replaceAll(
      "$version",
      config.version,
    ),
    zipUrl,
  );
  assertEquals(scoop.bin.map(([file]: string[]) => file), [
    "server.exe",
    "client.exe",
  ]);
});

Deno.test("manifests() wants to know whose project it is", async () => {
  for (const repository of ["anna/messenger", "https://example.org/anna", ""]) {
    await assertRejects(
      () => manifests({ repository, sum }),
      TypeError,
      "is not https://host/owner/name",
    );
  }
});
