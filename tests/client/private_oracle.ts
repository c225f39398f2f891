import { assert, assertEquals } from "@std/assert";
import { nameKey } from "../../lib/names.ts";
import type { Other, World } from "./private_world.ts";

/** Everyone, one person, or nobody whom the test knows. */
export type Meant = "all" | Other | undefined;

/** Marks in what Ann types: each is typed once, and found wherever it goes. */
const MARK = /<\d+>/g;

/** A command that sends the text after it, with its person. */
const COMMAND = /^[/／、](?:all|me|reply|(?:msg|to) \S+) /;

/** A question shows more of a text, in letters. */
const SHOWN_LENGTH = 30;

/**
 * Looks at the window after every step, as a person does: whom does the prompt name
 * while a text stands after it? And checks that each text went to exactly those, or to
 * nobody.
 */
export class Oracle {
  readonly #world: World;
  /** Whom the prompt named when each text was last begun. */
  readonly meant = new Map<string, Meant>();
  /** Who wrote to Ann privately last. */
  teller: Meant;
  /** Whom Ann's window last named under each name, while that person was here. */
  readonly #named = new Map<string, Other>();
  /** Who had each name when Ann's client was last connected. */
  readonly #known = new Map<string, Other>();
  /** The texts after the prompt, and whom it named. */
  #visible: {
    marks: readonly string[];
    to: Meant;
    draft: string;
    shown: string;
    isGone: boolean;
    isOffline: boolean;
    isReply: boolean;
  } = {
    marks: [],
    to: "all",
    draft: "",
    shown: "all",
    isGone: false,
    isOffline: false,
    isReply: false,
  };
  #putAway: typeof this.visible | undefined;
  /** What was typed, by its beginning, which is all that a question shows. */
  readonly #typed = new Map<string, readonly string[]>();
  /** Texts that were for everyone at some time. */
  readonly #public = new Set<string>();
  #checked = new Map<Other, number>();

  constructor(world: World) {
    this.#world = world;
  }

  get visible() {
    return this.#visible;
  }

  /** Looks at the window; `isOwn` after something that Ann did. */
  look(
    { isOwn, accepts = false }: { isOwn: boolean; accepts?: boolean },
  ): void {
    const { bottom } = this.#world;
    if (bottom === undefined) return;
    if ("question" in bottom) {
      if (!this.#world.isCut) this.#learn();
      this.#putAway ??= this.#visible;
      return;
    }
    const { draft } = bottom;
    const marks = draft.match(MARK) ?? [];
    if (!bottom.isOffline) this.#learn();
    const before = this.#putAway ?? this.#visible;
    const goesOn = before.draft !== "" && before.shown === bottom.to &&
      (draft.startsWith(before.draft) || before.draft.startsWith(draft));
    // Enter has brought it back as a reply to whoever wrote while it was typed.
    const becomesReply = bottom.isReply && !before.isReply && draft !== "" &&
      draft === before.draft;
    const to = becomesReply
      ? this.teller
      : bottom.isReply && bottom.isGone
      ? goesOn ? before.to : this.teller
      // Without a connection, the prompt does not say whether the person is here.
      : this.#meantBefore(marks, bottom) ??
        (bottom.isReply && bottom.isOffline && !goesOn
          ? this.teller
          : this.#person(bottom.to, bottom.isGone || bottom.isOffline));
    const returns = this.#putAway !== undefined && !accepts;
    const isStill = draft !== "" && draft === before.draft &&
      (!isOwn || returns);
    // Enter has brought it back for a person who came while it was typed.
    const isForNew = becomesReply || returns && before.isGone &&
        !(bottom.isGone && bottom.to === before.shown);
    if (isStill && !isForNew) {
      assertEquals(bottom.to, before.shown, `the prompt of ${draft} changed`);
    }
    // The same name in the prompt is the same person, unless Ann wants another.
    // A prompt for somebody who is away does not show which one of that name.
    const mayChange = isOwn || before.isOffline || isForNew ||
      before.isGone || bottom.isGone || bottom.isOffline ||
      draft !== before.draft;
    if (!mayChange && isPerson(to) && isPerson(before.to)) {
      const isOther = nameKey(to.name) === nameKey(before.to.name) &&
        to !== before.to;
      assert(!isOther, `the prompt is for ${name(to)}, not ${name(before.to)}`);
    }
    for (const mark of marks) {
      const isSame = before.marks.includes(mark) && isStill && !isForNew;
      if (!isSame && !this.#isFor(mark, bottom)) this.meant.set(mark, to);
    }
    this.#putAway = undefined;
    const { to: shown, isGone, isOffline, isReply } = bottom;
    if (marks.length > 0) {
      // A question about the text of a command shows the text alone.
      for (const text of [draft, draft.replace(COMMAND, "")]) {
        const [row = ""] = text.split("¶");
        this.#typed.set(row.slice(0, SHOWN_LENGTH), marks);
      }
    }
    this.#visible = {
      ...{ marks, to, draft, shown },
      ...{ isGone, isOffline, isReply },
    };
  }

  /** Ann's client has heard who is here. */
  #learn(): void {
    for (const [key, other] of this.#world.here) this.#known.set(key, other);
  }

  /** Ann answers yes to a question, which names the person whom she accepts. */
  accept(question: string): void {
    const [, accepted] =
      /yes = \/(?:(?:msg|to|reply to|me to) )?([^\s,]+)/.exec(question) ?? [];
    if (accepted === undefined) return;
    const other = accepted === "everyone" || accepted === "all"
      ? "all"
      : this.#world.here.get(nameKey(accepted));
    for (const [beginning, marks] of this.#typed) {
      if (!question.includes(beginning)) continue;
      for (const mark of marks) this.meant.set(mark, other);
    }
  }

  /** A text is typed after a line that names its recipient, before anything is shown. */
  expect(mark: string, name: string): void {
    this.meant.set(mark, this.#person(name, false));
  }

  /** Nobody has read what was not meant for them, and the profile keeps none of it. */
  check(): void {
    for (const [mark, meant] of this.meant) {
      if (meant === "all") this.#public.add(mark);
    }
    const kept = this.#world.kept.history.join();
    for (const mark of kept.match(MARK) ?? []) {
      assert(this.#public.has(mark), `the profile keeps ${mark}`);
    }
    for (const other of this.#world.others) {
      const start = this.#checked.get(other) ?? 0;
      for (const { type, text } of other.heard.slice(start)) {
        for (const mark of text.match(MARK) ?? []) {
          const meant = this.meant.get(mark);
          const isRight = type === "said" ? meant === "all" : meant === other;
          assert(
            isRight,
            `${text} was for ${name(meant)}, and ${type} to ${name(other)}`,
          );
        }
      }
      this.#checked.set(other, other.heard.length);
    }
  }

  /** Whether an old line came back for a person of the same name who is not here. */
  #isFor(mark: string, { to, isGone }: { to: string; isGone: boolean }) {
    const meant = this.meant.get(mark);
    return isGone && typeof meant === "object" &&
      nameKey(meant.name) === nameKey(to);
  }

  /** A line that came back may be for a person who is away, or was: by its texts. */
  #meantBefore(
    marks: readonly string[],
    { to, isGone, isOffline }: {
      to: string;
      isGone: boolean;
      isOffline: boolean;
    },
  ): Meant {
    if (!isGone && !isOffline) return undefined;
    return marks.map((mark) => this.meant.get(mark)).find((meant) =>
      isPerson(meant) && nameKey(meant.name) === nameKey(to)
    );
  }

  /** The person whom Ann's window names: the one who is here, or was when last named. */
  #person(to: string, isGone: boolean): Meant {
    if (to === "all") return "all";
    const key = nameKey(to);
    const here = this.#known.get(key);
    if (!isGone && here !== undefined) this.#named.set(key, here);
    return isGone ? this.#named.get(key) ?? here : here;
  }
}

function isPerson(meant: Meant): meant is Other {
  return typeof meant === "object";
}

function name(meant: Meant): string {
  return typeof meant === "object"
    ? `${meant.name} (${meant.number})`
    : meant ?? "nobody";
}
