/** How long a server may take to answer before it counts as out of reach, seconds. */
export const reachSeconds = 3;

/**
 * Whether a server answers a request for this address, decided within 3 s. curl asks, since it honours the
 * machine's proxy settings.
 */
export async function isReachable(url: string): Promise<boolean> {
  const { execa } = await import("execa");
  const result = await execa(
    "curl",
    [
      "--silent",
      "--head",
      "--fail",
      "--location",
      "--output",
      "/dev/null",
      "--max-time",
      String(reachSeconds),
      url,
    ],
    { reject: false, timeout: (reachSeconds + 1) * 1000 },
  );
  return result.exitCode === 0;
}
