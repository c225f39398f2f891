import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  fingerprintOf,
  formatFingerprint,
} from "../../lib/secure/fingerprint.ts";
import {
  isMetLately,
  isRememberedServer,
  judgeServer,
  knownCertificate,
  MAX_REMEMBERED,
  type MetServer,
  rememberedOf,
  type RememberedServer,
  withMet,
  withoutServer,
} from "../../lib/store/remembered_servers.ts";

const pure = { permissions: "none" } as const;
const [A, B, C] = ["a", "b", "c"].map((digit) => digit.repeat(64));

const LAB: RememberedServer = {
  ...{ hostname: "10.0.0.1", port: 12000, name: "Lab", fingerprint: A! },
  ...{ first: 1, last: 5 },
};
const HALL: RememberedServer = {
  ...{ hostname: "hall", port: 12000, fingerprint: B!, first: 2, last: 4 },
};
const OPEN: RememberedServer = {
  ...{ hostname: "10.0.0.9", port: 12000, name: "Open", first: 3, last: 3 },
};
const ALL = [LAB, HALL, OPEN];

const at = (hostname: string, others: Partial<MetServer> = {}): MetServer => ({
  ...{ hostname, port: 12000 },
  ...others,
});

Deno.test({
  ...pure,
  name: "judgeServer() tells all kinds of servers apart",
  fn() {
    const judge = (met: MetServer) => judgeServer(ALL, met);
    const same = { kind: "same", known: LAB } as const;
    assertEquals(judge(at("10.0.0.1", { fingerprint: A! })), same);
    assertEquals(judge(at("::ffff:10.0.0.1", { fingerprint: A! })), same);
    assertEquals(judge(at("HALL.", { fingerprint: B! })).kind, "same");
    assertEquals(judge(at("10.0.0.9")), { kind: "same", known: OPEN });
    assertEquals(judge(at("10.0.0.2", { fingerprint: A! })), {
      ...{ kind: "moved", known: LAB },
    });
    assertEquals(
      judge({ ...at("10.0.0.1"), port: 1, fingerprint: A! }).kind,
      "moved",
    );
    // An address without encryption now belongs to a server that is known.
    assertEquals(judge(at("10.0.0.9", { fingerprint: A! })).kind, "moved");
    assertEquals(judge(at("10.0.0.1", { fingerprint: C! })), {
      ...{ kind: "changed", known: LAB },
    });
    assertEquals(judge(at("10.0.0.1", { fingerprint: B! })), {
      ...{ kind: "changed", known: LAB, other: HALL },
    });
    assertEquals(judge(at("10.0.0.1")), { kind: "downgraded", known: LAB });
    assertEquals(judge(at("10.0.0.3")), { kind: "new" });
    assertEquals(judge(at("10.0.0.3", { fingerprint: C! })), { kind: "new" });
    assertEquals(judge(at("10.0.0.9", { fingerprint: C! })), { kind: "new" });
    // A name proves nothing, and is worth a word.
    for (const fingerprint of [undefined, C!]) {
      const met = at("10.0.0.3", {
        name: "Lab",
        ...(fingerprint !== undefined && { fingerprint }),
      });
      assertEquals(judge(met), { kind: "new", namesake: LAB });
    }
    assertEquals(judge(at("10.0.0.3", { name: "Open" })), { kind: "new" });
  },
});

Deno.test({
  ...pure,
  name: "withMet() puts the server first, and keeps when it was first seen",
  fn() {
    const met = at("hall", { fingerprint: B!, name: "Hall" });
    assertEquals(withMet(ALL, met, { now: 9 }), [
      { ...met, first: 2, last: 9 },
      LAB,
      OPEN,
    ]);
    const [lab] = withMet(ALL, at("10.0.0.1", { fingerprint: A! }), { now: 9 });
    assertEquals(lab, { ...LAB, last: 9 });
    const moved = at("10.0.0.2", { fingerprint: A! });
    assertEquals(withMet(ALL, moved, { now: 9 }), [
      { ...moved, first: 9, last: 9 },
      ...ALL,
    ]);
    // A server that is encrypted from now on must stay so.
    const now = withMet(ALL, at("10.0.0.9", { fingerprint: C! }), { now: 9 });
    assertEquals(judgeServer(now, at("10.0.0.9")).kind, "downgraded");
    assertEquals(now.length, 3);
    // The clock was set back.
    const [back] = withMet(ALL, at("hall", { fingerprint: B! }), { now: 1 });
    assertEquals(back, { ...HALL, first: 1, last: 1 });
  },
});

Deno.test({
  ...pure,
  name: "withMet() never gives up a fingerprint, and withoutServer() does",
  fn() {
    const host = fc.constantFrom("10.0.0.1", "hall", "other");
    const fingerprint = fc.constantFrom(undefined, A!, B!, C!);
    const visits = fc.array(fc.tuple(host, fingerprint), { maxLength: 30 });
    fc.assert(fc.property(visits, (visits) => {
      let servers: readonly RememberedServer[] = [];
      const first = new Map<string, string>();
      for (const [index, [hostname, print]] of visits.entries()) {
        const met = at(
          hostname,
          print === undefined ? {} : { fingerprint: print },
        );
        servers = withMet(servers, met, { now: index });
        if (print !== undefined && !first.has(hostname)) {
          first.set(hostname, print);
        }
      }
      for (const [hostname, print] of first) {
        const known = servers.find((server) => server.hostname === hostname);
        assertEquals(known?.fingerprint, print);
      }
    }));
    const without = withoutServer(ALL, { hostname: "::ffff:10.0.0.1" });
    assertEquals(without, [HALL, OPEN]);
    assertEquals(judgeServer(without, at("10.0.0.1")).kind, "new");
    assertEquals(withoutServer(ALL, { hostname: "hall", port: 1 }), ALL);
    assertEquals(withoutServer(ALL, { hostname: "Hall", port: 12000 }), [
      LAB,
      OPEN,
    ]);
  },
});

