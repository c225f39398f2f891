import { assertEquals } from "@std/assert";
import type { DraftBinding } from "../../lib/terminal/draft_binding.ts";
import type { Key } from "../../lib/terminal/keyboard.ts";
import { isYesOrNo } from "../../lib/terminal/question.ts";
import { Typing } from "../../lib/terminal/typing.ts";

const BACKSPACE: Key = { name: "backspace" };
const KILL: Key = { name: "u", ctrl: true };
const YANK: Key = { name: "y", ctrl: true };
const UNDO: Key = { sequence: "\x1f" };

/**
 * A line is bound to the name in `to` when the user begins it, and private unless that
 * is "all".
 */
function open(history: readonly string[] = []) {
  const owner = { to: "all", asked: 0, leftBehind: [] as string[] };
  const typing = new Typing({
    history,
    onLeftBehind: (text) => void owner.leftBehind.push(text),
    bind(_text, before): DraftBinding {
      owner.asked++;
      const isPrivate = owner.to !== "all";
      return before ?? { prompt: `[${owner.to}] > `, isPrivate };
    },
  });
  return { owner, typing };
}

Deno.test({
  name: "Typing keeps the binding from the beginning of a line",
  permissions: "none",
  fn() {
    const { owner, typing } = open();
    assertEquals(typing.prompt, undefined);
    owner.to = "Bob";
    typing.insert("se");
    owner.to = "all";
    typing.insert("cret");
    assertEquals(typing.prompt, "[Bob] > ");
    assertEquals(typing.take(), {
      text: "secret",
      binding: { prompt: "[Bob] > ", isPrivate: true },
    });
    assertEquals([typing.draft.text, typing.prompt], ["", undefined]);
    typing.insert("next");
    assertEquals(typing.prompt, "[all] > ");
  },
});

Deno.test({
  name: "Typing decides again about a line that was emptied",
  permissions: "none",
  fn() {
    const { owner, typing } = open();
    typing.insert("x");
    assertEquals(typing.press(BACKSPACE), undefined);
    assertEquals(typing.prompt, undefined);
    owner.to = "Bob";
    typing.insert("y");
    assertEquals(typing.prompt, "[Bob] > ");
    const { asked } = owner;
    typing.press({ name: "left" });
    assertEquals(
      owner.asked,
      asked,
      "a key that changes no text decides nothing",
    );
    typing.rebind();
    assertEquals(owner.asked, asked + 1);
  },
});

Deno.test({
  name: "Typing keeps a private text private through Ctrl+U, Ctrl+Y and undo",
  permissions: "none",
  fn() {
    for (const back of [YANK, UNDO]) {
      const { owner, typing } = open();
      owner.to = "Bob";
      typing.insert("secret");
      typing.press(KILL);
      owner.to = "all";
      typing.press(back);
      assertEquals(typing.prompt, "[Bob] > ", back.name);
    }
    // A text for everyone is bound again.
    const { owner, typing } = open();
    typing.insert("hello");
    typing.press(KILL);
    owner.to = "Bob";
    typing.press(YANK);
    assertEquals(typing.prompt, "[Bob] > ");
  },
});

Deno.test({
  name: "Typing.recall() restores lines with their bindings",
  permissions: "none",
  fn() {
    const { owner, typing } = open(["stored"]);
    owner.to = "Bob";
    typing.insert("secret");
    typing.take();
    owner.to = "all";
    typing.recall("older");
    assertEquals([typing.draft.text, typing.prompt], ["secret", "[Bob] > "]);
    typing.recall("older");
    assertEquals([typing.draft.text, typing.prompt], ["stored", "[all] > "]);
    typing.recall("newer");
    typing.recall("newer");
    assertEquals(typing.draft.text, "");
    assertEquals(typing.lasting, ["stored"]);
  },
});

Deno.test({
  name: "Typing.take() remembers visible lines, and no answers",
  permissions: "none",
  async fn() {
    const { typing } = open();
    typing.insert(" ");
    typing.take();
    assertEquals(typing.lasting, []);
    const answer = typing.ask("Sure? ", {});
    typing.insert("yes");
    assertEquals(typing.take(), { text: "yes", question: "Sure? " });
    assertEquals(await answer, "yes");
    assertEquals(typing.lasting, []);
    typing.insert("hello");
    typing.take();
    assertEquals(typing.lasting, ["hello"]);
  },
});

Deno.test({
  name: "Typing.ask() puts the line away, and restores it unchanged",
  permissions: "none",
  async fn() {
    const { owner, typing } = open();
    owner.to = "Bob";
    typing.insert("half a line");
    typing.press({ name: "left" });
    owner.to = "all";
    const answer = typing.ask("Sure? ", { cancelAnswer: "no" });
    assertEquals([typing.draft.text, typing.prompt], ["", "Sure? "]);
    assertEquals([typing.question, typing.questions.cancelAnswer], [
      "Sure? ",
      "no",
    ]);
    typing.recall("older");
    assertEquals(typing.draft.text, "", "an answer is no line");
    typing.insert("yes");
    typing.take();
    assertEquals(await answer, "yes");
    assertEquals([typing.draft.text, typing.prompt], [
      "half a line",
      "[Bob] > ",
    ]);
    assertEquals(typing.draft.cursor, 10);
  },
});

