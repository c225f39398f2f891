import { assert, assertEquals, assertRejects } from "@std/assert";
import { IdentityError } from "../../lib/client/identity_error.ts";
import { Introductions } from "../../lib/client/introductions.ts";
import type { Network } from "../../lib/client/reach_server.ts";
import type { ServerSecurity } from "../../lib/client/server_security.ts";
import {
  fingerprintOf,
  formatFingerprint,
  shortFingerprint,
} from "../../lib/secure/fingerprint.ts";
import { Profile } from "../../lib/store/profile.ts";
import { NEW_PROFILE } from "../../lib/store/profile_data.ts";
import type { TlsOutcome } from "../../lib/net/tls_client.ts";
import { streamPair } from "../testing.ts";
import { FakeScreen } from "./fake_screen.ts";

const LAB = { hostname: "192.0.2.2", port: 12000, last: 1 };
const HALL = { hostname: "192.0.2.3", port: 12000, last: 1 };
const MINE = Uint8Array.of(48, 1);
const THEIRS = Uint8Array.of(48, 2);
const EASY = { mustEncrypt: false };

const short = (certificate: Uint8Array) =>
  shortFingerprint(fingerprintOf(certificate));

function encrypted(certificate: Uint8Array, hasKey = false): ServerSecurity {
  const fingerprint = fingerprintOf(certificate);
  return { kind: "encrypted", certificate, fingerprint, hasKey };
}

/** The user, and the certificate that servers show now; `undefined`: none. */
function user({ interactive = true, remembers = true } = {}) {
  const profile = new Profile(
    remembers
      ? { store: { path: "p", update: () => Promise.resolve(undefined) } }
      : {},
  );
  const notes: string[] = [];
  const screen = Object.assign(new FakeScreen(interactive), {
    note: (text: string) => void notes.push(text),
  });
  let shows: Uint8Array | undefined = MINE;
  const network: Network = {
    connect: () => Promise.resolve(streamPair()[0]),
    connectTls: (_address, { known }) => {
      const [stream] = streamPair();
      const outcome: TlsOutcome = shows === undefined
        ? { kind: "plain", first: Uint8Array.of(0) }
        : known !== undefined && known.toHex() !== shows.toHex()
        ? { kind: "changed certificate", certificate: shows }
        : { kind: "encrypted", stream, certificate: shows };
      return Promise.resolve(outcome);
    },
  };
  const meet = () => new Introductions(screen, { network, profile });
  return {
    ...{ profile, notes, screen, meet },
    show: (certificate: Uint8Array | undefined) => void (shows = certificate),
  };
}

function test(name: string, fn: () => Promise<void> | void): void {
  Deno.test({ name, permissions: "none", fn });
}

const FIRST = `First visit to 192.0.2.2:12000. Its fingerprint is ${
  short(MINE)
}: compare it with the server's window`;

test("Introductions shows the fingerprint at the first visit, once", async () => {
  const ann = user();
  const visit = ann.meet();
  for (let n = 0; n < 3; n++) await visit.reach(LAB, EASY);
  assertEquals(ann.screen.shown, [FIRST]);
  visit.remember({ ...LAB, name: "Lab" }, encrypted(MINE));
  const next = ann.meet();
  await next.reach(LAB, EASY);
  next.remember({ ...LAB, name: "Lab" }, encrypted(MINE));
  assertEquals(ann.screen.shown, [FIRST]);
});

test("Introductions remembers nobody who has not welcomed the user", async () => {
  const ann = user();
  await ann.meet().reach(LAB, EASY);
  assertEquals(ann.profile.remembered, []);
  // So the next visit is a first one again.
  await ann.meet().reach(LAB, EASY);
  assertEquals(ann.screen.shown, [FIRST, FIRST]);
});

test("Introductions remembers the certificate and the name of a server", async () => {
  const ann = user();
  const visit = ann.meet();
  const { security } = await visit.reach(LAB, EASY);
  visit.remember({ ...LAB, name: "Lab" }, security);
  const [known] = ann.profile.remembered;
  const { first: _first, last: _last, ...rest } = known!;
  assertEquals(rest, {
    ...{ hostname: "192.0.2.2", port: 12000, name: "Lab" },
    certificate: MINE.toBase64(),
    fingerprint: formatFingerprint(fingerprintOf(MINE)),
  });
});

test("Introductions holds a server to the certificate that it has shown in this visit", async () => {
  for (const later of [THEIRS, undefined]) {
    const ann = user();
    const visit = ann.meet();
    await visit.reach(LAB, EASY);
    // It has not even welcomed the user: the key was asked for, or the name refused.
    ann.show(later);
    await assertRejects(() => visit.reach(LAB, EASY), IdentityError);
    await assertRejects(() => visit.reach(LAB, EASY), IdentityError);
    // Another address is another server.
    await visit.reach(HALL, EASY);
    ann.show(MINE);
    await visit.reach(LAB, EASY);
  }
});

