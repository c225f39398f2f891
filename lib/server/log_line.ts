import { quote } from "../display.ts";
import { logWords } from "../net/end_rules.ts";
import type { Details } from "./event_kinds.ts";
import type { Source } from "./repeats.ts";

/**
 * The longest detail in a line except for what people say, in UTF-16 units: clients
 * choose some details, and no name or reason is longer.
 */
const MAX_DETAIL_LENGTH = 500;

/** The longest stack of a fault, in UTF-16 units: thirty calls. */
const MAX_STACK_LENGTH = 4_000;

/** Events whose texts are logged whole: what people say. */
const SPEECH = new Set(["said", "told"]);

const encoder = new TextEncoder();

/**
 * Returns an event without its time, escaped: `#3 127.0.0.1:53122 joined name="Ann"`.
 */
export function describe(
  event: string,
  details: Details,
  source?: Source,
): string {
  let line = "";
  if (source !== undefined) {
    line += "session" in source
      ? `#${source.session} ${source.from} `
      : `${source.address} `;
  }
  line += event;
  for (const key in details) {
    const given = details[key];
    if (given === undefined) continue;
    const value = typeof given === "object" ? logWords(given) : given;
    line += ` ${key}=${
      typeof value === "number" ? value : quote(clip(event, { key, value }))
    }`;
  }
  return line;
}

/** Returns a detail; one that is too long is cut and followed by its length. */
function clip(
  event: string,
  { key, value }: { readonly key: string; readonly value: string },
): string {
  if (value.length <= MAX_DETAIL_LENGTH || SPEECH.has(event)) return value;
  const max = key === "stack" ? MAX_STACK_LENGTH : MAX_DETAIL_LENGTH;
  if (value.length <= max) return value;
  const start = value.slice(0, max).toWellFormed();
  return `${start}... (${value.length} characters)`;
}

/** The local time with its zone, made at most once per millisecond. */
export class Timestamp {
  text = "";
  bytes = new Uint8Array(0);
  #time = NaN;

  renew(): void {
    const time = Date.now();
    if (time === this.#time) return;
    this.#time = time;
    this.text = formatTime(new Date(time));
    this.bytes = encoder.encode(this.text);
  }
}

/** Returns the time as `2026-11-23 06:35:58.123 +01:00`. */
export function formatTime(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${
    two(Math.trunc(Math.abs(offset) / 60))
  }:${two(Math.abs(offset) % 60)}`;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${
    two(date.getDate())
  } ${two(date.getHours())}:${two(date.getMinutes())}:${
    two(date.getSeconds())
  }.${String(date.getMilliseconds()).padStart(3, "0")} ${zone}`;
}
