type Line = Record<string, unknown> & { sequence: number };
type Metadata = { op: string; urn: string; type: string };

/** Resources of which a stack has one. */
const SINGLE = /^pulumi:/;

/**
 * A preview of a larger stack: its resources over and over, each time under other names, until there are enough.
 * @param eventLog of a real preview
 * @param count how many resources there are to be
 * @returns an event log that holds what the engine's would, with its own counts
 */
export function grownPreview(eventLog: string, count: number): string {
  const lines = eventLog
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  const urns = [...new Set(lines.flatMap((line) => metadataOf(line)?.urn ?? []))];
  const copied = urns.filter((urn) => !SINGLE.test(typeOf(lines, urn)));
  const copies = Array.from({ length: Math.max(0, count - urns.length) }, (_, index) => ({
    urn: copied[index % copied.length]!,
    suffix: `-copy${Math.floor(index / copied.length) + 1}`,
  }));
  const grown = [...urns.filter((urn) => !copied.includes(urn)), ...copied]
    .slice(0, count)
    .map((urn) => ({ urn, suffix: "" }))
    .concat(copies)
    .flatMap(({ urn, suffix }) => stepsOf(lines, urn).map((line) => renamed(line, urn, suffix)));
  const first = lines.findIndex((line) => metadataOf(line));
  const rest = lines.slice(first).filter((line) => !metadataOf(line));
  const all = [...lines.slice(0, first), ...grown, ...rest.map((line) => counted(line, grown))];
  return all.map((line, sequence) => `${JSON.stringify({ ...line, sequence })}\n`).join("");
}

function metadataOf(line: Line): Metadata | undefined {
  const event = (line.resourcePreEvent ?? line.resOutputsEvent) as { metadata: Metadata } | undefined;
  return event?.metadata;
}

function typeOf(lines: Line[], urn: string): string {
  return stepsOf(lines, urn).map((line) => metadataOf(line)!.type)[0]!;
}

function stepsOf(lines: Line[], urn: string): Line[] {
  return lines.filter((line) => metadataOf(line)?.urn === urn);
}

function renamed(line: Line, urn: string, suffix: string): Line {
  return JSON.parse(JSON.stringify(line).replaceAll(`"${urn}"`, `"${urn}${suffix}"`)) as Line;
}

/** The summary for the steps that there are now. */
function counted(line: Line, steps: Line[]): Line {
  if (!line.summaryEvent) return line;
  const resourceChanges: Record<string, number> = {};
  for (const { resourcePreEvent } of steps) {
    const step = (resourcePreEvent as { metadata: Metadata } | undefined)?.metadata;
    if (step && !step.urn.includes("::default"))
      resourceChanges[step.op] = (resourceChanges[step.op] ?? 0) + 1;
  }
  return { ...line, summaryEvent: { ...(line.summaryEvent as object), resourceChanges } };
}
