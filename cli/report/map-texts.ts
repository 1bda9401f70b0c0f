import type { PreviewReport } from "./report";

/** Fields that hold one of a few words of the program's own, or what others refer to. */
const FIXED = ["stack", "kind", "level", "rule", "interruption", "strategy", "fate", "expires", "digest"];

/** The report with every text that comes from elsewhere passed through a function, such as a redactor's. */
export function mapTexts(report: PreviewReport, map: (text: string) => string): PreviewReport {
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return map(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, FIXED.includes(name) ? each : walk(each)]),
    );
  };
  return walk(report) as PreviewReport;
}
