/** How a review looks: on a screen in light and dark, and on paper. @packageDocumentation */

export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14171c);
  --card: light-dark(#ffffff, #1d2129);
  --ink: light-dark(#1b1f27, #e6e9ef);
  --soft: light-dark(#5b6472, #9aa4b4);
  --line: light-dark(#dfe3e9, #313844);
  --code: light-dark(#eef1f5, #282e39);
  --danger: light-dark(#b3261e, #ff8a80);
  --notice: light-dark(#8a5a00, #f2c063);
  --added: light-dark(#1a6b3c, #7dd8a0);
  --removed: light-dark(#7a3b69, #dfa3cd);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 70rem; padding: 2rem 1.25rem 3rem;
  background: var(--ground); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", sans-serif;
}
header, details {
  background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--line);
  border-radius: 8px; margin-bottom: 1rem; padding: 1rem 1.25rem;
}
header { padding: 1.25rem 1.5rem; border-left-color: var(--added); }
header.danger, details.danger { border-left-color: var(--danger); }
header.notice, details.notice { border-left-color: var(--notice); }
h1 { font-size: 1.4rem; margin: 0 0 .4rem; }
header, h2, h3, li, footer { overflow-wrap: anywhere; }
h2 { display: inline; font-size: 1.05rem; margin: 0; }
h3 { font-size: 1rem; margin: 1.2rem 0 .5rem; }
header p { font-size: 1.1rem; margin: 0; }
header p.origin { color: var(--soft); font-size: .85rem; margin-top: .5rem; overflow-wrap: anywhere; }
summary { cursor: pointer; }
summary:focus-visible { outline: 2px solid var(--notice); outline-offset: 4px; border-radius: 4px; }
ul { margin: .75rem 0 0; padding: 0; list-style: none; }
li { border-left: 3px solid var(--line); margin: .4rem 0; padding: .1rem 0 .1rem .75rem; }
li.danger { border-color: var(--danger); }
li.notice { border-color: var(--notice); }
.table { margin-top: .75rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-top: 1px solid var(--line); padding: .4rem .9rem .4rem 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
/* A long name beside it crushes no column. */
td:not(.empty) { min-width: 6.5rem; }
thead td { border: 0; }
th { border-top: 0; color: var(--soft); font-size: .8rem; font-weight: 600; }
td:first-child, h3 { font-weight: 600; }
tr.added td:first-child, h3.added { color: var(--added); }
tr.removed td:first-child, h3.removed { color: var(--removed); }
tr.danger td:first-child, h3.danger { color: var(--danger); }
tr.notice td:first-child { color: var(--notice); }
code {
  background: var(--code); border-radius: 4px; padding: .05rem .3rem;
  font: .88em/1.4 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere;
}
.tier { border: 1px solid currentColor; border-radius: 999px; font-size: .8rem; padding: 0 .5rem; white-space: nowrap; }
.tier0 { color: var(--danger); font-weight: 700; }
.tier1 { color: var(--notice); }
.tier2 { color: var(--soft); }
@media (max-width: 40rem) {
  body { padding: .75rem .5rem 2rem; }
  header, details { padding: .75rem .9rem; }
  table, tbody, tr, td { display: block; }
  thead, td.empty { display: none; }
  tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  td:not(.empty) { border: 0; min-width: 0; padding: .1rem 0; }
  td[data-column]::before { color: var(--soft); content: attr(data-column) ": "; font-size: .8rem; font-weight: 600; }
}
footer { color: var(--soft); font-size: .85rem; }
@media print {
  :root { color-scheme: light; }
  body { background: none; max-width: none; padding: 0; font-size: 11px; }
  header, details { break-inside: avoid-page; border-radius: 0; }
  /* What is folded on a screen is on paper all the same. */
  details::details-content { content-visibility: visible; height: auto; }
}
`;
