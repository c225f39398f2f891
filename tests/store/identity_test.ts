import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import {
  certificateDer,
  makeCertificate,
} from "../../lib/secure/certificate.ts";
import { fingerprintOf } from "../../lib/secure/fingerprint.ts";
import {
  EARLIEST_TIME,
  IDENTITY_FILE,
  loadIdentity,
  RENEW_TIME,
} from "../../lib/store/identity.ts";
import { tempFolder } from "../testing.ts";
import { Child } from "./child.ts";

const isWindows = Deno.build.os === "windows";
const DAY = 86_400_000;
const TEN_YEARS = 3_652 * DAY;
const NOW = Date.UTC(2027, 5, 1);

/** The names in a folder, sorted. */
function names(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}

Deno.test("loadIdentity() makes an identity once, and keeps it for its owner only", async () => {
  await using folder = await tempFolder();
  const own = `${folder.path}/server/identity`;
  const first = await loadIdentity(own);
  assertEquals([first.isKept, first.news], [true, []]);
  const { certificate, fingerprint } = first.identity;
  assertEquals(fingerprint, fingerprintOf(certificateDer(certificate)));
  assertEquals(await loadIdentity(own), first);
  assertEquals(names(own), ["identity.lock", IDENTITY_FILE]);
  if (isWindows) return;
  assertEquals(Deno.statSync(`${own}/${IDENTITY_FILE}`).mode! & 0o777, 0o600);
  assertEquals(Deno.statSync(own).mode! & 0o777, 0o700);
});

Deno.test("loadIdentity() gives servers that start together the same identity", async () => {
  await using folder = await tempFolder();
  const code = `
    import { loadIdentity } from "STORE/identity.ts";
    console.log("ready");
    await Deno.stdin.read(new Uint8Array(1));
    const { identity, isKept, news } = await loadIdentity(FOLDER + "/id");
    console.log(isKept, news.length, identity.fingerprint.toHex());
  `;
  await using one = new Child(folder.path, code);
  await using two = new Child(folder.path, code);
  const both = [one, two];
  for (const child of both) assertEquals(await child.line(), "ready");
  await Promise.all(both.map((child) => child.go()));
  const [a, b] = await Promise.all(both.map((child) => child.line()));
  assertMatch(a!, /^true 0 [0-9a-f]{64}$/);
  assertEquals(a, b);
  // In one program, too.
  const all = await Promise.all(
    Array.from({ length: 5 }, () => loadIdentity(`${folder.path}/other`)),
  );
  const different = new Set(all.map(({ identity }) => identity.certificate));
  assertEquals(different.size, 1);
});

Deno.test("loadIdentity() sets a damaged file aside, and says so", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/${IDENTITY_FILE}`;
  const before = await loadIdentity(folder.path);
  const text = await Deno.readTextFile(path);
  const other = await makeCertificate();
  const damaged = [
    "",
    text.slice(0, -40),
    text.replace(/(?<=\n)[A-Za-z]/, (c) => c === "M" ? "N" : "M"),
    before.identity.certificate + other.key,
    other.certificate,
    text + " ".repeat(8 * 1024 + 1 - text.length),
  ];
  for (const content of damaged) {
    await Deno.writeTextFile(path, content);
    const { identity, isKept, news } = await loadIdentity(folder.path);
    assertEquals([isKept, news.length], [true, 1]);
    assertMatch(
      news[0]!,
      /^The server's certificate is damaged\. It is now .*identity\.pem\.broken.*, and the server has a new one: /,
    );
    assertNotEquals(identity.certificate, before.identity.certificate);
    assertEquals((await loadIdentity(folder.path)).identity, identity);
  }
  assertEquals(await Deno.readTextFile(`${path}.broken`), "");
  await Deno.writeTextFile(path, text + " ".repeat(8 * 1024 - text.length));
  const { identity } = await loadIdentity(folder.path);
  assertEquals(identity.fingerprint, before.identity.fingerprint);
});

Deno.test({
  name: "loadIdentity() follows no link, and sets aside what is no file",
  ignore: isWindows,
  async fn() {
    await using folder = await tempFolder();
    const path = `${folder.path}/${IDENTITY_FILE}`;
    await Deno.mkdir(`${folder.path}/elsewhere`);
    await loadIdentity(`${folder.path}/elsewhere`);
    await Deno.symlink(`${folder.path}/elsewhere/${IDENTITY_FILE}`, path);
    const { news, isKept } = await loadIdentity(folder.path);
    assertEquals([news.length, isKept], [1, true]);
    await Deno.remove(path);
    await Deno.mkdir(path);
    assertMatch((await loadIdentity(folder.path)).news[0]!, /is damaged/);
    assert((await Deno.lstat(path)).isFile);
  },
});

Deno.test("loadIdentity() renews a certificate that ends soon, and says so", async () => {
  await using folder = await tempFolder();
  const load = (time: number) => loadIdentity(folder.path, { now: () => time });
  const first = await load(NOW);
  assertEquals([RENEW_TIME, EARLIEST_TIME], [30 * DAY, Date.UTC(2026, 0, 1)]);
  const late = Date.UTC(2037, 5, 1) - RENEW_TIME;
  assert(late - NOW < TEN_YEARS);
  assertEquals(await load(late - 1), first);
  const renewed = await load(late);
  assertNotEquals(renewed.identity, first.identity);
  assertMatch(
    renewed.news[0]!,
    /^The server's certificate is about to end\. It is now .*\.pem\.old, /,
  );
  assertEquals(await load(late + DAY), { ...renewed, news: [] });
  const kept = await Deno.readTextFile(`${folder.path}/${IDENTITY_FILE}.old`);
  assertEquals(kept, first.identity.certificate + first.identity.key);
});

Deno.test("loadIdentity() renews a certificate from the future, unless the clock is surely wrong", async () => {
  await using folder = await tempFolder();
  const load = (time: number) => loadIdentity(folder.path, { now: () => time });
  const first = await load(EARLIEST_TIME + 300 * DAY);
  // A computer with an empty battery begins in 1970.
  assertEquals(await load(0), first);
  await Deno.remove(`${folder.path}/${IDENTITY_FILE}`);
  const future = await load(NOW + TEN_YEARS);
  const { news, identity } = await load(NOW);
  assertMatch(
    news[0]!,
    /is from a later time than this computer's clock shows/,
  );
  assertNotEquals(identity, future.identity);
  await Deno.remove(`${folder.path}/${IDENTITY_FILE}`);
  const early = await load(0);
  assertEquals(await load(EARLIEST_TIME), early);
});

Deno.test({
  name: "loadIdentity() takes a file back from other users, and says so",
  ignore: isWindows,
  async fn() {
    await using folder = await tempFolder();
    const path = `${folder.path}/${IDENTITY_FILE}`;
    const first = await loadIdentity(folder.path);
    await Deno.chmod(path, 0o644);
    const { identity, news } = await loadIdentity(folder.path);
    assertEquals(identity, first.identity);
    assertMatch(news[0]!, /^Other users of this computer could read/);
    assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
    assertEquals(await loadIdentity(folder.path), first);
  },
});

Deno.test("loadIdentity() gives an identity for one run where nothing can be kept", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  const first = await loadIdentity(`${folder.path}/file/identity`);
  assertEquals(first.isKept, false);
  assertMatch(
    first.news[0]!,
    /^Cannot keep the server's certificate \(.*\): .*\. This run has one of its own, /,
  );
  const second = await loadIdentity(`${folder.path}/file/identity`);
  assertNotEquals(second.identity.certificate, first.identity.certificate);
});
