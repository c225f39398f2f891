import { assertEquals } from "@std/assert";
import { MAX_SEAT_AGE } from "../../lib/store/seat_data.ts";
import { SEATS_FOLDER, SeatSlots } from "../../lib/store/seat_slots.ts";
import { tempFolder } from "../testing.ts";
import { Child } from "./child.ts";

const ANN = { hostname: "lab-pc", port: 12000, name: "Ann" };
const SEAT = { token: "secret", start: "run 1", received: 3 };

/** The seats in the folder, without the locks. */
function kept(folder: string): string[] {
  return Array.from(Deno.readDirSync(`${folder}/${SEATS_FOLDER}`))
    .map(({ name }) => name).filter((name) => !name.endsWith(".lock")).sort();
}

/** A run of the program that keeps its seat, and ends without leaving it. */
async function lostRun(folder: string, place = ANN): Promise<void> {
  using slots = new SeatSlots(folder);
  await slots.take(place);
  slots.keep(SEAT);
  await slots.settled();
}

Deno.test("SeatSlots gives a seat back to the next run, at the same place only", async () => {
  await using folder = await tempFolder();
  await lostRun(folder.path);
  for (const other of [{ name: "Bob" }, { port: 1 }, { hostname: "x" }]) {
    using slots = new SeatSlots(folder.path);
    assertEquals(await slots.take({ ...ANN, ...other }), undefined);
  }
  using slots = new SeatSlots(folder.path);
  assertEquals(await slots.take(ANN), SEAT);
});

Deno.test("SeatSlots.discard() forgets the seat, and another place does, too", async () => {
  await using folder = await tempFolder();
  await lostRun(folder.path);
  using slots = new SeatSlots(folder.path);
  assertEquals(await slots.take(ANN), SEAT);
  slots.keep({ ...SEAT, received: 4 });
  slots.discard();
  // Too late: the user has left the seat.
  slots.keep(SEAT);
  await slots.settled();
  assertEquals(kept(folder.path), []);
  await slots.take(ANN);
  slots.keep(SEAT);
  assertEquals(await slots.take({ ...ANN, name: "Bob" }), undefined);
  assertEquals(kept(folder.path), []);
});

Deno.test("SeatSlots gives no window the seat of another one that runs", async () => {
  await using folder = await tempFolder();
  await using other = new Child(
    folder.path,
    `import { SeatSlots } from "STORE/seat_slots.ts";
     const slots = new SeatSlots(FOLDER);
     await slots.take(${JSON.stringify(ANN)});
     slots.keep(${JSON.stringify(SEAT)});
     await slots.settled();
     console.log("kept");
     await Deno.stdin.readable.getReader().read();`,
  );
  assertEquals(await other.line(), "kept");
  using second = new SeatSlots(folder.path);
  assertEquals(await second.take(ANN), undefined);
  second.keep({ ...SEAT, token: "second" });
  await second.settled();
  assertEquals(kept(folder.path).length, 2);
  second.discard();
  await second.settled();
  other.kill();
  await other.ended();
  assertEquals(await second.take(ANN), SEAT);
});

Deno.test("SeatSlots removes seats that are too old, and damaged ones", async () => {
  await using folder = await tempFolder();
  await lostRun(folder.path);
  await Deno.writeTextFile(`${folder.path}/${SEATS_FOLDER}/7.json`, "{");
  assertEquals(kept(folder.path), ["1.json", "7.json"]);
  const now = () => Date.now() + MAX_SEAT_AGE + 1_000;
  using slots = new SeatSlots(folder.path, { now });
  assertEquals(await slots.take(ANN), undefined);
  assertEquals(kept(folder.path), []);
});

Deno.test("SeatSlots leaves the seats of other places alone", async () => {
  await using folder = await tempFolder();
  await lostRun(folder.path);
  await lostRun(folder.path, { ...ANN, name: "Bob" });
  assertEquals(kept(folder.path).length, 2);
  using one = new SeatSlots(folder.path);
  assertEquals(await one.take(ANN), SEAT);
  using two = new SeatSlots(folder.path);
  assertEquals(await two.take({ ...ANN, name: "Bob" }), SEAT);
});

Deno.test({
  name: "SeatSlots keeps its secrets from other users",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await tempFolder();
    await lostRun(folder.path);
    const modeOf = (path: string) => Deno.statSync(path).mode! & 0o777;
    const seats = `${folder.path}/${SEATS_FOLDER}`;
    assertEquals(modeOf(seats), 0o700);
    assertEquals(modeOf(`${seats}/1.json`), 0o600);
  },
});

Deno.test("SeatSlots never fails where nothing can be written", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  using slots = new SeatSlots(`${folder.path}/file`);
  assertEquals(await slots.take(ANN), undefined);
  slots.keep(SEAT);
  slots.discard();
  await slots.settled();
});
