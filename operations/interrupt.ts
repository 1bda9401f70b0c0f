/**
 * Lets a step settle before Ctrl-C takes effect: signals are noted, and `throwIfInterrupted` ends the work at
 * the next point where stopping leaves a consistent state.
 */
export class Interrupt {
  #signal: NodeJS.Signals | undefined;

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        this.#signal ??= signal;
      });
    }
  }

  /** @throws Error when a signal has come */
  throwIfInterrupted(): void {
    if (this.#signal) throw new Error(`interrupted by ${this.#signal}`);
  }
}