Deno.test({
  name: "Typing.ask() holds a patient question until the line ends",
  permissions: "none",
  async fn() {
    for (const end of ["rest", "empty"]) {
      const { typing } = open();
      typing.insert("x");
      const answer = typing.ask("Sure? ", { isPatient: true });
      assertEquals(typing.question, undefined);
      if (end === "empty") typing.press(BACKSPACE);
      else {
        typing.take();
        assertEquals(typing.question, undefined);
        typing.rest();
      }
      assertEquals(typing.question, "Sure? ", end);
      typing.questions.end();
      assertEquals(await answer, undefined);
    }
  },
});

Deno.test({
  name: "Typing.giveBack() never mixes a line with the one being typed",
  permissions: "none",
  async fn() {
    const binding = { prompt: "[Bob] > ", isPrivate: true };
    const line = { text: "given back", binding };
    const idle = open().typing;
    idle.giveBack(line);
    assertEquals([idle.draft.text, idle.prompt], ["given back", "[Bob] > "]);

    const everyone = { prompt: "[all] > ", isPrivate: false };
    const kept = new Typing({ bind: (_, before) => before });
    kept.giveBack({ text: "for everyone", binding: everyone });
    assertEquals(kept.prompt, "[all] > ", "whatever the mode is now");

    const busy = open().typing;
    busy.insert("new");
    busy.giveBack(line);
    assertEquals(busy.draft.text, "new");
    busy.replace("");
    busy.recall("older");
    assertEquals([busy.draft.text, busy.prompt], ["given back", "[Bob] > "]);
    assertEquals(busy.lasting, [], "it was not sent");

    const asked = open().typing;
    const answer = asked.ask("Sure? ", {});
    asked.giveBack(line);
    assertEquals(asked.draft.text, "");
    asked.giveBack({ text: "another" });
    asked.insert("no");
    asked.take();
    await answer;
    assertEquals([asked.draft.text, asked.prompt], ["given back", "[Bob] > "]);
  },
});

Deno.test({
  name: "Typing.take() takes a text that is no answer as a line of the prompt",
  permissions: "none",
  async fn() {
    const { owner, typing } = open();
    const answer = typing.ask("Sure? ", { isAnswer: isYesOrNo });
    typing.insert("n");
    assertEquals([typing.isAnswering, typing.prompt], [true, "Sure? "]);
    owner.to = "Bob";
    typing.insert("ow");
    owner.to = "all";
    typing.insert("!");
    assertEquals([typing.isAnswering, typing.prompt], [false, "[Bob] > "]);
    assertEquals([typing.stepAside(), typing.stepAside()], [
      "Sure? ",
      undefined,
    ]);
    const binding = { prompt: "[Bob] > ", isPrivate: true };
    assertEquals(typing.take(), { text: "now!", binding, atQuestion: true });
    assertEquals(await answer, "now!");
    assertEquals([typing.question, typing.draft.text], [undefined, ""]);
    typing.recall("older");
    assertEquals([typing.draft.text, typing.prompt], ["now!", "[Bob] > "]);
  },
});

Deno.test({
  name: "Typing.giveBack() keeps off the line what the user has left behind",
  permissions: "none",
  async fn() {
    const { owner, typing } = open();
    assertEquals(typing.giveBack({ text: "old" }, { isLate: true }), false);
    assertEquals(typing.draft.text, "");
    const answer = typing.ask("Sure? ", { isAnswer: isYesOrNo });
    assertEquals(typing.giveBack({ text: "held" }), true);
    typing.insert("/all");
    typing.take();
    await answer;
    assertEquals(typing.draft.text, "", "the user has gone on");
    assertEquals(owner.leftBehind, ['Press Up to bring back "held"']);
    typing.recall("older");
    assertEquals(typing.draft.text, "held");
    typing.recall("older");
    assertEquals(typing.draft.text, "/all");
  },
});

Deno.test({
  name: "Typing.ask() leaves a line in place when its question is withdrawn",
  permissions: "none",
  async fn() {
    const { owner, typing } = open();
    const withdrawal = new AbortController();
    const { signal } = withdrawal;
    const answer = typing.ask("Sure? ", { signal, isAnswer: isYesOrNo });
    owner.to = "Bob";
    typing.insert("half a line");
    owner.to = "all";
    withdrawal.abort();
    assertEquals(await answer, undefined);
    assertEquals([typing.draft.text, typing.prompt], [
      "half a line",
      "[Bob] > ",
    ]);
  },
});

