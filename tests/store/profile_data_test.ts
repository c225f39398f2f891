import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatProfile,
  MAX_KEPT_LINES,
  MAX_KEPT_SERVERS,
  MAX_KEPT_TEXT,
  NEW_PROFILE,
  parseProfile,
  type ProfileData,
  withLines,
  withServer,
} from "../../lib/store/profile_data.ts";
import { MAX_REMEMBERED } from "../../lib/store/remembered_servers.ts";

const SERVER = { hostname: "lab-pc", port: 12000, name: "Lab 3", last: 7 };

const REMEMBERED = {
  ...{ hostname: "lab-pc", port: 12000, name: "Lab 3" },
  ...{ fingerprint: "5a".repeat(32), first: 3, last: 7 },
};

const FULL: ProfileData = {
  name: "Ann",
  welcomed: true,
  history: ["newest", "oldest\nwith two rows"],
  servers: [SERVER],
  remembered: [REMEMBERED],
};

/** The text of a profile with these fields instead of its own. */
function altered(fields: Record<string, unknown>): string {
  return JSON.stringify({ ...JSON.parse(formatProfile(FULL)), ...fields });
}

Deno.test({
  name: "parseProfile() reads what formatProfile() writes",
  permissions: "none",
  fn() {
    for (const data of [FULL, NEW_PROFILE]) {
      const text = formatProfile(data);
      assertEquals(parseProfile(text), { kind: "profile", data });
    }
  },
});

Deno.test({
  name: "parseProfile() reads every profile that can be written",
  permissions: "none",
  fn() {
    const lines = fc.uniqueArray(fc.string({ unit: "binary", maxLength: 20 }), {
      maxLength: 10,
    });
    fc.assert(fc.property(lines, fc.boolean(), (history, welcomed) => {
      const data = { ...NEW_PROFILE, welcomed, history };
      const read = parseProfile(formatProfile(data));
      assertEquals(read, { kind: "profile", data });
    }));
  },
});

Deno.test({
  name: "parseProfile() takes no other JSON for a profile, and never throws",
  permissions: "none",
  fn() {
    fc.assert(fc.property(fc.json(), (text) => {
      assertEquals(parseProfile(text).kind, "damaged");
    }));
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
      assertEquals(parseProfile(text).kind, "damaged");
    }));
    const field = fc.constantFrom(
      ...["name", "welcomed", "history", "servers", "remembered"],
    );
    fc.assert(fc.property(field, fc.jsonValue(), (field, value) => {
      const read = parseProfile(altered({ [field]: value }));
      if (read.kind !== "profile") return;
      // Whatever was read can be written, and is then the same.
      assertEquals(parseProfile(formatProfile(read.data)), read);
    }));
  },
});

Deno.test({
  name: "parseProfile() tells a damaged profile from a newer one",
  permissions: "none",
  fn() {
    const damaged = [
      "",
      "null",
      "[]",
      "{",
      formatProfile(FULL).slice(0, -5),
      "[".repeat(100_000),
      altered({ version: undefined }),
      altered({ version: 0 }),
      altered({ version: "1" }),
      altered({ version: 1.5 }),
      altered({ name: 5 }),
      altered({ welcomed: "yes" }),
      altered({ history: {} }),
      altered({ history: ["a", 1] }),
      altered({ servers: [null] }),
      altered({ servers: [{ ...SERVER, port: 0 }] }),
      altered({ servers: [{ ...SERVER, hostname: "a b" }] }),
      altered({ servers: [{ ...SERVER, hostname: "\u001b[2J" }] }),
      altered({ servers: [{ ...SERVER, last: "today" }] }),
      altered({ servers: [{ ...SERVER, name: 1 }] }),
      altered({ remembered: {} }),
      altered({ remembered: [{ ...REMEMBERED, fingerprint: "5A" }] }),
    ];
    for (const text of damaged) {
      assertEquals(parseProfile(text), { kind: "damaged" }, text.slice(0, 200));
    }
    // A newer version may have other fields.
    const newer = altered({ version: 2, history: "elsewhere" });
    assertEquals(parseProfile(newer), { kind: "newer" });
  },
});

Deno.test({
  name:
    "parseProfile() leaves out a name that is not valid, unknown fields, and what is over the limits",
  permissions: "none",
  fn() {
    const read = (fields: Record<string, unknown>) => {
      const read = parseProfile(altered(fields));
      assert(read.kind === "profile");
      return read.data;
    };
    assertEquals(read({ name: "a\u001bb" }).name, undefined);
    assertEquals(read({ name: "all" }).name, undefined);
    assertEquals("other" in read({ other: 1 }), false);
    const servers = [{ ...SERVER, token: "secret" }];
    assertEquals(read({ servers }).servers, [SERVER]);
    const history = Array.from({ length: 600 }, (_, index) => `line ${index}`);
    assertEquals(read({ history }).history, history.slice(0, MAX_KEPT_LINES));
    const many = Array.from({ length: 30 }, (_, port) => ({
      ...SERVER,
      port: port + 1,
    }));
    assertEquals(read({ servers: many }).servers.length, MAX_KEPT_SERVERS);
  },
});

Deno.test({
  name: "withLines() puts new lines first, keeps each once, and removes others",
  permissions: "none",
  fn() {
    assertEquals(
      withLines(["b", "a", "x"], { added: ["c", "a"], removed: ["x"] }),
      ["c", "a", "b"],
    );
    const long = "x".repeat(MAX_KEPT_TEXT);
    // A line that is too long does not cost the others.
    assertEquals(withLines(["a"], { added: ["b", long], removed: [] }), [
      "b",
      "a",
    ]);
  },
});

Deno.test({
  name: "withServer() puts the server first, once, and forgets the oldest",
  permissions: "none",
  fn() {
    let servers: ProfileData["servers"] = [];
    for (let port = 1; port <= MAX_KEPT_SERVERS + 5; port++) {
      servers = withServer(servers, { ...SERVER, port });
    }
    assertEquals(servers.length, MAX_KEPT_SERVERS);
    servers = withServer(servers, { ...SERVER, port: 20, name: "Lab 4" });
    assertEquals(servers[0], { ...SERVER, port: 20, name: "Lab 4" });
    assertEquals(servers.length, MAX_KEPT_SERVERS);
    // What could not be read again is not written.
    assertEquals(withServer([], { ...SERVER, hostname: "a b" }), []);
  },
});

Deno.test({
  name:
    "parseProfile() reads a profile from before certificates, and no more than the limit",
  permissions: "none",
  fn() {
    const before = parseProfile(altered({ remembered: undefined }));
    const data = { ...FULL, remembered: [] };
    assertEquals(before, { kind: "profile", data });
    const remembered = Array.from(
      { length: MAX_REMEMBERED + 1 },
      (_, port) => ({
        ...REMEMBERED,
        port: port + 1,
        unknown: true,
      }),
    );
    const read = parseProfile(altered({ remembered }));
    assert(read.kind === "profile");
    assertEquals(read.data.remembered.length, MAX_REMEMBERED);
    assertEquals(read.data.remembered[0], { ...REMEMBERED, port: 1 });
  },
});