test("Introductions holds a server to the certificate of an earlier visit", async () => {
  for (const later of [THEIRS, undefined]) {
    const ann = user();
    const visit = ann.meet();
    visit.remember(LAB, (await visit.reach(LAB, EASY)).security);
    const before = ann.profile.remembered;
    ann.show(later);
    const next = ann.meet();
    await assertRejects(() => next.reach(LAB, EASY), IdentityError);
    // Whatever is said about it: only --forget gives a certificate up.
    next.remember(LAB, later ? encrypted(later) : { kind: "plain" });
    assertEquals(ann.profile.remembered, before);
  }
});

test("Introductions knows a server that has moved, and shows from where", async () => {
  const ann = user();
  const visit = ann.meet();
  visit.remember(
    { ...LAB, name: "Lab\x1b" },
    (await visit.reach(LAB, EASY)).security,
  );
  ann.screen.shown.length = 0;
  const next = ann.meet();
  const { security } = await next.reach(HALL, EASY);
  next.remember({ ...HALL, name: "Lab" }, security);
  assertEquals(ann.screen.shown.length, 1);
  const [shown] = ann.screen.shown;
  assert(shown!.startsWith("This is the server that you know"), shown);
  assert(shown!.includes("from 192.0.2.2:12000. Its fingerprint is "), shown);
  assert(!shown!.includes("\x1b"));
  assertEquals(ann.profile.remembered.length, 2);
});

test("Introductions warns of a server with the name of one that the user knows", async () => {
  const ann = user();
  const visit = ann.meet();
  visit.remember(
    { ...LAB, name: "Lab" },
    (await visit.reach(LAB, EASY)).security,
  );
  ann.screen.shown.length = 0;
  ann.show(THEIRS);
  const next = ann.meet();
  next.remember(
    { ...HALL, name: "Lab" },
    (await next.reach(HALL, EASY)).security,
  );
  assertEquals(
    ann.screen.shown.at(-1),
    [
      "This is not the server Lab that you know from 192.0.2.2:12000: it has " +
      "another fingerprint",
    ][0],
  );
  assertEquals(ann.screen.shown.length, 2);
});

test("Introductions says nothing of fingerprints about a server without one", async () => {
  const ann = user();
  ann.show(undefined);
  const visit = ann.meet();
  const { security } = await visit.reach(LAB, EASY);
  assertEquals(security, { kind: "plain" });
  visit.remember(LAB, security);
  assertEquals(ann.screen.shown, []);
  assertEquals(ann.profile.remembered[0]?.fingerprint, undefined);
  // Encryption is better than before, and is no reason to stop.
  ann.show(MINE);
  const next = ann.meet();
  next.remember(LAB, (await next.reach(LAB, EASY)).security);
  assertEquals(
    ann.profile.remembered[0]?.fingerprint,
    formatFingerprint(fingerprintOf(MINE)),
  );
  ann.show(undefined);
  await assertRejects(() => ann.meet().reach(LAB, EASY), IdentityError);
});

test("Introductions notes for a script what it shows to a person, where it remembers it", async () => {
  for (const remembers of [true, false]) {
    const script = user({ interactive: false, remembers });
    await script.meet().reach(LAB, EASY);
    assertEquals(script.screen.shown, []);
    assertEquals(script.notes, remembers ? [FIRST] : []);
  }
});

test("Introductions.isProven says whether the server has proved the room key", async () => {
  const ann = user();
  const visit = ann.meet();
  assertEquals(visit.isProven, false);
  await visit.reach(LAB, EASY);
  assertEquals(visit.isProven, false);
  for (
    const [security, expected] of [
      [encrypted(MINE), false],
      [encrypted(MINE, true), true],
      [{ kind: "plain" }, false],
      [undefined, false],
    ] as const
  ) {
    visit.remember(LAB, security);
    assertEquals(visit.isProven, expected);
  }
});

test("Introductions remembers what a profile holds from before", async () => {
  const fingerprint = formatFingerprint(fingerprintOf(MINE));
  const before = { ...LAB, fingerprint, first: 1 };
  const profile = new Profile({
    data: { ...NEW_PROFILE, remembered: [before] },
  });
  const ann = user();
  const [stream] = streamPair();
  const network: Network = {
    connect: () => Promise.reject(new Error("in the clear")),
    connectTls: (_address, { known }) => {
      assertEquals(known, undefined);
      return Promise.resolve({ kind: "encrypted", stream, certificate: MINE });
    },
  };
  const visit = new Introductions(ann.screen, { network, profile });
  const { security, verdict } = await visit.reach(LAB, EASY);
  assertEquals(verdict.kind, "same");
  visit.remember(LAB, security);
  // Now with the certificate, so that the next visit is faster.
  assertEquals(profile.remembered[0]?.certificate, MINE.toBase64());
  assertEquals(profile.remembered[0]?.first, 1);
  assertEquals(ann.screen.shown, []);
});
