"""The looks of the page: one style sheet.

Owns colours, type and the narrow-screen layout. It knows class names only.
"""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #fff; --ink: #1d2129; --soft: #5c6470; --line: #e2dfd8; --code: #f1eee7;
  --accent: #0b5c8a; --good: #176b3a; --warn: #8a5a00; --bad: #a3252c; --calm: #5b4a9e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171c; --card: #1b1f26; --ink: #e6e4de; --soft: #9aa3b0; --line: #2d333d; --code: #232831;
    --accent: #76bdea; --good: #74cf98; --warn: #e5b45c; --bad: #f08b8f; --calm: #b3a5f0;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", sans-serif; overflow-wrap: break-word;
}
header, main, nav, footer { max-width: 64rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .5rem; text-wrap: balance; }
h2 { font-size: 1.4rem; margin: 0 0 .25rem; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; }
h4 { font-size: .95rem; margin: 1.1rem 0 .4rem; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: .15em; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .875em; }
code { background: var(--code); border-radius: .3em; padding: .1em .3em; }
pre { background: var(--code); border-radius: .5rem; padding: .9rem 1rem; margin: .4rem 0 1rem; overflow-x: auto; }
pre code { background: none; padding: 0; }
nav ul { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; margin: 1.25rem 0; padding: 0; }
nav a {
  display: block; padding: .2rem .7rem; border: 1px solid var(--line); border-radius: 2rem;
  background: var(--card); text-decoration: none;
}
.lead { color: var(--soft); font-size: 1.1rem; margin: 0 0 1rem; }
.card {
  background: var(--card); border: 1px solid var(--line); border-radius: .75rem;
  padding: 1.25rem 1.4rem; margin: 1.25rem 0;
}
.call { font-size: 1.05rem; margin: .3rem 0 .8rem; }
.call code { background: none; padding: 0; }
.call .note { float: right; }
.method, .badge {
  display: inline-block; border: 1px solid currentcolor; border-radius: .35rem; padding: 0 .45em;
  font-size: .78rem; line-height: 1.5; white-space: nowrap;
}
.method { font-weight: 700; color: var(--accent); margin-right: .5em; }
.MUST, .status-5 { color: var(--bad); } .SHOULD, .status-4 { color: var(--warn); } .MAY { color: var(--soft); }
.documented, .status-2 { color: var(--good); } .implied { color: var(--accent); }
.protocol { color: var(--calm); } .assumed { color: var(--warn); }
.status { font-weight: 700; font-variant-numeric: tabular-nums; margin-right: .6em; }
.rules { display: flex; flex-wrap: wrap; gap: .25rem .6rem; font-size: .85rem; margin: .5rem 0; }
.note { display: block; color: var(--soft); font-size: .88rem; }
details { border-top: 1px solid var(--line); padding: .55rem 0; }
summary { cursor: pointer; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; margin: .4rem 0 1rem; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: .8rem; }
th, td { padding: .45rem .7rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td code { overflow-wrap: normal; }
tr:has(:target), section:target { background: color-mix(in srgb, var(--accent) 9%, transparent); }
footer { color: var(--soft); font-size: .88rem; padding-bottom: 3rem; }
@media (max-width: 46rem) {
  .card { padding: 1rem; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; }
  tr { border-bottom: 1px solid var(--line); padding: .6rem 0; }
  td { border: 0; padding: .1rem 0; }
  td code { overflow-wrap: anywhere; }
  td:empty { display: none; }
  td:not(:first-child)::before { content: attr(data-label) ": "; color: var(--soft); font-size: .8rem; }
}
"""
