import { assertEquals } from "@std/assert";
import { TargetQuestions } from "../../lib/client/target_questions.ts";
import type { FoundServer } from "../../lib/net/discovery.ts";
import { settle } from "../testing.ts";
import { FakeScreen } from "./fake_screen.ts";

const GIVEN = { name: "Ann", hostname: "192.0.2.2", port: 7 };

/** A user at a terminal, and the servers of the network. */
function user({ name }: { readonly name?: string } = {}) {
  const screen = new FakeScreen(true);
  const stopping = new AbortController();
  const found: FoundServer[] = [];
  let searches = 0;
  const questions = new TargetQuestions(screen, {
    profile: { name, servers: [] },
    signal: stopping.signal,
    search: () => Promise.resolve((searches++, found)),
  });
  return { screen, stopping, found, questions, searches: () => searches };
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, permissions: "none", fn });
}

test("TargetQuestions.ask() asks for nothing that is given", async () => {
  const { screen, questions, searches } = user();
  assertEquals(await questions.ask(GIVEN), GIVEN);
  assertEquals([screen.questions, searches()], [[], 0]);
});

test("TargetQuestions.ask() searches the network once in a visit", async () => {
  const { screen, questions, searches } = user({ name: "Bob" });
  screen.answers.push("lab 7", "", "", "hall 8");
  const target = await questions.ask({ name: "Ann" });
  assertEquals(target, { name: "Ann", hostname: "lab", port: 7 });
  const last = { hostname: "lab", port: 7 };
  // Enter proposes the address that did not answer.
  assertEquals(await questions.ask({ name: "Ann" }, last), target);
  assertEquals(screen.patient.length, 1);
  assertEquals(searches(), 1);
});

test("TargetQuestions.ask() ends an open question when the visit ends", async () => {
  const { screen, stopping, questions } = user();
  screen.ask = () => new Promise(() => {});
  const asking = questions.ask({});
  await settle();
  stopping.abort();
  assertEquals(await asking, undefined);
});

test("TargetQuestions.otherName() takes a name, or the one that the server proposes", async () => {
  const { screen, questions } = user();
  screen.answers.push("Bob", "");
  assertEquals(await questions.otherName(undefined), "Bob");
  assertEquals(await questions.otherName("Ann2"), "Ann2");
  assertEquals(await questions.otherName("Ann2"), undefined);
});