Deno.test({
  ...pure,
  name:
    "withMet() keeps a bounded number, and nothing that cannot be read back",
  fn() {
    let servers: readonly RememberedServer[] = [];
    for (let i = 0; i <= MAX_REMEMBERED; i++) {
      servers = withMet(servers, at(`pc-${i}`, { fingerprint: A! }), {
        now: i,
      });
    }
    assertEquals([servers.length, MAX_REMEMBERED], [100, 100]);
    assertEquals(servers[0]!.hostname, `pc-${MAX_REMEMBERED}`);
    assertEquals(servers.at(-1)!.hostname, "pc-1");
    assertEquals(withMet([], at("a b"), { now: 1 }), []);
    assertEquals(withMet([], at("pc", { fingerprint: "A" }), { now: 1 }), []);
    // A server cannot avoid being remembered by a name that is too long.
    const met = at("pc", { fingerprint: A!, name: "x".repeat(201) });
    assertEquals(withMet([], met, { now: 1 }), [
      { ...at("pc", { fingerprint: A! }), first: 1, last: 1 },
    ]);
  },
});

Deno.test({
  ...pure,
  name: "isRememberedServer() checks every field",
  fn() {
    for (const server of ALL) assertEquals(isRememberedServer(server), true);
    const wrong = [
      ...[{ hostname: "" }, { hostname: 1 }, { port: 0 }, { port: 65536 }],
      ...[{ name: 1 }, { name: "x".repeat(201) }, { fingerprint: "" }],
      ...[{ fingerprint: A!.toUpperCase() }, { fingerprint: null }],
      ...[{ first: 6 }, { first: -1 }, { last: "5" }, { last: undefined }],
    ];
    for (const fields of wrong) {
      assertEquals(isRememberedServer({ ...LAB, ...fields }), false);
    }
    for (const value of [null, 5, "x", []]) {
      assertEquals(isRememberedServer(value), false);
    }
    assertEquals(rememberedOf({ ...LAB, other: 1 } as RememberedServer), LAB);
  },
});

Deno.test({
  ...pure,
  name: "isMetLately() knows that there is nothing to write",
  fn() {
    const day = 86_400_000;
    const lab = { ...LAB, certificate: "AAAA", last: 5 * day };
    const { first: _first, last: _last, ...met } = lab;
    const isLate = (
      others: Partial<MetServer>,
      { now = 5 * day, servers = [lab, HALL] } = {},
    ) => isMetLately(servers, { ...met, ...others }, now);
    assertEquals(isLate({}), true);
    assertEquals(isLate({ hostname: "010.0.0.1".slice(1) }), true);
    assertEquals(isLate({}, { now: 6 * day - 1 }), true);
    assertEquals(isLate({}, { now: 6 * day }), false);
    // The clock was wrong then, or is now.
    assertEquals(isLate({}, { now: 5 * day - 1 }), false);
    // Another one was the last: the order is worth writing.
    assertEquals(isLate({}, { servers: [HALL, lab] }), false);
    assertEquals(isLate({}, { servers: [] }), false);
    const changes: Partial<MetServer>[] = [
      { port: 1 },
      { hostname: "10.0.0.2" },
      { name: "Lab 2" },
      { fingerprint: B! },
      { certificate: "AAAB" },
    ];
    for (const change of changes) assertEquals(isLate(change), false);
  },
});

Deno.test({
  ...pure,
  name:
    "knownCertificate() gives the certificate of this address, if it is the right one",
  fn() {
    const der = Uint8Array.of(48, 1, 2);
    const fingerprint = formatFingerprint(fingerprintOf(der));
    const certificate = der.toBase64();
    const lab = { ...LAB, fingerprint, certificate };
    assertEquals(knownCertificate([HALL, lab], at("10.0.0.1")), der);
    assertEquals(
      knownCertificate([lab], at("10.0.0.1", { port: 1 })),
      undefined,
    );
    assertEquals(knownCertificate([lab], at("10.0.0.2")), undefined);
    // Somebody has edited the file: only the fingerprint counts.
    for (
      const edited of [
        { ...lab, fingerprint: A! },
        { ...lab, certificate: Uint8Array.of(48, 6).toBase64() },
        { ...LAB, fingerprint },
        { ...OPEN, certificate, hostname: "10.0.0.1" },
      ]
    ) assertEquals(knownCertificate([edited], at("10.0.0.1")), undefined);
  },
});

Deno.test({
  ...pure,
  name:
    "isRememberedServer() takes no certificate that knownCertificate() cannot read",
  fn() {
    const right = ["AAAA", "AAA=", "AA==", "A+/0"];
    const wrong = [
      ...["", "A", "AAA", "A===", "AA=A", "AAAA====", "AA-_", "AA A", "AAAA\n"],
      ...["A".repeat(2_004), 7, null, {}],
    ];
    for (const certificate of right) {
      assertEquals(isRememberedServer({ ...LAB, certificate }), true);
      knownCertificate([{ ...LAB, certificate }], at("10.0.0.1"));
    }
    for (const certificate of wrong) {
      assertEquals(isRememberedServer({ ...LAB, certificate }), false);
    }
  },
});
