import type { Ora } from "ora";

/** Reports long steps to whoever waits for them. */
export interface Progress {
  /**
   * Runs one step and reports it on stderr: its title and how long it took. A step that ends within two
   * seconds says nothing, so that a run in which all is in place stays quiet.
   * @param title What is being done, e.g. "Building the Pulumi engine".
   * @param run The step; it calls `note` with a few words on what it is at.
   * @returns What the step returns; what it throws is thrown on after its failure was reported.
   */
  step<T>(title: string, run: (note: (text: string) => void) => Promise<T>): Promise<T>;
}

/** Steps shorter than this many milliseconds are not worth a line. */
const quietMs = 2000;

/** Without a terminal a step that goes on reports this often, in milliseconds, so that a CI log stays alive. */
const heartbeatMs = 30_000;

/** The progress of this process: a spinner on a terminal, plain lines elsewhere; `verbose` shows every step. */
export function createProgress({ verbose = false }: { verbose?: boolean } = {}): Progress {
  return process.stderr.isTTY && !process.env.CI ? new SpinnerProgress(verbose) : new LineProgress(verbose);
}

/** "3 s", "2 min 5 s": what a person reads more easily than milliseconds. */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

class LineProgress implements Progress {
  constructor(private readonly verbose: boolean) {}

  async step<T>(title: string, run: (note: (text: string) => void) => Promise<T>): Promise<T> {
    const started = Date.now();
    let shown = false;
    let last = "";
    const show = () => {
      if (shown) return;
      shown = true;
      line(`${title} …${last && ` (${last})`}`);
    };
    const timers = [
      setTimeout(show, this.verbose ? 0 : quietMs),
      setInterval(
        () => line(`${title}: ${formatDuration(Date.now() - started)} so far${last && ` (${last})`}`),
        heartbeatMs,
      ),
    ];
    try {
      const result = await run((text) => {
        last = text;
        if (shown) line(`  ${text}`);
      });
      if (shown || this.verbose) line(`${title}: done in ${formatDuration(Date.now() - started)}`);
      return result;
    } catch (error) {
      line(`${title}: failed after ${formatDuration(Date.now() - started)}`);
      throw error;
    } finally {
      timers.forEach(clearTimeout);
    }
  }
}

class SpinnerProgress implements Progress {
  constructor(private readonly verbose: boolean) {}

  async step<T>(title: string, run: (note: (text: string) => void) => Promise<T>): Promise<T> {
    const started = Date.now();
    let last = "";
    let spinner: Ora | undefined;
    const text = () => `${title} (${formatDuration(Date.now() - started)}${last && `, ${last}`})`;
    // Loaded only when a step turns out to be long: most commands never show a spinner.
    const timer = setTimeout(
      () => {
        void import("ora").then(({ default: ora }) => {
          if (!finished) spinner = ora({ text: text(), discardStdin: false, hideCursor: false }).start();
        });
      },
      this.verbose ? 0 : quietMs,
    );
    const clock = setInterval(() => {
      if (spinner) spinner.text = text();
    }, 1000);
    let finished = false;
    try {
      const result = await run((note) => {
        last = note;
        if (spinner) spinner.text = text();
      });
      finished = true;
      last = "";
      spinner?.succeed(text());
      return result;
    } catch (error) {
      finished = true;
      if (spinner) spinner.fail(text());
      else line(`${title}: failed after ${formatDuration(Date.now() - started)}`);
      throw error;
    } finally {
      clearTimeout(timer);
      clearInterval(clock);
    }
  }
}

function line(text: string): void {
  process.stderr.write(`${text}\n`);
}
