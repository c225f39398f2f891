import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { drawPlot, escapeXml, type Plot } from "../../bench/svg_plot.ts";

const PLOT: Plot = {
  id: "members",
  title: "Deliveries",
  description: "One member writes.",
  x: { label: "receivers", scale: "log", ticks: [10, 100, 1000] },
  y: { label: "million a second", scale: "linear" },
  series: [
    { name: "messenger", points: [{ x: 10, y: 8.4 }, { x: 1000, y: 32 }] },
    {
      name: "relay",
      points: [{ x: 10, y: 14 }, { x: 100, y: 36 }],
      isLimit: true,
    },
  ],
  limits: [{ name: "copying", y: 38 }],
  caption: ["2 cores", "$ deno task bench:growth"],
};

type Element = {
  name: string;
  attributes: Record<string, string>;
  text: string;
};

/** Reads all elements. Throws if the text is not well-formed XML. */
function parse(svg: string): Element[] {
  const elements: Element[] = [];
  const open: Element[] = [];
  let at = 0;
  const token = /<\/([\w-]+)>|<([\w-]+)((?: [\w:-]+="[^"<]*")*)(\/?)>|([^<]+)/y;
  for (; at < svg.length; at = token.lastIndex) {
    token.lastIndex = at;
    const found = token.exec(svg);
    assert(found !== null, `not XML: ${svg.slice(at, at + 60)}`);
    const [, closed, name, list = "", isEmpty, text] = found;
    assert(!/&(?!(?:amp|lt|gt|quot);)/.test(list + (text ?? "")), "a bare &");
    if (closed !== undefined) {
      assertEquals(open.pop()?.name, closed);
    } else if (name !== undefined) {
      const pairs = [...list.matchAll(/ ([\w:-]+)="([^"]*)"/g)]
        .map(([, key, value]) => [key!, value!]);
      assertEquals(new Set(pairs.map(([key]) => key)).size, pairs.length);
      const element = { name, attributes: Object.fromEntries(pairs), text: "" };
      elements.push(element);
      if (isEmpty === "") open.push(element);
    } else if (open.length > 0) open.at(-1)!.text += text;
    else assertEquals(text!.trim(), "");
  }
  assertEquals(open, []);
  return elements;
}

function textsOf(svg: string): string[] {
  return parse(svg).filter(({ name }) => name === "text").map(({ text }) =>
    text
  );
}

/** Elements whose class has this word. */
function ofClass(svg: string, word: string): Element[] {
  return parse(svg).filter(({ attributes }) =>
    attributes["class"]?.split(" ").includes(word)
  );
}

function pure(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

pure("parse() refuses what is not well-formed", () => {
  for (
    const wrong of ["<a><b></a></b>", "<a>", "<a b=c/>", "<a>&</a>", "<a>"]
  ) {
    assertThrows(() => parse(wrong), Error, undefined, wrong);
  }
});

pure(
  "drawPlot() shows title, axes with units, ticks, names and caption as text",
  () => {
    const texts = textsOf(drawPlot(PLOT));
    for (
      const wanted of [
        ...["Deliveries", "million a second", "receivers (logarithmic)"],
        ...["10", "100", "1,000", "0", "20", "40"],
        ...["messenger", "relay", "copying"],
        ...["2 cores", "$ deno task bench:growth"],
      ]
    ) assert(texts.includes(wanted), wanted);
  },
);

pure("drawPlot() says both axes that are logarithmic", () => {
  const texts = textsOf(drawPlot({ ...PLOT, y: { ...PLOT.y, scale: "log" } }));
  assert(texts.includes("million a second (logarithmic)"));
});

pure("drawPlot() marks each point of a series, and says its numbers", () => {
  const svg = drawPlot(PLOT);
  assertEquals(ofClass(svg, "mark").length, 2);
  const titles = parse(svg).filter(({ name }) => name === "title");
  assertEquals(titles.map(({ text }) => text), [
    "Deliveries",
    "messenger: 10, 8.4",
    "messenger: 1,000, 32",
  ]);
});

pure("drawPlot() draws limits dashed, level or with their points", () => {
  const svg = drawPlot(PLOT);
  const paths = ofClass(svg, "limit").map(({ attributes }) => attributes["d"]!);
  assertEquals(paths.length, 2);
  assertMatch(paths[0]!, /^M[\d.]+ [\d.]+H[\d.]+$/);
  assertMatch(paths[1]!, /^M[\d.]+ [\d.]+L[\d.]+ [\d.]+$/);
  assertMatch(svg, /\.limit\{[^}]*stroke-dasharray/);
});

pure(
  "drawPlot() gives a logarithmic axis equal steps for equal factors",
  () => {
    const [ten, hundred, thousand] = ["10", "100", "1,000"].map((words) => {
      const tick = ofClass(drawPlot(PLOT), "middle")
        .find(({ text }) => text === words)!;
      return Number(tick.attributes["x"]);
    });
    assert(Math.abs(hundred! - ten! - (thousand! - hundred!)) < 0.3);
  },
);

pure("drawPlot() leaves out points that a logarithmic axis cannot show", () => {
  const points = [{ x: 0, y: 1 }, { x: 10, y: NaN }, { x: 10, y: 1 }];
  const svg = drawPlot({ ...PLOT, series: [{ name: "a", points }] });
  assertEquals(ofClass(svg, "mark").length, 1);
  assert(!svg.includes("NaN"));
});

pure("drawPlot() says that a series without points was not measured", () => {
  for (const points of [[], [{ x: -1, y: 1 }]]) {
    const series = [{ name: "nats", points }];
    const svg = drawPlot({ ...PLOT, series, limits: [] });
    assert(textsOf(svg).includes("nats: not measured"));
    assert(!/NaN|Infinity|undefined/.test(svg));
  }
});

pure(
  "drawPlot() has a title and a description with the numbers for those who hear it",
  () => {
    const elements = parse(drawPlot(PLOT));
    const { attributes } = elements[0]!;
    assertEquals(attributes["role"], "img");
    const [title, desc] = attributes["aria-labelledby"]!.split(" ").map((id) =>
      elements.find((element) => element.attributes["id"] === id)
    );
    assertEquals(title?.name, "title");
    assertEquals(desc?.name, "desc");
    assertEquals(
      desc?.text,
      "One member writes. Across: receivers. Up: million a second. " +
        "messenger: 10, 8.4; 1,000, 32. relay: 10, 14; 100, 36. copying: 38.",
    );
  },
);

pure("drawPlot() has colours for dark pages, and always the same text", () => {
  const svg = drawPlot(PLOT);
  assert(svg.includes("@media(prefers-color-scheme:dark)"));
  assertEquals(drawPlot(structuredClone(PLOT)), svg);
});

pure("drawPlot() keeps names apart, in order, inside the picture", () => {
  const series = ["a", "b", "c", "d", "e"].map((name, i) => ({
    name,
    points: [{ x: 10, y: 5 }, { x: 1000, y: 0.5 - i / 100 }],
  }));
  const svg = drawPlot({ ...PLOT, series, limits: [] });
  const names = ofClass(svg, "name");
  assertEquals(names.map(({ text }) => text), ["a", "b", "c", "d", "e"]);
  const tops = names.map(({ attributes }) => Number(attributes["y"]));
  tops.slice(1).forEach((top, i) => assert(top - tops[i]! >= 14.9));
  const axis = ofClass(svg, "axis").at(-1)!.attributes["d"]!;
  const bottom = Number(/V([\d.]+)/.exec(axis)![1]);
  assert(tops.at(-1)! <= bottom + 4.1);
});

pure(
  "drawPlot() puts a name beside the end of its line if there is room",
  () => {
    const series = ["a", "b"].map((name, i) => ({
      name,
      points: [{ x: 1000, y: 30 - 20 * i }],
    }));
    const svg = drawPlot({ ...PLOT, series, limits: [] });
    const ends = ofClass(svg, "mark").map(({ attributes }) =>
      Number(/ ([\d.]+)\)/.exec(attributes["transform"]!)![1])
    );
    const names = ofClass(svg, "name").map(({ attributes }) =>
      Number(attributes["y"])
    );
    names.forEach((top, i) => assert(Math.abs(top - 4 - ends[i]!) < 0.2));
  },
);

pure("drawPlot() shortens a long name, and breaks a long caption", () => {
  const name = "n".repeat(80);
  const caption = ["word ".repeat(60).trim()];
  const svg = drawPlot({ ...PLOT, limits: [{ name, y: 1 }], caption });
  const texts = textsOf(svg);
  assert(texts.includes(`${"n".repeat(27)}…`));
  const lines = texts.filter((text) => text.startsWith("word"));
  assertEquals(lines.length, 3);
  assertEquals(lines.join(" "), caption[0]);
});

pure("escapeXml() returns what XML would read otherwise or not at all", () => {
  assertEquals(
    escapeXml(`<a href="x">&amp;</a>`),
    "&lt;a href=&quot;x&quot;&gt;&amp;amp;&lt;/a&gt;",
  );
  assertEquals(
    escapeXml("a\u0000\u001b\ud800\uffffb"),
    "a\ufffd\ufffd\ufffd\ufffdb",
  );
  assertEquals(escapeXml("Zoë 日本 \u{1f600}\t"), "Zoë 日本 \u{1f600}\t");
});

pure("drawPlot() is well-formed with any foreign text and any numbers", () => {
  const foreign = fc.string({ unit: "binary", maxLength: 40 });
  const points = fc.array(fc.record({ x: fc.double(), y: fc.double() }));
  fc.assert(
    fc.property(foreign, points, fc.boolean(), (words, points, isLog) => {
      const scale = isLog ? "log" : "linear";
      const axis = { label: words, scale } as const;
      parse(drawPlot({
        ...{ id: "any", title: words, description: words, caption: [words] },
        ...{ x: axis, y: axis, limits: [{ name: words, y: 1 }] },
        series: [{ name: words, points }],
      }));
    }),
  );
});
