import { assertEquals } from "@std/assert";
import { fakeContext } from "./fake_context.ts";

Deno.test({
  name: "runLine() finds Bob behind the marks that people put around a name",
  permissions: "none",
  async fn() {
    const people = ["Ann", "Bob"];
    for (const typed of ["@Bob", "Bob:", '"Bob"', "Bob,", "“Bob”", "<bob>"]) {
      const { sent, run } = fakeContext({ people });
      await run(`/msg ${typed} hi`);
      await run(`/to ${typed} psst`);
      assertEquals(sent[1], "tell Bob psst", typed);
      assertEquals(sent[0], "tell Bob hi", typed);
    }
    // Another server may allow such a name.
    const literal = fakeContext({ people: ["Ann", "Bob", "@Bob"] });
    await literal.run("/msg @Bob hi");
    assertEquals(literal.sent, ["tell @Bob hi"]);
    const nobody = fakeContext({ people });
    await nobody.run("/to @Zoe secret");
    assertEquals([nobody.sent, nobody.shown], [[], [
      "! There is nobody called Zoe. Type /users for the list",
    ]]);
  },
});

Deno.test({
  name:
    "presentPerson() asks the server for people whom the client does not know",
  permissions: "none",
  async fn() {
    const fake = fakeContext({ people: ["Ann"] });
    const { client, presence } = fake.context;
    client.users = () => {
      const people = [{ name: "Ann" }, { name: "Zoe" }];
      presence.learn(people, { isComplete: true });
      return Promise.resolve(people);
    };
    await fake.run("/to @Zoe");
    assertEquals([fake.context.mode, fake.sent], [{ to: "Zoe", id: "~2" }, []]);
    fake.shown.length = 0;
    await fake.run("/to Ann");
    assertEquals(fake.shown, [
      "! That is your own name. Choose somebody else",
    ]);
  },
});
