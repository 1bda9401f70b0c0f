import fc from "fast-check";
import { mapTexts } from "../map-texts";
import type { PreviewReport } from "../report";
import { archived, refused, upgrade } from "./reports";

/** What tries to leave the place that it is put in. */
const BREAKS = [
  "|",
  "\n",
  "\r",
  "\n\n```\n",
  "````",
  "~~~",
  "`",
  "\\",
  "\\|",
  "</details>",
  "<!--",
  "-->",
  "<script>alert(1)</script>",
  "</pre>",
  "</style>",
  "]]>",
  '"',
  "'",
  "&lt;",
  "&#124;",
  "<img src=x onerror=alert(1)>",
  "[a](javascript:alert(1))",
  "![a](https://example.com/a.png)",
  "https://example.com",
  "www.example.com",
  "@everyone",
  "#12",
  "**",
  "__",
  "$$",
  "\u202e",
  "\u0000",
  "\u001b[31m",
  "\ud800",
  "\u2028",
  "| --- |",
  "\n# ",
  "\n- ",
];

/** Texts that could be in a name, a reason, a problem or the engine's output. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...BREAKS), fc.string({ unit: "binary", maxLength: 12 })), { maxLength: 8 })
  .map((parts) => parts.join(""));

/** A report, and the same with other texts in all places. */
export const hostileReports = fc
  .record({
    benign: fc.constantFrom(refused, upgrade, archived).map((make) => make()),
    texts: fc.array(hostileText, { minLength: 1, maxLength: 20 }),
  })
  .map(({ benign, texts }): { benign: PreviewReport; hostile: PreviewReport } => {
    let next = 0;
    // A component stays with its parts: another one would be another picture.
    const names = new Map<string, string>();
    const hostile = mapTexts(benign, (text) => {
      const own = names.get(text) ?? `${next}${texts[next++ % texts.length]!}`;
      names.set(text, own);
      return own;
    });
    // What a picture and a table are made by.
    const resources = hostile.resources.map((resource, index) => ({
      ...resource,
      type: benign.resources[index]!.type,
      urn: benign.resources[index]!.urn,
      ...("role" in resource ? { role: benign.resources[index]!.role! } : {}),
    }));
    const data = hostile.data.map((each, index) => ({ ...each, role: benign.data[index]!.role! }));
    return { benign, hostile: { ...hostile, resources, data } };
  });
