import { assertEquals } from "@std/assert";
import { CLOSE_WAIT, Profile } from "../../lib/store/profile.ts";
import { NEW_PROFILE, type ProfileData } from "../../lib/store/profile_data.ts";
import { FakeTime, settle } from "../testing.ts";

const SERVER = { hostname: "lab-pc", port: 12000, last: 7 };

/** A disk in memory, which can fail or wait. */
class FakeStore {
  readonly path = "profile.json";
  data: ProfileData;
  error: Error | undefined;
  waits: Promise<void> | undefined;
  news: string | undefined;
  /** How often it was written. */
  count = 0;

  constructor(data = NEW_PROFILE) {
    this.data = data;
  }

  async update(change: (data: ProfileData) => ProfileData) {
    await this.waits;
    if (this.error !== undefined) throw this.error;
    this.count++;
    this.data = change(this.data);
    return this.news;
  }
}

const full = () => Object.assign(new Error("full"), { code: "ENOSPC" });

Deno.test("Profile keeps name, servers and lines, and does without a store", async () => {
  const store = new FakeStore();
  for (const profile of [new Profile({ store }), new Profile()]) {
    assertEquals([profile.name, profile.welcomed], [undefined, false]);
    profile.joined("Ann", SERVER);
    profile.keepHistory(["b"]);
    profile.keepHistory(["a", "b"]);
    assertEquals([profile.name, profile.welcomed], ["Ann", true]);
    assertEquals([profile.servers, profile.history], [[SERVER], ["a", "b"]]);
    await profile.close();
  }
  assertEquals(store.data, {
    ...NEW_PROFILE,
    ...{ name: "Ann", welcomed: true, history: ["a", "b"], servers: [SERVER] },
  });
});

Deno.test("Profile keeps the lines of other windows", async () => {
  const store = new FakeStore({ ...NEW_PROFILE, history: ["old"] });
  const one = new Profile({ store, data: store.data });
  const two = new Profile({ store, data: store.data });
  one.keepHistory(["one", "old"]);
  two.keepHistory(["two", "old"]);
  await one.close();
  await two.close();
  assertEquals(store.data.history.toSorted(), ["old", "one", "two"]);
  // A line typed again is the newest.
  one.keepHistory(["old", "one"]);
  await one.close();
  assertEquals(store.data.history[0], "old");
  assertEquals(store.data.history.length, 3);
});

Deno.test("Profile removes a line that is no longer public, and never adds a private one", async () => {
  const isPublic = (line: string) => !line.startsWith("/msg");
  const store = new FakeStore({
    ...NEW_PROFILE,
    history: ["hello", "/msg Bob old secret"],
  });
  const profile = new Profile({ store, data: store.data, isPublic });
  assertEquals(profile.history, ["hello"]);
  // The user has typed "hello" again, to one person: it is public no more.
  profile.keepHistory(["/msg Bob secret"]);
  await profile.close();
  assertEquals(store.data.history, []);
});

Deno.test("Profile writes changes that come together once", async () => {
  const store = new FakeStore();
  const profile = new Profile({ store });
  for (let count = 1; count <= 100; count++) {
    profile.keepHistory(
      Array.from({ length: count }, (_, index) => `line ${count - index}`),
    );
  }
  await profile.close();
  assertEquals(store.data.history.length, 100);
  assertEquals(store.count, 2);
});

Deno.test("Profile says once that the disk is full, and keeps everything when it is not", async () => {
  const store = new FakeStore();
  store.error = full();
  const profile = new Profile({ store });
  const news: string[] = [];
  profile.onNews((text) => news.push(text));
  profile.joined("Ann", SERVER);
  await settle();
  profile.keepHistory(["a"]);
  await settle();
  assertEquals(news, [
    "Cannot keep your name and typed lines for the next time (profile.json): " +
    "the disk is full",
  ]);
  store.error = undefined;
  profile.keepHistory(["b", "a"]);
  await profile.close();
  assertEquals([store.data.name, store.data.history], ["Ann", ["b", "a"]]);
  assertEquals(news.length, 1);
});

Deno.test("Profile says nothing where nothing was ever kept, and misses what was", async () => {
  for (const [existed, count] of [[false, 0], [true, 1]] as const) {
    const store = new FakeStore();
    store.error = new Deno.errors.PermissionDenied("no");
    const profile = new Profile({ store, existed });
    const news: string[] = [];
    profile.onNews((text) => news.push(text));
    profile.joined("Ann", SERVER);
    profile.keepHistory(["a"]);
    await profile.close();
    assertEquals(news.length, count);
  }
});

