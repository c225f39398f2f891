/**
 * Whatever happens while Ann types, each text goes to the person whom her prompt named
 * when its typing began, or to nobody. `deno task test:private` takes 100,000 steps.
 *
 * @module
 */

import fc from "fast-check";
import { FakeTime } from "../testing.ts";
import { Oracle } from "./private_oracle.ts";
import { World } from "./private_world.ts";

/** Steps of one run: enough for a person to leave, be replaced, and come back. */
const MAX_STEPS = 60;

const MANY_STEPS = Deno.env.get("PRIVATE_STEPS");

const STEPS = Number(MANY_STEPS ?? 3_000);

/**
 * The short run takes the same steps each time, so that it fails for the change that is
 * tested; the long one looks for other faults.
 */
const SEED = 20_261_127;

/** Equal when folded, or alike to the eye. */
const NAMES = ["Bob", "BOB", "Ｂob", "coco", "сосо", "Cleo"] as const;

type Step =
  | { readonly do: "type" | "paste"; readonly text: string }
  | { readonly do: "keys"; readonly keys: string }
  | { readonly do: "answer"; readonly text: string }
  | { readonly do: "pause" }
  | { readonly do: "ahead"; readonly name: string }
  | { readonly do: "burst"; readonly text: string }
  | { readonly do: "join"; readonly name: string }
  | {
    readonly do: "leave" | "drop" | "return" | "tells" | "says";
    readonly who: number;
  }
  | {
    readonly do: "cut" | "restart";
    readonly text: string;
    readonly names: readonly string[];
    readonly returns: boolean;
  };

const name = fc.constantFrom(...NAMES);

const text = fc.oneof(
  { weight: 6, arbitrary: fc.constant("#") },
  { weight: 2, arbitrary: fc.constant("/reply #") },
  { weight: 2, arbitrary: fc.constant("/reply ") },
  { weight: 1, arbitrary: fc.constant("/all #") },
  { weight: 1, arbitrary: fc.constant("、reply #") },
  { weight: 1, arbitrary: fc.constant("/me #") },
  { weight: 2, arbitrary: name.map((name) => `/msg ${name} #`) },
  { weight: 1, arbitrary: name.map((name) => `／msg ${name} #`) },
  { weight: 1, arbitrary: name.map((name) => `/to ${name} #`) },
  { weight: 1, arbitrary: name.map((name) => `@${name} #`) },
  { weight: 1, arbitrary: name.map((name) => `msg ${name} #`) },
  { weight: 1, arbitrary: name.map((name) => `to ${name}`) },
  { weight: 1, arbitrary: name.map((name) => `/me /msg ${name} #`) },
  { weight: 1, arbitrary: name.map((name) => `/all /to ${name} #`) },
  { weight: 1, arbitrary: fc.constantFrom("help", "r #") },
);

const keys = fc.oneof(
  { weight: 8, arbitrary: fc.constant("\r") },
  { weight: 3, arbitrary: fc.constantFrom("\x1b[A", "\x1b[B") },
  { weight: 1, arbitrary: fc.constantFrom("\x15", "\x19", "\x1f", "\x7f") },
  { weight: 4, arbitrary: name.map((name) => `/to ${name}\r`) },
  { weight: 1, arbitrary: fc.constant("/all\r") },
);

const who = fc.nat(20);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("type"), text }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("paste"), text }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("keys"), keys }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("pause") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("ahead"), name }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("burst"),
      text: fc.oneof(
        fc.constantFrom("#\r/files\r", "#\r/all\r"),
        name.map((name) => `#\r/to ${name}\r`),
        name.map((name) => `#\r/msg ${name} hi\r`),
      ),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("answer"),
      text: fc.oneof(
        fc.constantFrom("yes", "no", "y", ""),
        fc.constantFrom("everyone", "#", "/all", "/files", "help", "/reply #"),
        name.map((name) => `/to ${name}`),
        name.map((name) => `/msg ${name} #`),
      ),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("join"), name }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom("leave", "drop", "return", "tells", "says"),
      who,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom("cut", "restart"),
      text: fc.constantFrom("", "#\r", "#", "/reply #\r", "/to Bob\r"),
      names: fc.array(name, { maxLength: 2 }),
      returns: fc.boolean(),
    }),
  },
) as fc.Arbitrary<Step>;

