import { assertEquals } from "@std/assert";
import { openProfile } from "../../lib/store/open_profile.ts";
import { tempFolder } from "../testing.ts";

const SERVER = { hostname: "lab-pc", port: 12000, last: 7 };

Deno.test("openProfile() opens what an earlier run has kept", async () => {
  await using folder = await tempFolder();
  const place = `${folder.path}/messenger`;
  const first = await openProfile(place);
  first.joined("Ann", SERVER);
  first.keepHistory(["secret", "hello"]);
  await first.close();
  const isPublic = (line: string) => line !== "secret";
  const second = await openProfile(place, { isPublic });
  assertEquals([second.name, second.history], ["Ann", ["hello"]]);
  assertEquals(second.seats !== undefined, true);
  await second.close();
});

Deno.test("openProfile() remembers nothing without a folder, or in one that cannot be used", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  for (const place of [undefined, `${folder.path}/file/messenger`]) {
    const profile = await openProfile(place);
    const news: string[] = [];
    profile.onNews((text) => news.push(text));
    profile.joined("Ann", SERVER);
    await profile.close();
    assertEquals([profile.name, news], ["Ann", []]);
  }
});

Deno.test({
  name: "openProfile() says nothing where it has no permission",
  permissions: "none",
  async fn() {
    const profile = await openProfile("/nowhere/messenger");
    const news: string[] = [];
    profile.onNews((text) => news.push(text));
    profile.joined("Ann", SERVER);
    await profile.close();
    assertEquals(news, []);
  },
});

Deno.test({
  name: "openProfile() says that it cannot read a profile that is there",
  ignore: Deno.build.os === "windows" || Deno.uid() === 0,
  async fn() {
    await using folder = await tempFolder();
    await Deno.writeTextFile(`${folder.path}/profile.json`, "{}", { mode: 0 });
    const profile = await openProfile(folder.path);
    const news: string[] = [];
    profile.onNews((text) => news.push(text));
    assertEquals(news.length, 1);
  },
});
