/** Bytes of a segment of the write-ahead log: Postgres' default, 16 MiB. */
export const SEGMENT_BYTES = 16 * 1024 ** 2;

/** Name of a segment: timeline, log and segment in it, eight hex digits each. Of one timeline they sort by position. */
export const SEGMENT = /^[0-9A-F]{24}$/;

/** Name of the file in which a timeline says from which others it came. */
export const HISTORY = /^[0-9A-F]{8}\.history$/;

/** Segments to a log file, by which they are named: 4 GiB of 16 MiB each. */
const SEGMENTS_PER_LOG = 2n ** 32n / BigInt(SEGMENT_BYTES);

/** Bytes from the log's begin to a position as Postgres writes it, such as `16/B374D848`. */
export function position(text: string): bigint {
  const [, high, low] = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/.exec(text) ?? [];
  if (high === undefined || low === undefined) throw new Error(`${text} is no position in the log`);
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

/** Name of the segment that holds the byte at a position. */
export function segmentAt(timeline: number, at: bigint): string {
  return segmentName(timeline, at / BigInt(SEGMENT_BYTES));
}

/** Name of the segment after one. */
export function following(segment: string): string {
  const number = BigInt(`0x${segment.slice(8, 16)}`) * SEGMENTS_PER_LOG + BigInt(`0x${segment.slice(16)}`);
  return segmentName(Number.parseInt(segment.slice(0, 8), 16), number + 1n);
}

function segmentName(timeline: number, number: bigint): string {
  return [BigInt(timeline), number / SEGMENTS_PER_LOG, number % SEGMENTS_PER_LOG]
    .map((part) => part.toString(16).toUpperCase().padStart(8, "0"))
    .join("");
}
