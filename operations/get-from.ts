import { dockerTry } from "./docker";

/** One GET from inside a container of the edge's image. `status` is 0 when nothing answered. */
export async function getFrom(
  endpoint: string,
  container: string,
  url: string,
  host?: string,
): Promise<{ status: number; headers: string }> {
  const result = await dockerTry(endpoint, [
    "exec",
    container,
    // Not wget's own -T: Debian's busybox crashes on it.
    "timeout",
    "5",
    "wget",
    "-S",
    "-q",
    "-O",
    "/dev/null",
    ...(host ? ["--header", `Host: ${host}`] : []),
    url,
  ]);
  const statuses = [...result.stderr.matchAll(/HTTP\/[\d.]+ (\d{3})/g)];
  return { status: Number(statuses[0]?.[1] ?? 0), headers: result.stderr };
}
