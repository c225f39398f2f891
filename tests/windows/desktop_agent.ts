/**
 * A person at a Windows desktop: opens programs by a double-click, reads their console
 * windows, types, and closes them with X. Takes one JSON request a line on standard
 * input and answers each with a line of JSON. Runs in the Windows build of Deno.
 *
 * @module
 */

import { TextLineStream } from "@std/streams/text-line-stream";

/** A request: its name, and what it needs. `window` is the number that `open` gives. */
export type Request =
  | { do: "open"; file: string; arguments?: string; folder: string }
  | { do: "read"; window: number }
  | { do: "type"; window: number; text: string }
  | { do: "close"; window: number }
  | { do: "resize"; window: number; columns: number; rows: number }
  | { do: "front"; window: number };

/** What a console window shows. */
export type Look = {
  readonly title: string;
  /** Rows from the top of the window, without spaces at their ends. */
  readonly rows: readonly string[];
  readonly columns: number;
  readonly isVisible: boolean;
  /** Where the window is on the screen, in pixels. */
  readonly area: { left: number; top: number; width: number; height: number };
};

const KEY_EVENT = 1;
const RECORD_LENGTH = 20;
const WM_CLOSE = 0x10;
const SHOW_NORMAL = 1;
const NO_CLOSE_PROCESS = 0x40;
const NO_MESSAGE_BOX = 0x400;
const READ_AND_WRITE = 0xc0000000;
const SHARED = 3;
const OPEN_EXISTING = 3;

const shell = Deno.dlopen("shell32.dll", {
  ShellExecuteExW: { parameters: ["buffer"], result: "i32" },
});
const user = Deno.dlopen("user32.dll", {
  PostMessageW: {
    parameters: ["pointer", "u32", "usize", "isize"],
    result: "i32",
  },
  GetWindowRect: { parameters: ["pointer", "buffer"], result: "i32" },
  IsWindowVisible: { parameters: ["pointer"], result: "i32" },
  SetForegroundWindow: { parameters: ["pointer"], result: "i32" },
  BringWindowToTop: { parameters: ["pointer"], result: "i32" },
});
const kernel = Deno.dlopen("kernel32.dll", {
  GetProcessId: { parameters: ["usize"], result: "u32" },
  GetExitCodeProcess: { parameters: ["usize", "buffer"], result: "i32" },
  GetLastError: { parameters: [], result: "u32" },
  GetStdHandle: { parameters: ["i32"], result: "pointer" },
  SetStdHandle: { parameters: ["i32", "pointer"], result: "i32" },
  FreeConsole: { parameters: [], result: "i32" },
  AttachConsole: { parameters: ["u32"], result: "i32" },
  GetConsoleWindow: { parameters: [], result: "pointer" },
  GetConsoleTitleW: { parameters: ["buffer", "u32"], result: "u32" },
  CreateFileW: {
    parameters: ["buffer", "u32", "u32", "pointer", "u32", "u32", "pointer"],
    result: "pointer",
  },
  CloseHandle: { parameters: ["pointer"], result: "i32" },
  GetConsoleScreenBufferInfo: {
    parameters: ["pointer", "buffer"],
    result: "i32",
  },
  SetConsoleScreenBufferSize: { parameters: ["pointer", "u32"], result: "i32" },
  SetConsoleWindowInfo: {
    parameters: ["pointer", "i32", "buffer"],
    result: "i32",
  },
  ReadConsoleOutputCharacterW: {
    parameters: ["pointer", "buffer", "u32", "u32", "buffer"],
    result: "i32",
  },
  WriteConsoleInputW: {
    parameters: ["pointer", "buffer", "u32", "buffer"],
    result: "i32",
  },
});

/** The agent's own pipes, which a console that it joins would replace. */
const pipes = [-10, -11, -12].map((stream) =>
  [stream, kernel.symbols.GetStdHandle(stream)] as const
);

function wide(text: string): Uint16Array<ArrayBuffer> {
  const units = new Uint16Array(text.length + 1);
  for (let at = 0; at < text.length; at++) units[at] = text.charCodeAt(at);
  return units;
}

function narrow(units: Uint16Array, length: number): string {
  return String.fromCharCode(...units.subarray(0, length));
}

/** Opens a file as Explorer does; returns the handle and the number of the process. */
function open(file: string, args: string, folder: string) {
  const strings = { verb: wide("open"), file: wide(file), args: wide(args) };
  const directory = wide(folder);
  const pointer = (data: Uint16Array<ArrayBuffer>) =>
    Deno.UnsafePointer.value(Deno.UnsafePointer.of(data));
  const info = new DataView(new ArrayBuffer(112));
  info.setUint32(0, 112, true);
  info.setUint32(4, NO_CLOSE_PROCESS | NO_MESSAGE_BOX, true);
  info.setBigUint64(16, pointer(strings.verb), true);
  info.setBigUint64(24, pointer(strings.file), true);
  if (args !== "") info.setBigUint64(32, pointer(strings.args), true);
  info.setBigUint64(40, pointer(directory), true);
  info.setInt32(48, SHOW_NORMAL, true);
  const opened = shell.symbols.ShellExecuteExW(new Uint8Array(info.buffer));
  if (opened === 0) {
    return { error: `Windows error ${kernel.symbols.GetLastError()}` };
  }
  const handle = info.getBigUint64(104, true);
  return { handle, window: kernel.symbols.GetProcessId(handle) };
}

