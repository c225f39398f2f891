import { assertEquals } from "@std/assert";
import { Questions, READING_TIME } from "../../lib/terminal/questions.ts";
import { FakeTime } from "../testing.ts";

/** Questions over a line, idle or not, with a record of the line's changes. */
function open() {
  const line = { isIdle: true, happened: [] as string[] };
  const questions = new Questions({
    isIdle: () => line.isIdle,
    putDraftAway: () => void line.happened.push("away"),
    dropAnswer: () => void line.happened.push("drop"),
    takeDraftBack: () => void line.happened.push("back"),
  });
  return { line, questions };
}

Deno.test({
  name:
    "Questions.ask() shows one after the other, and gives the draft back once",
  permissions: "none",
  async fn() {
    const { line, questions } = open();
    const first = questions.ask("First? ", { cancelAnswer: "no" });
    const second = questions.ask("Second? ");
    assertEquals(questions.current, "First? ");
    assertEquals(questions.cancelAnswer, "no");
    questions.answer("one");
    assertEquals(await first, "one");
    assertEquals(questions.current, "Second? ");
    assertEquals(questions.cancelAnswer, undefined);
    questions.answer("two");
    assertEquals(await second, "two");
    assertEquals(questions.current, undefined);
    assertEquals(line.happened, ["away", "drop", "back"]);
    questions.answer("nobody asks");
    assertEquals(line.happened.length, 3);
  },
});

Deno.test({
  name: "Questions.isUnread is true until a user can have read the question",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { questions } = open();
    assertEquals(questions.isUnread, false);
    const first = questions.ask("First? ", { isAnswer: () => true });
    const second = questions.ask("Second? ", { isAnswer: () => true });
    assertEquals(questions.isUnread, true);
    await time.pass(READING_TIME);
    assertEquals(questions.isUnread, false);
    questions.answer("one");
    assertEquals(questions.isUnread, true, "the second has just appeared");
    await time.pass(READING_TIME);
    assertEquals(questions.isUnread, false);
    questions.answer("two");
    const name = questions.ask("Your name? ");
    assertEquals(questions.isUnread, false, "every text is an answer");
    questions.answer("Ann");
    assertEquals([await first, await second, await name], [
      ...["one", "two", "Ann"],
    ]);
  },
});

Deno.test({
  name: "Questions.ask() holds a patient question until the line is idle",
  permissions: "none",
  async fn() {
    const { line, questions } = open();
    line.isIdle = false;
    const patient = questions.ask("Patient? ", { isPatient: true });
    assertEquals(questions.current, undefined);
    questions.showPatient();
    assertEquals(questions.current, undefined, "the line is not idle");
    line.isIdle = true;
    questions.showPatient();
    assertEquals(questions.current, "Patient? ");
    const next = questions.ask("Next? ", { isPatient: true });
    questions.showPatient();
    questions.answer("a");
    assertEquals(await patient, "a");
    assertEquals(questions.current, undefined, "it waits for its own turn");
    questions.showPatient();
    assertEquals(questions.current, "Next? ");
    questions.end();
    assertEquals(await next, undefined);
  },
});

Deno.test({
  name: "Questions.ask() shows a patient question at once on an idle line",
  permissions: "none",
  async fn() {
    const { questions } = open();
    const asked = questions.ask("Patient? ", { isPatient: true });
    assertEquals(questions.current, "Patient? ");
    questions.end();
    assertEquals(await asked, undefined);
  },
});

Deno.test({
  name: "Questions.ask() withdraws a question when its signal aborts",
  permissions: "none",
  async fn() {
    const { line, questions } = open();
    const controllers = [0, 1, 2].map(() => new AbortController());
    const [first, second, patient] = controllers.map(({ signal }, at) =>
      questions.ask(`${at}? `, { signal, isPatient: at === 2 })
    );
    controllers[1]!.abort();
    assertEquals(await second, undefined);
    assertEquals(line.happened, ["away"], "it was not shown yet");
    controllers[2]!.abort();
    assertEquals(await patient, undefined);
    controllers[0]!.abort();
    assertEquals(await first, undefined);
    assertEquals(line.happened, ["away", "back"]);
    questions.showPatient();
    assertEquals(questions.current, undefined);
    const signal = AbortSignal.abort();
    assertEquals(await questions.ask("Late? ", { signal }), undefined);
    assertEquals(line.happened.length, 2);
  },
});

Deno.test({
  name: "Questions.end() ends all questions without an answer",
  permissions: "none",
  async fn() {
    const { line, questions } = open();
    const asked = [
      questions.ask("One? "),
      questions.ask("Two? "),
      questions.ask("Patient? ", { isPatient: true }),
    ];
    questions.end();
    assertEquals(await Promise.all(asked), [undefined, undefined, undefined]);
    assertEquals(questions.current, undefined);
    assertEquals(line.happened.at(-1), "back");
  },
});

Deno.test({
  name: "Questions.cancel() ends the current question only",
  permissions: "none",
  async fn() {
    const { questions } = open();
    const first = questions.ask("Key? ", {
      isSecret: true,
      isCancellable: true,
    });
    const second = questions.ask("Name? ", { isCancellable: true });
    assertEquals([questions.isSecret, questions.isCancellable], [true, true]);
    questions.cancel();
    assertEquals(await first, undefined);
    assertEquals(questions.current, "Name? ");
    assertEquals([questions.isSecret, questions.isCancellable], [false, false]);
    questions.answer("Ann");
    assertEquals(await second, "Ann");
    questions.cancel();
  },
});

Deno.test({
  name: "Questions.ask() takes every text as the answer to a secret question",
  permissions: "none",
  async fn() {
    const { questions } = open();
    const isAnswer = () => false;
    const options = { isSecret: true, isAnswer, cancelAnswer: "no" };
    const asked = questions.ask("Key? ", options);
    assertEquals([questions.takes("blue"), questions.takesAll], [true, true]);
    assertEquals(questions.cancelAnswer, undefined);
    questions.answer("blue");
    assertEquals(await asked, "blue");
  },
});
