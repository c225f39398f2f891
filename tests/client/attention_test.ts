import { assertEquals } from "@std/assert";
import { converse } from "../../lib/client/conversation.ts";
import { Folded } from "../../lib/client/folded.ts";
import type { Line } from "../../lib/client/view.ts";
import { Peer, settle, streamPair } from "../testing.ts";
import { FakeScreen } from "./fake_screen.ts";

/** A screen that notes whole lines, and has cut one. */
class NotingScreen extends FakeScreen {
  readonly noted: Line[] = [];
  readonly folded = new Folded();

  override print(line: Line): void {
    this.noted.push(line);
    super.print(line);
  }
}

Deno.test({
  name:
    "converse() marks who is spoken of, rings for the operator, shows what was cut",
  permissions: "none",
  async fn() {
    const [mine, other] = streamPair();
    const server = new Peer(other);
    const screen = new NotingScreen(true);
    const { signal } = new AbortController();
    const ended = converse(mine, screen, { name: "Ann", signal });
    await server.next();
    await server.send({
      ...{ type: "welcome", protocol: 1, name: "Ann", text: "Hello" },
      users: ["Ann", "Bob"],
    });
    const said = (text: string, more: object = {}) =>
      server.send({ type: "said", from: "Bob", text, ...more });
    await said("nothing");
    await said("Ann?");
    await said("Ten minutes left", { from: "server" });
    await said("Ann, earlier", { earlier: true, at: 1 });
    await said("earlier", { from: "server", earlier: true, at: 1 });
    await settle();
    screen.type("/quiet");
    await settle();
    await said("Ann, quietly");
    await said("Stop", { from: "server" });
    await settle();
    const heard = screen.noted.flatMap((line) =>
      line.kind === "said"
        ? [[line.text, line.rings ?? false, line.mentions ?? false]]
        : []
    );
    assertEquals(heard, [
      ["nothing", false, false],
      ["Ann?", true, true],
      ["Ten minutes left", true, false],
      ["Ann, earlier", false, true],
      ["earlier", false, false],
      ["Ann, quietly", false, true],
      ["Stop", false, false],
    ]);
    const at = new Date(0);
    screen.folded.keep({ kind: "said", from: "Bob", text: "all" }, at);
    screen.type("/show 1", "/quit");
    await server.until("bye");
    server.stream.close();
    await ended;
    assertEquals(screen.noted.at(-1), {
      ...{ kind: "said", from: "Bob", text: "all", whole: { at } },
    });
  },
});
