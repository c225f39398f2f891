import { assertEquals } from "@std/assert";
import {
  count,
  didYouMean,
  findPerson,
  namesOf,
  peopleOf,
  reasonFrom,
} from "../../../lib/server/operator/context.ts";
import { FakeOperator } from "./fake_operator.ts";

Deno.test({
  name: "peopleOf() and namesOf() leave out clients that have not joined",
  permissions: "none",
  fn() {
    const { context } = new FakeOperator(["Ann", "::1"], ["", "::2"], [
      "Bob",
      "::3",
    ]);
    assertEquals(peopleOf(context).map(({ address }) => address), [
      "::1",
      "::3",
    ]);
    assertEquals(namesOf(context), ["Ann", "Bob"]);
  },
});

Deno.test({
  name: "findPerson() finds a name in any case, and suggests the nearest",
  permissions: "none",
  fn() {
    const { context, shown } = new FakeOperator(["Ann", "::1"], ["", "::2"]);
    assertEquals(findPerson(context, "aNN")?.address, "::1");
    assertEquals(shown, []);
    assertEquals(findPerson(context, "Anm"), undefined);
    assertEquals(findPerson(context, "Zoe"), undefined);
    assertEquals(findPerson(context, ""), undefined);
    assertEquals(shown.slice(0, 2), [
      "There is nobody called Anm. Did you mean Ann?",
      "There is nobody called Zoe. /users shows who is here",
    ]);
  },
});

Deno.test({
  name: "didYouMean() asks about the nearest name, or returns the other text",
  permissions: "none",
  fn() {
    assertEquals(didYouMean("Bbo", ["Ann", "Bob"], "-"), "Did you mean Bob?");
    assertEquals(didYouMean("Zoe", ["Ann", "Bob"], "-"), "-");
  },
});

Deno.test({
  name: "reasonFrom() returns one line of at most 200 characters",
  permissions: "none",
  fn() {
    const { context, shown } = new FakeOperator();
    assertEquals(reasonFrom(context, "  too \n loud "), "too loud");
    assertEquals(reasonFrom(context, ""), "");
    assertEquals(reasonFrom(context, "x".repeat(200))?.length, 200);
    assertEquals(shown, []);
    assertEquals(reasonFrom(context, "x".repeat(201)), undefined);
    assertEquals(shown, [
      "The reason has 201 characters: shorten it to at most 200",
    ]);
  },
});

Deno.test({
  name: "count() uses the noun for one, and for many",
  permissions: "none",
  fn() {
    const people = (number: number) => count(number, "person", "people");
    assertEquals([0, 1, 2].map(people), ["0 people", "1 person", "2 people"]);
  },
});