Deno.test("Profile.onNews() also gets what came before, and what the store says", async () => {
  const store = new FakeStore();
  const profile = new Profile({ store, news: "first" });
  const news: string[] = [];
  profile.onNews((text) => news.push(text));
  store.news = "second";
  profile.joined("Ann", SERVER);
  await profile.close();
  assertEquals(news, ["first", "second"]);
});

Deno.test("Profile.close() does not wait for a disk that never answers", async () => {
  using time = new FakeTime();
  const store = new FakeStore();
  store.waits = Promise.withResolvers<void>().promise;
  const profile = new Profile({ store });
  profile.joined("Ann", SERVER);
  let isClosed = false;
  void profile.close().then(() => isClosed = true);
  await time.pass(CLOSE_WAIT - 1);
  assertEquals(isClosed, false);
  await time.pass(1);
  await settle();
  assertEquals(isClosed, true);
});

Deno.test("Profile misses what it has kept since the start", async () => {
  const store = new FakeStore();
  const profile = new Profile({ store, existed: false });
  const news: string[] = [];
  profile.onNews((text) => news.push(text));
  profile.joined("Ann", SERVER);
  await settle();
  store.error = new Deno.errors.PermissionDenied("no");
  profile.keepHistory(["a"]);
  await settle();
  assertEquals(news.length, 1);
});

Deno.test("Profile remembers servers with their certificates, and forgets them", async () => {
  const store = new FakeStore();
  const one = new Profile({ store });
  const two = new Profile({ store });
  const lab = { hostname: "lab", port: 1, fingerprint: "5a".repeat(32) };
  const hall = { hostname: "hall", port: 1, fingerprint: "5b".repeat(32) };
  one.met(lab, { now: 5 });
  two.met(hall, { now: 6 });
  // A window that has not heard of the first server does not replace it.
  two.met({ ...lab, fingerprint: hall.fingerprint }, { now: 7 });
  await one.close();
  await two.close();
  assertEquals(one.remembered, [{ ...lab, first: 5, last: 5 }]);
  assertEquals(store.data.remembered, [
    { ...hall, first: 6, last: 6 },
    { ...lab, first: 5, last: 5 },
  ]);
  const next = new Profile({ store, data: store.data });
  assertEquals(next.forgetServer({ hostname: "LAB" }), 1);
  assertEquals(next.forgetServer({ hostname: "lab" }), 0);
  assertEquals(next.forgetServer({ hostname: "hall", port: 2 }), 0);
  await next.close();
  assertEquals(store.data.remembered, [{ ...hall, first: 6, last: 6 }]);
  assertEquals(next.remembered, store.data.remembered);
});

Deno.test("Profile of a script remembers servers, and nothing about the person", async () => {
  const store = new FakeStore();
  const profile = new Profile({ store, keepsPerson: false });
  profile.joined("Ann", SERVER);
  const lab = { hostname: "lab", port: 1, fingerprint: "5a".repeat(32) };
  profile.met(lab, { now: 5 });
  await profile.close();
  assertEquals([profile.name, profile.welcomed, profile.servers], [
    ...[undefined, false],
    [],
  ]);
  const remembered = [{ ...lab, first: 5, last: 5 }];
  assertEquals(store.data, { ...NEW_PROFILE, remembered });
});

Deno.test("Profile.met() writes nothing about a server met today, and again tomorrow", async () => {
  const store = new FakeStore();
  const profile = new Profile({ store });
  const lab = { hostname: "lab", port: 1, fingerprint: "5a".repeat(32) };
  const day = 86_400_000;
  for (const now of [day, day + 1, 2 * day - 1]) {
    profile.met(lab, { now });
    await settle();
  }
  assertEquals(store.count, 1);
  profile.met(lab, { now: 2 * day });
  await profile.close();
  assertEquals(store.count, 2);
  assertEquals(store.data.remembered, [{ ...lab, first: day, last: 2 * day }]);
});

Deno.test("Profile.remembers says whether a later run knows what this one does", () => {
  assertEquals(new Profile().remembers, false);
  assertEquals(new Profile({ store: new FakeStore() }).remembers, true);
});
