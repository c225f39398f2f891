import { count } from "./operator/context.ts";
import type { EventLog } from "./event_log.ts";
import type { LogNews } from "./log_writer.ts";
import { diskFault } from "./plain_log.ts";

/**
 * Shows the operator what happened to the log called `file`, and logs it; the line is
 * written once the log can be.
 */
export function tellNews(
  { file, ...news }: LogNews & { readonly file: string },
  { print, log }: {
    readonly print: (line: string) => void;
    /** `undefined` before the log exists. */
    readonly log: EventLog | undefined;
  },
): void {
  switch (news.kind) {
    case "failed": {
      const cause = diskFault(news.cause);
      print(
        `Cannot write ${file}: ${cause}. The chat goes on, and the server ` +
          "tries again every second",
      );
      return log?.write("log failed", { file, cause });
    }
    case "resumed": {
      const { late, lost } = news;
      const seconds = Number((news.duration / 1_000).toFixed(1));
      print(
        `Writing to ${file} again: ${lines(late)} written late, ` +
          (lost === 0 ? "none is missing" : `${lines(lost)} lost`),
      );
      return log?.write("log resumed", { file, seconds, late, lost });
    }
    case "reopened": {
      const { fate } = news;
      print(
        fate === "emptied"
          ? `${file} was emptied: the server writes on into it`
          : `${file} was ${fate}: the server has opened it again`,
      );
      return log?.write("log reopened", { file, cause: fate });
    }
    case "not rotated": {
      const cause = diskFault(news.cause);
      print(
        `Cannot put ${file} aside: ${cause}. Close the program that uses it ` +
          "or its old copies; until then it grows",
      );
      return log?.write("log not rotated", { file, cause });
    }
    case "unwritten":
      return print(
        `${count(news.lines, "line", "lines")} of ${file} could not be written`,
      );
  }
}

function lines(count: number): string {
  return count === 1 ? "1 line was" : `${count} lines were`;
}
