import { assertEquals } from "@std/assert";
import { MAX_PASTE_LENGTH } from "../../lib/terminal/input_parser.ts";
import { LineKeys } from "../../lib/terminal/line_keys.ts";
import { isYesOrNo } from "../../lib/terminal/question.ts";
import { notTaken, READING_TIME } from "../../lib/terminal/questions.ts";
import { Typing } from "../../lib/terminal/typing.ts";
import { FakeTime } from "../testing.ts";

/** Keys, the line that they change, and their results. */
function open({ complete = (_: string): string[] => [] } = {}) {
  const typing = new Typing({ history: ["older"] });
  const happened: string[] = [];
  const keys = new LineKeys(typing, {
    options: {
      onLine: ({ text }) => void happened.push(`line ${text}`),
      onEnd: (interrupted) => void happened.push(`end ${interrupted}`),
      onKey: () => void happened.push("."),
      onHistory: (lines) => void happened.push(`history ${lines}`),
      complete,
    },
    owner: {
      show: (text) => void happened.push(`shown ${text}`),
      clear: () => void happened.push("clear"),
      suspend: () => void happened.push("suspend"),
    },
  });
  return {
    keys,
    typing,
    /** Presses Ctrl with a letter, or a named key; returns the results. */
    press(name: string): string[] {
      happened.length = 0;
      const ctrl = name.startsWith("C-");
      keys.press({ name: name.replace("C-", ""), ctrl });
      return happened.filter((each) => each !== ".");
    },
    happened,
  };
}

Deno.test({
  name:
    "LineKeys passes on the line at Enter, with the lines that may be stored",
  permissions: "none",
  fn() {
    const room = open();
    room.keys.insert("hello");
    assertEquals(room.happened, ["."]);
    assertEquals(room.press("return"), ["history hello,older", "line hello"]);
    assertEquals(room.typing.draft.text, "");
    room.keys.insert(" ");
    assertEquals(room.press("return"), ["line  "], "a blank line is not kept");
  },
});

Deno.test({
  name: "LineKeys shows a question with its answer, which is not a line",
  permissions: "none",
  async fn() {
    const room = open();
    const answer = room.typing.ask("Sure? ", {});
    room.keys.insert("yes");
    assertEquals(room.press("return"), ["shown Sure? yes"]);
    assertEquals(await answer, "yes");
  },
});

Deno.test({
  name: "LineKeys takes no answer before a user can have read the question",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const room = open();
    const options = { isAnswer: isYesOrNo, cancelAnswer: "" };
    const answer = room.typing.ask("Sure? ", options);
    await time.pass(READING_TIME - 1);
    room.keys.insert("no");
    assertEquals(room.press("return"), [`shown ${notTaken("no")}`]);
    assertEquals(room.press("return"), [], "nothing was typed");
    assertEquals(room.typing.question, "Sure? ");
    room.keys.insert("/all");
    assertEquals(room.press("return").at(-1), "line /all");
    assertEquals(await answer, "/all");

    const cancelled = room.typing.ask("Sure? ", options);
    assertEquals(room.press("C-c"), ["shown Sure? "]);
    assertEquals(await cancelled, "");

    const read = room.typing.ask("Sure? ", options);
    await time.pass(READING_TIME);
    room.keys.insert("yes");
    assertEquals(room.press("return"), ["shown Sure? yes"]);
    assertEquals(await read, "yes");
  },
});

Deno.test({
  name: "LineKeys.press() empties the line at Ctrl+C, then leaves",
  permissions: "none",
  fn() {
    const room = open();
    room.keys.insert("x");
    assertEquals(room.press("C-c"), []);
    assertEquals(room.typing.draft.text, "");
    assertEquals(room.press("C-c"), ["end true"]);
    assertEquals(room.press("C-d"), ["end false"]);
  },
});

Deno.test({
  name:
    "LineKeys.press() answers a question at Ctrl+C if it defines such an answer",
  permissions: "none",
  async fn() {
    const room = open();
    const first = room.typing.ask("First? ", { cancelAnswer: "no" });
    assertEquals(room.press("C-c"), ["shown First? no"]);
    assertEquals(await first, "no");
    const second = room.typing.ask("Second? ", {});
    assertEquals(room.press("C-c"), ["shown Second? ", "end true"]);
    assertEquals(await second, undefined);
  },
});

Deno.test({
  name: "LineKeys.end() shows an open question with its unfinished answer",
  permissions: "none",
  async fn() {
    const room = open();
    const answer = room.typing.ask("Sure? ", {});
    room.keys.insert("ye");
    room.happened.length = 0;
    room.keys.end(false);
    assertEquals(room.happened, ["shown Sure? ye", "end false"]);
    assertEquals(await answer, undefined);
  },
});

