import type { FileCatalog } from "../files/file_catalog.ts";
import { listen } from "../net/listen.ts";
import {
  ExitCode,
  onUncaught,
  Presses,
  StartError,
  VERSION,
} from "../program.ts";
import { describeOutputFault } from "../terminal/standard_streams.ts";
import { beFound } from "./be_found.ts";
import { ChatServer, MAX_DEFAULT_MEMORY } from "./chat_server.ts";
import { Desk } from "./desk.ts";
import { type EventLog, stackOf } from "./event_log.ts";
import { type Introduce, introducer } from "./introduction.ts";
import type { Machine } from "./machine.ts";
import { LOG_NAME, type OpenLog, openLog } from "./open_log.ts";
import type { OperatorContext } from "./operator/context.ts";
import { statusLine } from "./operator/status.ts";
import type { Options } from "./options.ts";
import { ownAddresses } from "./own_addresses.ts";
import { keepOwnPaths, pathIn } from "./own_paths.ts";
import { openSecurity } from "./open_security.ts";
import type { Security } from "./security.ts";
import { openCatalog, SHARED_FOLDER } from "./shared_folder.ts";

/** The share of the computer's memory that the send queues may take. */
const MEMORY_SHARE = 1 / 4;

/**
 * Serves until the program is asked to stop, and resolves to the exit code. Closes
 * everything that it opened, however far the start got and however the run ends.
 * Rejects with {@linkcode StartError} if the server cannot start.
 */
export async function runHost(
  options: Options,
  machine: Machine,
): Promise<number> {
  await using host = new Host(options, machine);
  return await host.run();
}

/** One run of the server, with everything it has opened. */
class Host implements AsyncDisposable {
  readonly #options: Options;
  readonly #machine: Machine;
  /** Closes everything, in reverse order of opening. */
  readonly #opened = new AsyncDisposableStack();
  readonly #stopping = new AbortController();
  readonly #presses = new Presses();
  readonly #started = performance.now();
  /** `undefined` at first: faults can occur before there is a desk to show them. */
  #desk: Desk | undefined;
  #server: ChatServer | undefined;
  #operator: OperatorContext | undefined;

  constructor(options: Options, machine: Machine) {
    this.#options = options;
    this.#machine = machine;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#opened.disposeAsync();
  }