Deno.test({
  name:
    "Typing.insert() begins a new line for a command after a line given back",
  permissions: "none",
  async fn() {
    const binding = { prompt: "[Bob] > ", isPrivate: true };
    for (const isAsked of [false, true]) {
      const { owner, typing } = open();
      const answer = isAsked ? typing.ask("Sure? ", {}) : undefined;
      typing.giveBack({ text: "secret", binding });
      if (isAsked) {
        typing.insert("no");
        typing.take();
        await answer;
      }
      assertEquals([typing.draft.text, typing.prompt], ["secret", "[Bob] > "]);
      typing.insert("/all");
      assertEquals([typing.draft.text, typing.prompt], ["/all", "[all] > "]);
      assertEquals(owner.leftBehind, ['Press Up to bring back "secret"']);
      typing.take();
      typing.recall("older");
      assertEquals(typing.draft.text, "/all");
      typing.recall("older");
      assertEquals([typing.draft.text, typing.prompt], ["secret", "[Bob] > "]);
    }
    for (const touch of ["x", "home"]) {
      const { typing } = open();
      typing.giveBack({ text: "secret", binding });
      if (touch === "home") typing.press({ name: "home" });
      else typing.insert(touch);
      typing.insert("/all ");
      const { text } = typing.draft;
      assertEquals(text, touch === "x" ? "secretx/all " : "/all secret");
    }
  },
});

Deno.test({
  name: "Typing shows and remembers nothing of a secret answer",
  permissions: "none",
  async fn() {
    const { owner, typing } = open(["older"]);
    typing.insert("half a line");
    const { asked } = owner;
    const answer = typing.ask("Key? ", { isSecret: true });
    typing.insert("green");
    typing.press(KILL);
    typing.insert("blue horse");
    assertEquals(typing.shown, { text: "", cursor: 0 });
    assertEquals(typing.draft.text, "blue horse");
    typing.recall("older");
    assertEquals(typing.draft.text, "blue horse");
    assertEquals(typing.take(), { text: "", question: "Key? " });
    assertEquals(await answer, "blue horse");
    assertEquals(typing.shown.text, "half a line");
    assertEquals([owner.asked, typing.prompt], [asked + 1, "[all] > "]);
    // Undo empties the line; the older line is the only one that Up finds.
    for (let i = 0; i < 5; i++) typing.press(UNDO);
    typing.press(YANK);
    typing.replace("");
    typing.press(YANK);
    assertEquals(typing.draft.text, "", "nothing was deleted on this line");
    typing.recall("older");
    assertEquals(typing.draft.text, "older");
    assertEquals(typing.lasting, ["older"]);
    assertEquals(owner.leftBehind, []);
  },
});

Deno.test({
  name: "Typing drops a secret answer when its question is withdrawn",
  permissions: "none",
  async fn() {
    const { owner, typing } = open();
    typing.insert("half a line");
    const withdrawal = new AbortController();
    const { signal } = withdrawal;
    const first = typing.ask("Key? ", { isSecret: true, signal });
    const second = typing.ask("Again? ", { isSecret: true });
    const third = typing.ask("Name? ", {});
    typing.insert("blue");
    typing.press(KILL);
    typing.insert("horse");
    withdrawal.abort();
    assertEquals(await first, undefined);
    typing.press(YANK);
    assertEquals([typing.question, typing.draft.text], ["Again? ", ""]);
    typing.insert("red");
    typing.questions.cancel();
    assertEquals(await second, undefined);
    assertEquals([typing.question, typing.draft.text], ["Name? ", ""]);
    typing.press(YANK);
    assertEquals(typing.draft.text, "");
    typing.questions.end();
    assertEquals(await third, undefined);
    assertEquals(typing.draft.text, "half a line");
    assertEquals([typing.lasting, owner.leftBehind], [[], []]);
  },
});

Deno.test({
  name: "Typing empties the answer before a secret question that follows it",
  permissions: "none",
  async fn() {
    const { typing } = open();
    const withdrawal = new AbortController();
    const { signal } = withdrawal;
    const first = typing.ask("Name? ", { signal });
    const second = typing.ask("Key? ", { isSecret: true });
    const third = typing.ask("Port? ", {});
    typing.insert("An");
    withdrawal.abort();
    assertEquals(await first, undefined);
    typing.insert("blue");
    typing.take();
    assertEquals(await second, "blue");
    assertEquals([typing.question, typing.draft.text], ["Port? ", ""]);
    typing.questions.end();
    assertEquals(await third, undefined);
  },
});

Deno.test({
  name:
    "Typing takes a slash as the beginning of an answer after a line given back",
  permissions: "none",
  async fn() {
    const { owner, typing } = open();
    typing.giveBack({ text: "not sent" });
    const answer = typing.ask("Key? ", { isSecret: true });
    typing.insert("/blue");
    typing.take();
    assertEquals(await answer, "/blue");
    assertEquals(owner.leftBehind, []);
    assertEquals(typing.draft.text, "not sent");
  },
});

Deno.test({
  name: "Typing begins each secret answer with nothing",
  permissions: "none",
  async fn() {
    const { typing } = open();
    const first = typing.ask("Key? ", { isSecret: true });
    typing.insert("green");
    typing.press(KILL);
    typing.insert("blue");
    typing.questions.cancel();
    assertEquals(await first, undefined);
    const second = typing.ask("Key? ", { isSecret: true });
    assertEquals(typing.draft.text, "");
    typing.press(YANK);
    typing.press(UNDO);
    assertEquals(typing.draft.text, "");
    typing.take();
    assertEquals(await second, "");
  },
});
