/** The page's only style sheet, in both colour schemes. Every kind of change has a colour, a sign and a word. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1b1f24; --soft: #57606a; --page: #f6f8fa; --card: #ffffff; --line: #d0d7de;
  --create: #1a7f37; --update: #0a5fc2; --replace: #8250df; --delete: #c11f2b; --unjudged: #9a6700; --same: #6e7781;
  --good: #1a7f37; --bad: #c11f2b; --warn: #9a6700; --on: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9aa5b1; --page: #0d1117; --card: #161b22;
  --line: #3d444d; --create: #4ac26b; --update: #6cb6ff; --replace: #c297ff; --delete: #ff7b72; --unjudged: #e3b341;
  --same: #848d97; --good: #4ac26b; --bad: #ff7b72; --warn: #e3b341; --on: #0d1117; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.45 system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
main { max-width: 1200px; margin: 0 auto; padding: 16px 24px 48px; }
header { display: flex; flex-wrap: wrap; gap: 6px 16px; align-items: center; margin-bottom: 12px; }
h1 { font-size: 24px; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 24px 0 8px; }
header p { margin: 0; color: var(--soft); overflow-wrap: anywhere; flex-basis: 100%; }
.badge { font-weight: 700; letter-spacing: .03em; padding: 3px 12px; border-radius: 6px; color: var(--on); background: var(--warn); }
.badge.allowed { background: var(--good); }
.badge.refused { background: var(--bad); }
.summary { font-size: 17px; }
.cards { display: grid; grid-template-columns: 1.25fr 1fr 1.25fr 1fr; gap: 12px; }
@media (max-width: 1000px) { .cards { grid-template-columns: repeat(2, 1fr); } }
@media (max-width: 560px) { .cards { grid-template-columns: 1fr; } }
.card { background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--same); border-radius: 8px; padding: 10px 14px; overflow-wrap: anywhere; }
.card.good { border-top-color: var(--good); }
.card.bad { border-top-color: var(--bad); }
.card.warn { border-top-color: var(--warn); }
.card h2 { margin: 0; font-size: 13px; font-weight: 600; color: var(--soft); }
.card .word { margin: 2px 0 4px; font-size: 18px; font-weight: 700; }
.card ul { margin: 0; padding-left: 17px; }
.card li { margin: 1px 0; }
.panel { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 5px 14px 5px 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
th { color: var(--soft); font-weight: 600; font-size: 13px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 16px 0 8px; padding: 0; list-style: none; color: var(--soft); font-size: 13px; }
.legend b { display: inline-block; width: 18px; text-align: center; border-radius: 3px; color: var(--on); }
b.create { background: var(--create); } b.update { background: var(--update); } b.replace { background: var(--replace); }
b.delete { background: var(--delete); } b.unjudged { background: var(--unjudged); } b.same { background: var(--same); }
svg { width: 100%; min-width: 760px; height: auto; display: block; font: 13px system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif; }
svg text { fill: var(--text); }
svg .box > rect { fill: var(--card); stroke: var(--line); stroke-width: 1.2; }
svg .moving > rect { stroke: var(--text); stroke-width: 2.2; }
svg .still > rect { stroke-dasharray: 5 4; }
svg .name { font-size: 15px; font-weight: 700; }
svg .status, svg .type, svg .rest { fill: var(--soft); font-size: 12px; }
svg .type { text-anchor: end; }
svg .sign { fill: var(--on); font-weight: 700; font-size: 14px; text-anchor: middle; }
svg .arrow { fill: none; stroke: var(--soft); stroke-width: 1.6; marker-end: url(#head); }
svg .head { fill: var(--soft); }
.create .mark { fill: var(--create); } .update .mark { fill: var(--update); } .replace .mark { fill: var(--replace); }
.delete .mark { fill: var(--delete); } .unjudged .mark { fill: var(--unjudged); } .same .mark { fill: var(--same); }
.create .part { fill: var(--create); } .update .part { fill: var(--update); } .replace .part { fill: var(--replace); }
.delete .part { fill: var(--delete); text-decoration: line-through; } .unjudged .part { fill: var(--unjudged); } .same .part { fill: var(--soft); }
.finding { border-left: 5px solid var(--same); margin-bottom: 10px; }
.finding.mandatory { border-left-color: var(--bad); }
.finding.advisory { border-left-color: var(--warn); }
.finding h3 { font-size: 15px; margin: 0 0 4px; }
.finding p { margin: 4px 0; }
.tag { font-weight: 700; }
.mandatory .tag { color: var(--bad); } .advisory .tag { color: var(--warn); }
.soft { color: var(--soft); font-size: 13px; }
details { margin-top: 16px; }
summary { cursor: pointer; font-weight: 600; }
code { font: .92em ui-monospace, "DejaVu Sans Mono", monospace; background: var(--page); border-radius: 4px; padding: 0 3px; }
pre { overflow-x: auto; font: 12.5px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
`;