Deno.test({
  name: "LineKeys.press() recalls lines, and leaves the rest to the window",
  permissions: "none",
  fn() {
    const room = open();
    assertEquals(room.press("up"), []);
    assertEquals(room.typing.draft.text, "older");
    room.press("down");
    assertEquals(room.typing.draft.text, "");
    assertEquals(room.press("C-l"), ["clear"]);
    assertEquals(room.press("C-z"), ["suspend"]);
  },
});

Deno.test({
  name: "LineKeys.paste() accepts the longest paste, and refuses a longer one",
  permissions: "none",
  fn() {
    const room = open();
    room.keys.paste("one\r\ntwo\x07\n");
    assertEquals(room.typing.draft.text, "one\ntwo");
    room.keys.paste("x", MAX_PASTE_LENGTH);
    assertEquals(room.typing.draft.text, "one\ntwox");
    room.happened.length = 0;
    room.keys.paste("y", MAX_PASTE_LENGTH + 1);
    assertEquals(room.happened, [
      ".",
      "shown Not pasted: the text has 1048577 characters, the limit is 1048576. " +
      "Paste it in parts, or share it as a file",
    ]);
    assertEquals(room.typing.draft.text, "one\ntwox");
  },
});

Deno.test({
  name:
    "LineKeys.press() completes before the cursor, and shows the candidates",
  permissions: "none",
  async fn() {
    const words = ["/files", "/fire", "/help", '/get "a b"'];
    const room = open({
      complete: (typed) =>
        words.filter((word) => word.replace('"', "").startsWith(typed)),
    });
    room.keys.insert("/h");
    assertEquals(room.press("tab"), []);
    assertEquals(room.typing.draft.text, "/help");
    room.typing.replace("/g now", 2);
    room.press("tab");
    assertEquals(room.typing.draft.text, '/get "a b" now');
    assertEquals(room.typing.draft.cursor, 10);
    room.typing.replace("/f");
    room.press("tab");
    assertEquals(room.typing.draft.text, "/fi");
    assertEquals(room.press("tab"), ["shown /files   /fire"]);
    room.typing.replace("/x");
    assertEquals(room.press("tab"), []);
    assertEquals(room.typing.draft.text, "/x");
    const answer = room.typing.ask("Sure? ", {});
    room.keys.insert("/h");
    assertEquals(room.press("tab"), []);
    assertEquals(room.typing.draft.text, "/h", "an answer is not completed");
    room.typing.questions.end();
    await answer;
  },
});

Deno.test({
  name: "LineKeys never shows a secret answer",
  permissions: "none",
  async fn() {
    const room = open({ complete: (typed) => [`${typed}1`] });
    const { keys, typing } = room;
    const answer = typing.ask("Key? ", { isSecret: true });
    keys.insert("blue");
    assertEquals(room.press("tab"), [], "nothing is offered");
    keys.paste(" horse");
    assertEquals(room.press("up"), []);
    assertEquals(room.press("return"), ["shown Key? "]);
    assertEquals(await answer, "blue horse");
    const second = typing.ask("Key? ", { isSecret: true });
    keys.insert("blue");
    room.happened.length = 0;
    keys.end(false);
    assertEquals(room.happened, ["shown Key? ", "end false"]);
    assertEquals(await second, undefined);
  },
});

Deno.test({
  name: "LineKeys takes Ctrl+C at a secret answer as on an empty line",
  permissions: "none",
  async fn() {
    const room = open();
    const { keys, typing } = room;
    const options = { isSecret: true, isCancellable: true };
    const first = typing.ask("Key? ", options);
    keys.insert("blue");
    assertEquals(room.press("C-c"), ["shown Key? "]);
    assertEquals(await first, undefined);
    assertEquals([typing.question, typing.draft.text], [undefined, ""]);
    const second = typing.ask("Key? ", { isSecret: true });
    keys.insert("blue");
    assertEquals(room.press("C-c"), ["shown Key? ", "end true"]);
    assertEquals(await second, undefined);
  },
});

Deno.test({
  name: "LineKeys.escape() withdraws a secret question that may be withdrawn",
  permissions: "none",
  async fn() {
    const room = open();
    const { keys, typing } = room;
    assertEquals(keys.escape(), false, "Escape belongs to the next key");
    const plain = typing.ask("Name? ", { isCancellable: true });
    assertEquals(keys.escape(), false);
    typing.questions.answer("Ann");
    const fixed = typing.ask("Key? ", { isSecret: true });
    assertEquals(keys.escape(), true, "it must not swallow a letter");
    assertEquals(typing.question, "Key? ");
    typing.questions.answer("blue");
    const asked = typing.ask("Key? ", { isSecret: true, isCancellable: true });
    keys.insert("blue");
    room.happened.length = 0;
    assertEquals(keys.escape(), true);
    assertEquals(room.happened, [".", "shown Key? "]);
    assertEquals(await Promise.all([plain, fixed, asked]), [
      "Ann",
      "blue",
      undefined,
    ]);
  },
});
