/** When changes that interrupt may be applied: `maintenance.windows` of the configuration. */
export interface Window {
  /** mon … sun: days on which it opens. */
  days: string[];
  /** HH:MM on the clock of the zone; `to` before `from` is on the next day. */
  from: string;
  to: string;
  /** IANA name. */
  zone: string;
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MINUTE = 60_000;
/** A window opens once a week at least; a change of the clock may swallow one opening. */
const LOOK_AHEAD_MINUTES = 15 * 24 * 60;

/** Whether a window is open. By the zone's clock on the wall: where that is put back, an hour counts twice. */
export function isOpen({ days, from, to, zone }: Window, at: Date): boolean {
  const { day, time } = wallClock(zone, at);
  const yesterday = DAYS[(DAYS.indexOf(day) + 6) % 7]!;
  if (from < to) return days.includes(day) && from <= time && time < to;
  return (days.includes(day) && from <= time) || (days.includes(yesterday) && time < to);
}

/** Whether changes that interrupt may be applied: at any time when no window is given. */
export function mayInterrupt(windows: Window[], at: Date): boolean {
  return windows.length === 0 || windows.some((window) => isOpen(window, at));
}

/** The next full minute at which a window is open, and which one; undefined if there is none within 15 days. */
export function nextOpening(windows: Window[], at: Date): { at: Date; window: Window } | undefined {
  const first = Math.ceil(at.getTime() / MINUTE);
  for (let minute = first; minute <= first + LOOK_AHEAD_MINUTES; minute++) {
    const then = new Date(minute * MINUTE);
    const window = windows.find((each) => isOpen(each, then));
    if (window) return { at: then, window };
  }
  return undefined;
}

/** Date and time as people in the zone read it, e.g. "sat 2026-11-28 02:00 Europe/Paris". */
export function inZone(zone: string, at: Date): string {
  const { day, date, time } = wallClock(zone, at);
  return `${day} ${date} ${time} ${zone}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallClock(zone: string, at: Date): { day: string; date: string; time: string } {
  const format = formats.get(zone) ?? makeFormat(zone);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    day: parts.weekday!.toLowerCase(),
    date: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
  };
}

function makeFormat(zone: string): Intl.DateTimeFormat {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(zone, format);
  return format;
}