/** One run; the texts in it are numbered from `start`. */
export async function run(steps: readonly Step[]): Promise<void> {
  using time = new FakeTime();
  await using world = new World(time);
  const oracle = new Oracle(world);
  await world.join("Bob");
  await world.type("");
  oracle.look({ isOwn: true });
  let count = 0;
  const mark = (text: string) => text.replace("#", () => `<${++count}>`);
  for (const step of steps) {
    await take(step, { world, oracle, mark });
    oracle.check();
  }
}

async function take(
  step: Step,
  { world, oracle, mark }: {
    world: World;
    oracle: Oracle;
    mark: (text: string) => string;
  },
): Promise<void> {
  const { others } = world;
  const isAsked = world.bottom !== undefined && "question" in world.bottom;
  switch (step.do) {
    case "type":
    case "paste": {
      const typed = mark(step.text);
      await world.type(
        step.do === "type" ? typed : `\x1b[200~${typed}\x1b[201~`,
      );
      return oracle.look({ isOwn: true });
    }
    case "keys":
      await world.type(step.keys);
      return oracle.look({ isOwn: true });
    case "pause":
      await world.pause();
      return oracle.look({ isOwn: false });
    case "burst":
      if (isAsked) return;
      await world.burst(mark(step.text));
      return oracle.look({ isOwn: true });
    case "answer": {
      if (!isAsked) return;
      const { question } = world.bottom as { question: string };
      const accepts = /^y/.test(step.text);
      if (accepts) oracle.accept(question);
      // What is no answer is a line: the prompt says who gets it.
      await world.type(mark(step.text));
      oracle.look({ isOwn: true });
      await world.pause();
      await world.type("\r");
      return oracle.look({ isOwn: true, accepts });
    }
    case "ahead": {
      if (!isAsked && oracle.visible.draft !== "") return;
      // On Windows, lines that arrive at the same moment are one paste.
      if (Deno.build.os === "windows") return;
      const text = mark("#");
      oracle.expect(text, step.name);
      await world.typeAhead(`/to ${step.name}`, text);
      return oracle.look({ isOwn: true });
    }
    case "join":
      await world.join(step.name);
      break;
    case "cut":
    case "restart":
      await world[step.do](async () => {
        oracle.look({ isOwn: false });
        if (step.text !== "" && !isAsked) {
          const [text = "", enter] = step.text.split(/(?=\r)/);
          await world.type(mark(text));
          oracle.look({ isOwn: true });
          if (enter !== undefined) await world.type(enter);
          oracle.look({ isOwn: true });
        }
        for (const name of step.names) await world.join(name);
        for (const other of step.returns ? others : []) {
          if (!other.isHere) await other.join(world.hall);
        }
      });
      break;
    default: {
      const other = others[step.who % Math.max(1, others.length)];
      if (other === undefined) return;
      if (step.do === "leave") await other.leave();
      if (step.do === "drop") other.drop();
      if (step.do === "return" && !other.isHere) await other.join(world.hall);
      if (step.do === "tells") {
        await other.say({ type: "tell", to: "Ann", text: "psst" });
        if (other.isHere) oracle.teller = other;
      }
      if (step.do === "says") await other.say({ type: "say", text: "hello" });
    }
  }
  await world.type("");
  oracle.look({ isOwn: false });
}

Deno.test({
  name:
    `each private text goes to whom the prompt named, or to nobody: ${STEPS} steps`,
  permissions: "inherit",
  async fn() {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: MAX_STEPS, size: "max" }),
        run,
      ),
      // Half of them are longer than half of the longest.
      {
        numRuns: Math.ceil(STEPS / (MAX_STEPS / 2)),
        ...(MANY_STEPS === undefined && { seed: SEED }),
      },
    );
  },
});
