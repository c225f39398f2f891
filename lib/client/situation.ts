/** Watches the premises of an open question. */
export type Watch = Disposable & {
  /** Aborts when they change. */
  readonly signal: AbortSignal;
  /** What has changed, as a clause: `Bob has left`; `undefined` if nothing has changed. */
  readonly change: string | undefined;
  /** Withdraws the question because of `change`. */
  withdraw(change: string): void;
};

/**
 * Withdraws questions that may no longer be true: a person whom they name has joined
 * or left, the mode has changed, or the connection is lost.
 */
export class Situation {
  readonly #watches = new Map<AbortController, ReadonlySet<string>>();

  /** Watches the people with these ids, and changes that concern everyone. */
  watch(ids: readonly (string | undefined)[]): Watch {
    const controller = new AbortController();
    const { signal } = controller;
    const known = ids.filter((id) => id !== undefined);
    this.#watches.set(controller, new Set(known));
    return {
      signal,
      get change() {
        return signal.aborted ? String(signal.reason) : undefined;
      },
      withdraw: (change) => {
        this.#watches.delete(controller);
        controller.abort(change);
      },
      [Symbol.dispose]: () => void this.#watches.delete(controller),
    };
  }

  /** Withdraws the questions about the person with this id; without `id`, all questions. */
  changed(change: string, id?: string): void {
    for (const [controller, ids] of [...this.#watches]) {
      if (id !== undefined && !ids.has(id)) continue;
      this.#watches.delete(controller);
      controller.abort(change);
    }
  }
}