/** Calls `use` on the console of a process, which hears nothing of it. */
function on<T>(
  window: number,
  use: (console: { input: Handle; output: Handle }) => T,
): T | undefined {
  kernel.symbols.FreeConsole();
  if (kernel.symbols.AttachConsole(window) === 0) return undefined;
  const file = (name: string) =>
    kernel.symbols.CreateFileW(
      ...[wide(name), READ_AND_WRITE, SHARED, null] as const,
      ...[OPEN_EXISTING, 0, null] as const,
    );
  const [input, output] = [file("CONIN$"), file("CONOUT$")];
  try {
    return use({ input, output });
  } finally {
    kernel.symbols.CloseHandle(input);
    kernel.symbols.CloseHandle(output);
    kernel.symbols.FreeConsole();
    for (const [stream, pipe] of pipes) {
      kernel.symbols.SetStdHandle(stream, pipe);
    }
  }
}

type Handle = Deno.PointerValue;

function read(output: Handle): Look {
  const info = new DataView(new ArrayBuffer(22));
  kernel.symbols.GetConsoleScreenBufferInfo(
    output,
    new Uint8Array(info.buffer),
  );
  const [left, top, right, bottom] = [10, 12, 14, 16].map((at) =>
    info.getInt16(at, true)
  ) as [number, number, number, number];
  const columns = right - left + 1;
  const rows: string[] = [];
  const count = new Uint32Array(1);
  for (let row = top; row <= bottom; row++) {
    const units = new Uint16Array(columns);
    const place = (row << 16) | left;
    kernel.symbols.ReadConsoleOutputCharacterW(
      ...[output, units, columns, place, count] as const,
    );
    rows.push(narrow(units, count[0]!).trimEnd());
  }
  const title = new Uint16Array(1024);
  const length = kernel.symbols.GetConsoleTitleW(title, title.length);
  const window = kernel.symbols.GetConsoleWindow();
  const rectangle = new Int32Array(4);
  user.symbols.GetWindowRect(window, rectangle);
  const [x, y, x2, y2] = rectangle as unknown as [
    ...[number, number, number, number],
  ];
  return {
    title: narrow(title, length),
    ...{ rows, columns },
    isVisible: user.symbols.IsWindowVisible(window) !== 0,
    area: { left: x, top: y, width: x2 - x, height: y2 - y },
  };
}

/** Presses keys as a console delivers them: Unicode, Enter as `\r`. */
function type(input: Handle, text: string): boolean {
  const records = new DataView(
    new ArrayBuffer(2 * RECORD_LENGTH * text.length),
  );
  for (let index = 0; index < text.length; index++) {
    for (const down of [1, 0]) {
      const at = RECORD_LENGTH * (2 * index + 1 - down);
      const unit = text.charCodeAt(index);
      records.setUint16(at, KEY_EVENT, true);
      records.setInt32(at + 4, down, true);
      records.setUint16(at + 8, 1, true); // once
      // A line that the system edits ends at the key, not at the character.
      records.setUint16(at + 10, unit === 8 || unit === 13 ? unit : 0, true);
      records.setUint16(at + 14, unit, true);
    }
  }
  const written = new Uint32Array(1);
  const bytes = new Uint8Array(records.buffer);
  return kernel.symbols.WriteConsoleInputW(
    ...[input, bytes, 2 * text.length, written] as const,
  ) !== 0;
}

/** Makes the window smaller or wider, as a pull at its edge does. */
function resize(output: Handle, columns: number, rows: number): boolean {
  const small = Int16Array.from([0, 0, 0, 0]);
  const size = Int16Array.from([0, 0, columns - 1, rows - 1]);
  const { SetConsoleWindowInfo, SetConsoleScreenBufferSize } = kernel.symbols;
  SetConsoleWindowInfo(output, 1, small);
  SetConsoleScreenBufferSize(output, (rows << 16) | columns);
  return SetConsoleWindowInfo(output, 1, size) !== 0;
}

const processes = new Map<number, bigint>();

/** The windows that were closed with X. */
const closing = new Set<number>();

function exitCode(window: number): number | undefined {
  const code = new Uint32Array(1);
  kernel.symbols.GetExitCodeProcess(processes.get(window) ?? 0n, code);
  return code[0] === 259 ? undefined : code[0];
}

function answer(request: Request): unknown {
  if (request.do === "open") {
    const { file, arguments: args = "", folder } = request;
    const { handle, ...opened } = open(file, args, folder);
    if (handle !== undefined) processes.set(opened.window!, handle);
    return opened;
  }
  const { window } = request;
  const ended = { code: exitCode(window) };
  // A console that is closing would close the agent, too.
  if (ended.code !== undefined || closing.has(window)) return ended;
  switch (request.do) {
    case "read":
      return on(window, ({ output }) => read(output)) ?? ended;
    case "type":
      return on(window, ({ input }) => type(input, request.text)) ?? ended;
    case "close":
    case "front": {
      const found = on(window, () => kernel.symbols.GetConsoleWindow());
      if (found === undefined) return ended;
      if (request.do === "close") closing.add(window);
      // After the agent has left the console: it must not hear of the close, too.
      return request.do === "close"
        ? user.symbols.PostMessageW(found, WM_CLOSE, 0n, 0n) !== 0
        : user.symbols.SetForegroundWindow(found) +
            user.symbols.BringWindowToTop(found) !== 0;
    }
    case "resize": {
      const { columns, rows } = request;
      return on(window, ({ output }) => resize(output, columns, rows)) ?? ended;
    }
  }
}

const lines = Deno.stdin.readable
  .pipeThrough(new TextDecoderStream())
  .pipeThrough(new TextLineStream());
for await (const line of lines) {
  if (line === "") continue;
  let result: unknown;
  try {
    result = answer(JSON.parse(line));
  } catch (error) {
    result = { error: String(error) };
  }
  const text = `${JSON.stringify(result ?? null)}\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
Deno.exit(0);
