import { Server } from "../../tests/e2e/programs.ts";
import type { Attack, Finding, Target } from "./kind.ts";
import { besiege } from "./siege.ts";
import { answerTo, joined, repeat } from "./wire.ts";

/**
 * People who are here, with names that must not be imitated, nor pass for a word of the
 * program.
 */
const PRESENT = ["Mike", "Alice", "coco"];

const LOOKALIKES = [
  "Mi\u0307ke",
  "MIKE",
  "\uff2dike",
  "M\u0131ke",
  "\u1d0dike",
  "Mi\u043ae",
  "rnike",
  "M1ke",
  "AIice",
  "A1ice",
  "Al\u0131ce",
  "\u0391lice",
  "\u0441\u043e\u0441\u043e",
  "s\u0435rver",
  "\u0455\u0435\u0433\u0475\u0435\u0433",
  "\ua731\u1d07\u0280\u1d20\u1d07\u0280",
  "se\u0280ver",
  "SERVER",
  "a1l",
  "aIl",
  "every\u043ene",
  "d\u043ewnload",
];

/** Names of real people in many scripts: none may be refused. */
const REAL = [
  "O'Brien-Smith",
  "O\u2019Brien",
  "D'Angelo",
  "Jean-Luc",
  "Zo\u00eb",
  "Nguy\u1ec5n",
  "\u1000\u103b\u1031\u102c\u103a\u1005\u103d\u102c",
  "\u1014\u103e\u1004\u103a\u1038\u1006\u102e",
  "\u0bb8\u0bcd\u0bb0\u0bc0\u0b95\u0bbe\u0ba8\u0bcd\u0ba4\u0bcd",
  "\u179f\u17d2\u179a\u17b8\u1798\u17bb\u17c6",
  "\u0e19\u0e49\u0e33\u0e1c\u0e36\u0e49\u0e07",
  "\u0e13\u0e31\u0e10\u0e1e\u0e25",
  "\u0645\u062d\u0645\u062f\u200c\u0631\u0636\u0627",
  "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
  "\u0639\u0627\u0626\u0634\u0629",
  "\u05d3\u05e0\u05d9\u05d0\u05dc",
  "\u092a\u094d\u0930\u093f\u092f\u093e",
  "\u09b8\u09c1\u09ae\u09a8",
  "\u738b\u5c0f\u660e",
  "\u5c71\u7530\u305f\u308d\u3046",
  "\uae40\ubbfc\uc218",
  "\u0394\u03b7\u03bc\u03ae\u03c4\u03c1\u03b7\u03c2",
  "\u0414\u043c\u0438\u0442\u0440\u0438\u0439",
];

/** Names like `Sam`, so that the server has to search for a suggestion. */
const TAKEN = 1_500;

/** Look-alike names, real names, and a name that is taken in all its numbered forms. */
export const names: Attack = { title: "names", measure, assault };

async function measure(number: number): Promise<Finding> {
  const { accepted, refused } = await tryNames();
  const finding = await besiege({ number });
  const over = [
    ...(accepted.length > 0 ? [`accepted: ${accepted.join(" ")}`] : []),
    ...(refused.length > 0 ? [`refused: ${refused.join(" ")}`] : []),
  ];
  return {
    ...finding,
    told: `${accepted.length} of ${LOOKALIKES.length} look-alikes accepted, ` +
      `${refused.length} of ${REAL.length} real names refused, ${finding.told}`,
    over: [...finding.over, ...over],
  };
}

async function tryNames() {
  await using server = await Server.start();
  using present = new DisposableStack();
  for (const name of PRESENT) present.use(await joined(server.port, name));
  const outcome = async (name: string) => {
    const { client, answer } = await answerTo(server.port, { name });
    client[Symbol.dispose]();
    return answer === "welcome";
  };
  const accepted: string[] = [];
  const refused: string[] = [];
  for (const name of LOOKALIKES) {
    if (await outcome(name)) accepted.push(name);
  }
  for (const name of REAL) if (!await outcome(name)) refused.push(name);
  return { accepted, refused };
}

async function assault({ port, end, count }: Target): Promise<void> {
  const names = Array.from(
    { length: TAKEN },
    (_, i) => i === 0 ? "Sam" : `Sam${i + 1}`,
  );
  const join = async () => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) {
      await joined(port, name);
      count("taken");
    }
  };
  await Promise.all(Array.from({ length: 25 }, join));
  await Promise.all(
    Array.from({ length: 8 }, () =>
      repeat(end, async () => {
        const { client } = await answerTo(port, { name: "Sam" });
        client[Symbol.dispose]();
        count("suggestions");
      })),
  );
}
