/** How long something takes, seconds of wall clock. */
export async function seconds(run: () => unknown): Promise<number> {
  const started = performance.now();
  await run();
  return (performance.now() - started) / 1000;
}

/** How much of a processor this process takes for something, seconds: what else runs on the machine counts little. */
export function processorSeconds(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** The middle one; of an even number the upper of the two. */
export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Rounded to hundredths. */
export function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
