import { createHash } from "node:crypto";
import type { OutgoingHttpHeaders } from "node:http";

const style = `
:root { color-scheme: light dark; --ink: #16202c; --dim: #5b6b7d; --paper: #f3f5f8; --card: #fff; --line: #dfe5ec;
  --accent: #1d6b57; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf3; --dim: #93a3b5; --paper: #10161d; --card: #18212b;
  --line: #2a3643; --accent: #5fc4a4; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
main { max-width: 52rem; margin: 0 auto; padding: 4rem 1.5rem; }
header { display: flex; align-items: center; gap: 1rem; margin-bottom: 2rem; }
header svg { width: 3rem; height: 3rem; color: var(--accent); flex: none; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; } header p { margin: .2rem 0 0; color: var(--dim); }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .8rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: 1.1rem 1.3rem; }
.card b { display: block; font-size: 1.5rem; overflow-wrap: anywhere; } .card span { color: var(--dim); font-size: .9rem; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); }
th, td { text-align: left; padding: .5rem .8rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-size: .85rem; color: var(--dim); font-weight: 500; }
a { color: var(--accent); } .button { display: inline-block; margin-top: 2rem; padding: .6rem 1.2rem; border: 0;
  border-radius: .5rem; background: var(--accent); color: var(--card); font: inherit; text-decoration: none; cursor: pointer; }
footer { margin-top: 3rem; color: var(--dim); font-size: .9rem; }`;

const lock = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true">
<rect x="3" y="3" width="18" height="18" rx="3"/><circle cx="12" cy="12" r="4.5"/>
<path d="M12 7.5v9M7.5 12h9M6 21v1.5M18 21v1.5"/></svg>`;

/** Text made safe for an element's content or a quoted attribute. */
export function escape(text: unknown): string {
  return String(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A whole page; `body` is HTML, `title` and `subtitle` are text. */
export function page(title: string, subtitle: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title><style>${style}</style></head>
<body><main><header>${lock}<div><h1>${escape(title)}</h1><p>${escape(subtitle)}</p></div></header>
${body}
<footer>A demonstration: it keeps what you write, but not from anybody. Do not store secrets here.</footer>
</main></body></html>
`;
}

export function cards(values: Record<string, unknown>): string {
  const card = ([label, value]: [string, unknown]) =>
    `<div class="card"><b>${escape(value)}</b><span>${escape(label)}</span></div>`;
  return `<div class="cards">${Object.entries(values).map(card).join("")}</div>`;
}

export function table(head: string[], rows: unknown[][]): string {
  const row = (tag: string) => (cells: unknown[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>${row("th")(head)}${rows.map(row("td")).join("")}</table>`;
}

/** Headers that let a page use its own style, and the given inline script, and nothing else. */
export function pageHeaders(script?: string): OutgoingHttpHeaders {
  const source = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const scripts = script ? `; script-src ${source(script)}` : "";
  return {
    "Content-Security-Policy":
      `default-src 'none'; style-src ${source(style)}${scripts}; form-action 'self'; ` +
      `frame-ancestors 'none'; base-uri 'none'`,
  };
}
