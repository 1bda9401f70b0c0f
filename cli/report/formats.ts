import type { PreviewReport } from "./report";

/** Forms of a preview that are one document; `text` beside them is the report's first page and Pulumi's own output. */
export const documentFormats = ["markdown", "json", "sarif", "html"] as const;

export type DocumentFormat = (typeof documentFormats)[number];

/** What a document is made of; all of its texts are without secrets. */
export interface DocumentArgs {
  report: PreviewReport;
  /** What the engine printed: its diff, and its messages if it failed. */
  engine: { stdout: string; stderr: string };
  /** The stack's configuration file: relative to the checkout if it is in it, else its name. */
  configFile: string;
}

/** What a file of a format exports. */
export interface FormatModule {
  /** The whole document, with the line's end at its end. */
  render(args: DocumentArgs): string;
}
