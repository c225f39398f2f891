import type { Block, Row } from "./bottom_block.ts";
import type { ShownDraft } from "./draft.ts";
import type { DraftRow, DraftRows } from "./draft_rows.ts";
import type { WindowSize } from "./terminal_output.ts";
import { clip, padded, textWidth, wrap } from "./text_layout.ts";

/**
 * Below this many rows a window has no status row: all rows go to the chat and the
 * draft.
 */
const MIN_ROWS_FOR_STATUS = 6;

/** Adds colours to a text without changing its width. */
export type Paint = (text: string) => string;

/** The colours of the parts at the bottom; none by default. */
export type BottomPaint = {
  readonly prompt?: Paint;
  readonly footer?: Paint;
  readonly status?: Paint;
  /** The row that counts the hidden rows of a draft. */
  readonly hint?: Paint;
};

/** The parts at the bottom of a window, from top to bottom. */
export type Bottom = {
  readonly footer: readonly string[];
  readonly status: string;
  readonly prompt: string;
  readonly draft: ShownDraft;
};

export type LayoutOptions = WindowSize & {
  readonly paint: BottomPaint;
  /** Breaks the draft into rows. */
  readonly draftRows: DraftRows;
};

/**
 * Lays out the bottom of a window: footer, status, prompt and draft. The block is never
 * taller than the window: of a long draft it shows the rows around the cursor.
 */
export function layOut(
  { footer, status, prompt, draft }: Bottom,
  { columns, rows: height, paint, draftRows }: LayoutOptions,
): Block {
  const same: Paint = (text) => text;
  const rows: Row[] = footer.slice(0, Math.max(0, height - 2))
    .map((line) => rowOf(clip(line, columns - 1), paint.footer ?? same));
  if (status !== "" && height >= MIN_ROWS_FOR_STATUS) {
    const text = padded(clip(status, columns), columns);
    rows.push({ ...rowOf(text, paint.status ?? same), wraps: isPlain(text) });
  }
  const prompts = promptRows(prompt, columns);
  const last = prompts.pop()!;
  const painted = (text: string) => rowOf(text, paint.prompt ?? same);
  rows.push(...prompts.map(painted));
  const indent = textWidth(last);
  const all = draftRows.layOut(draft.text, { columns, indent });
  const cursor = draftRows.place(draft.cursor);
  const shown = around(cursor.row, all.length, height - 1 - rows.length);
  const hint = (text: string) =>
    rowOf(clip(text, columns - 1), paint.hint ?? same);
  if (shown.start > 0) {
    const above = hint(`... ${shown.start} rows above`);
    const room = columns - 1 - indent;
    rows.push(
      room < above.width ? above : {
        text: painted(last).text + above.text,
        width: indent + above.width,
      },
    );
  }
  const top = rows.length;
  for (let index = shown.start; index < shown.end; index++) {
    const row = all[index]!;
    const text = draftRows.shown(row);
    rows.push({
      text: index === 0 ? painted(last).text + text : text,
      width: row.width,
      wraps: wrapsInto(all, index, { columns, last, end: shown.end }),
    });
  }
  const below = all.length - shown.end;
  if (below > 0) rows.push(hint(`... ${below} rows below`));
  return {
    rows,
    cursor: { row: top + cursor.row - shown.start, column: cursor.column },
    columns,
  };
}

/**
 * Breaks a question longer than a row between words; its last row precedes the draft.
 */
function promptRows(prompt: string, columns: number): string[] {
  if (textWidth(prompt) < columns) return [prompt];
  const rows = wrap(prompt.trimEnd(), columns - 2);
  const space = /\s$/.test(prompt) ? " " : "";
  return [...rows.slice(0, -1), `${rows.at(-1)}${space}`];
}

/** Returns the range of `count` rows around `row` to show where `room` rows fit. */
function around(
  row: number,
  count: number,
  room: number,
): { start: number; end: number } {
  if (count <= Math.max(1, room)) return { start: 0, end: count };
  // Two rows count the hidden ones.
  const size = Math.max(1, room - 2);
  const start = Math.max(
    0,
    Math.min(row - Math.floor(size / 2), count - size),
  );
  return { start, end: start + size };
}

/** Returns whether the terminal itself may wrap from this row into the next. */
function wrapsInto(
  all: readonly DraftRow[],
  index: number,
  { columns, last, end }: { columns: number; last: string; end: number },
): boolean {
  const { width, isPlain: plain } = all[index]!;
  return index + 1 < end && width === columns && plain &&
    (index > 0 || isPlain(last));
}

function rowOf(text: string, paint: Paint): Row {
  return { text: paint(text), width: textWidth(text) };
}

/** Returns whether every terminal gives `text` the same width. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
