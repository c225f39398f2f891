import { assertEquals } from "@std/assert";
import { CookedQuestion } from "../../lib/terminal/cooked_question.ts";
import { READING_TIME } from "../../lib/terminal/questions.ts";
import { isYesOrNo } from "../../lib/terminal/question.ts";
import { FakeTime } from "../testing.ts";

const NEVER = { enteredAt: -Infinity };

Deno.test({
  name: "CookedQuestion says where a secret answer can be seen",
  permissions: "none",
  fn() {
    const plain = new CookedQuestion("Name: ", {}, NEVER);
    assertEquals([plain.text, plain.isHidden], ["Name: ", false]);
    const secret = new CookedQuestion("Key: ", { isSecret: true }, NEVER);
    assertEquals(
      [secret.text, secret.isHidden],
      ["Key: (visible in Emacs) ", true],
    );
    secret.isVisible = true;
    assertEquals(
      [secret.text, secret.isHidden],
      ["Key: (it will be visible) ", false],
    );
  },
});

Deno.test({
  name: "CookedQuestion.takes() takes every text as the answer to a secret one",
  permissions: "none",
  fn() {
    const isAnswer = isYesOrNo;
    const plain = new CookedQuestion("Sure? ", { isAnswer }, NEVER);
    assertEquals([plain.takes("yes"), plain.takes("blue")], [true, false]);
    const options = { isAnswer, isSecret: true };
    const secret = new CookedQuestion("Key: ", options, NEVER);
    assertEquals(secret.takes("blue"), true);
  },
});

Deno.test({
  name: "CookedQuestion.isTooSoon() is true once for a late question",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const late = new CookedQuestion("Name: ", { isPatient: true }, NEVER);
    assertEquals([late.isTooSoon(), late.isTooSoon()], [true, false]);
    const prompt = new CookedQuestion("Name: ", { isPatient: true }, {
      enteredAt: performance.now(),
    });
    assertEquals(prompt.isTooSoon(), false);
    const hasty = new CookedQuestion("Sure? ", { isAnswer: isYesOrNo }, NEVER);
    assertEquals([hasty.isTooSoon(), hasty.isTooSoon()], [true, true]);
    await time.pass(READING_TIME);
    assertEquals(hasty.isTooSoon(), false);
  },
});