  async run(): Promise<number> {
    const { host, discovery, name } = this.#options;
    const { acceptors, port } = this.#opened.use(
      listen(this.#options.port, host),
    );
    this.#opened.defer(() => this.#stopping.abort());
    const opened = await this.#openLog();
    this.#opened.use(opened);
    const { log, path, why } = opened;
    const [addresses, cardFault] = ownAddresses(host);
    const desk = this.#openDesk(log, `${addresses[0]} ${port}`);
    if (why !== undefined) desk.print(`${why}: the log is ${path}`);
    if (cardFault !== undefined) desk.print(cardFault);
    const security = await openSecurity(this.#options, {
      ...{ machine: this.#machine, log, print: this.#print },
    });
    const catalog = await this.#openCatalog(log, path);
    const introduce = discovery
      ? introducer({
        ...{ name, port, fingerprint: security.fingerprint },
        people: () => this.#server?.status.clients ?? 0,
      })
      : undefined;
    const server = this.#makeServer(catalog, { log, introduce, security });
    this.#server = server;
    this.#operator = this.#contextOf(server, { log, catalog, desk, security });
    this.#opened.use(this.#machine.onStopSignal(this.#onStop));
    // One fault must not end the lesson: the server logs it and continues.
    this.#opened.use(
      onUncaught((error) => log.write("failure", { stack: stackOf(error) })),
    );
    try {
      log.write("started", {
        ...{ version: VERSION, port, host: host ?? "all interfaces" },
        fingerprint: security.shownFingerprint,
      });
      desk.showStart({ host, port, addresses });
      desk.showSecurity(security);
      const { signal } = this.#stopping;
      const { giveBackNetwork } = this.#machine;
      const print = this.#print;
      await beFound(
        { introduce, host, signal },
        { log, print, giveBackNetwork },
      );
      desk.open();
      await server.run(acceptors, signal);
    } catch (error) {
      if (!(error instanceof StartError)) {
        log.write("failure", { stack: stackOf(error) });
      }
      throw error;
    }
    log.settle();
    log.write("stopped");
    await opened.close();
    desk.print("Closed");
    return ExitCode.inOrder;
  }

  #openLog(): Promise<OpenLog> {
    return openLog(this.#machine.folder, {
      ownFolder: this.#machine.ownFolder,
      keepsPrivate: this.#options.logsPrivate,
      print: this.#print,
    });
  }

  #openDesk(log: EventLog, address: string): Desk {
    const desk = this.#desk = new Desk(this.#machine, {
      status: () =>
        statusLine({
          address,
          uptime: this.#uptime(),
          ...this.#server!.status,
        }),
      operator: () => this.#operator!,
      onEnd: this.#onStop,
      onLost: (cause) =>
        log.write("output lost", { cause: describeOutputFault(cause) }),
    });
    this.#opened.defer(() => desk.close());
    return desk;
  }

  /**
   * Opens the shared folder. After that, the program needs only this path and those of
   * the logs.
   */
  async #openCatalog(log: EventLog, path: string): Promise<FileCatalog> {
    const { ownFolder, keepNewFilesToOwner } = this.#machine;
    const print = this.#print;
    const folder = this.#pathOf(SHARED_FOLDER);
    const catalog = await openCatalog(folder, { ownFolder, print, log });
    // The shared folder is for everyone; only logs are created from here on.
    keepNewFilesToOwner();
    const usualLog = this.#pathOf(LOG_NAME);
    keepOwnPaths({ usualLog, log: path, ownFolder });
    return catalog;
  }

  #makeServer(
    catalog: FileCatalog,
    { log, introduce, security }: {
      readonly log: EventLog;
      readonly introduce: Introduce | undefined;
      readonly security: Security;
    },
  ): ChatServer {
    const { welcome, name, limits } = this.#options;
    const share = this.#machine.totalMemory() * MEMORY_SHARE;
    return new ChatServer({
      ...limits,
      maxMemory: limits.maxMemory ?? Math.min(share, MAX_DEFAULT_MEMORY),
      ...{ catalog, log, welcome, name, introduce, security },
      print: this.#print,
    });
  }

  /** Returns the context of the operator's commands. */
  #contextOf(
    server: ChatServer,
    { log, catalog, desk, security }: {
      readonly log: EventLog;
      readonly catalog: FileCatalog;
      readonly desk: Desk;
      readonly security: Security;
    },
  ): OperatorContext {
    return {
      moderation: server.moderation,
      security,
      clients: () => server.sessions,
      stats: () => server.stats,
      files: () => catalog.list(),
      uptime: this.#uptime,
      memory: () => this.#machine.usedMemory(),
      say: (text) => server.say(text),
      log: (event, details) => log.write(event, details),
      logsPrivate: this.#options.logsPrivate,
      print: (text) => desk.answer(text),
      quit: (reason) => this.#stop(reason),
      dialog: desk.window,
    };
  }

  /** Ends the server when asked; one press of Ctrl+C may arrive twice. */
  readonly #onStop = (interrupted: boolean): void => {
    if (this.#presses.isNew()) this.#stop("", { isHasty: interrupted });
  };

  /**
   * Ends the server in order. If it is already ending and `isHasty` is set, exits at
   * once.
   */
  #stop(reason: string, { isHasty = false } = {}): void {
    if (!this.#stopping.signal.aborted) {
      this.#print("Closing: telling everybody (Ctrl+C again to stop at once)");
      this.#stopping.abort(reason);
    } else if (isHasty) {
      this.#machine.exit(ExitCode.failed);
    }
  }

  readonly #print = (line: string): void => this.#desk?.print(line);

  /** Returns the time since the start, in milliseconds. */
  readonly #uptime = (): number => performance.now() - this.#started;

  #pathOf(name: string): string {
    return pathIn(this.#machine.folder, name);
  }
}
