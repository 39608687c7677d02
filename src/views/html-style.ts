/** How the report's page looks, by day, by night and on paper. Ours alone: nothing is put into it. */

import { html } from './html.ts';

export const REPORT_STYLE = html`
:root { --ink: #1c2024; --quiet: #60646c; --line: #e0e3e8; --ground: #fff; --raised: #f6f7f9;
  --good: #1a7f4b; --bad: #c62a2f; --warn: #9a6700; --work: #2563c4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #edeef0; --quiet: #a0a4ab; --line: #33373d; --ground: #16181b; --raised: #1f2226;
    --good: #4cc38a; --bad: #ff8589; --warn: #e2b33c; --work: #79b0ff; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.25rem; color: var(--ink); background: var(--ground);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.3; }
h2 { margin: 2.25rem 0 .5rem; font-size: 1.15rem; }
p { margin: .4rem 0; }
code { font: .875em ui-monospace, monospace; background: var(--raised); border-radius: 4px; padding: .1em .35em; }
.kind { margin: 0; color: var(--quiet); font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; }
.quiet { color: var(--quiet); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1.5rem 0 1rem; }
.cards div { background: var(--raised); border-radius: 8px; padding: .7rem .9rem; }
.cards dt { color: var(--quiet); font-size: .8rem; }
.cards dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.chip { display: inline-block; vertical-align: middle; border: 1px solid currentcolor; border-radius: 99px;
  padding: 0 .6em; font-size: .75rem; font-weight: 600; line-height: 1.7; color: var(--quiet); white-space: nowrap; }
.succeeded, .merged { color: var(--good); }
.failed, .blocked, .Critical { color: var(--bad); }
.interrupted, .paused, .Warning, .cancelled, .unfinished, .not-merged { color: var(--warn); }
.running, .merging, .accepted { color: var(--work); }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .6rem; border-top: 1px solid var(--line); font-weight: 400; }
thead th { border-top: 0; color: var(--quiet); font-size: .8rem; white-space: nowrap; }
tbody th { min-width: 16rem; width: 40%; }
.state, .number { white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.time { min-width: 10rem; width: 22%; }
svg { display: block; width: 100%; height: 1.4rem; }
.ground { fill: var(--line); }
.bar { fill: var(--quiet); }
.bar.done { fill: var(--good); }
.bar.failed, .bar.lost { fill: var(--bad); }
.bar.running { fill: var(--work); }
.bar.stopped, .bar.quota, .bar.asking { fill: var(--warn); }
.error { color: var(--bad); }
details { margin-top: .2rem; }
summary { color: var(--quiet); font-size: .8rem; cursor: pointer; }
details dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .75rem; margin: .4rem 0; font-size: .85rem; }
details dt { color: var(--quiet); }
details dd { margin: 0; white-space: pre-wrap; }
ol { padding-left: 1.4rem; }
li { margin: .35rem 0; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); font-size: .85rem; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; } details { display: none; } section { break-inside: avoid; } }
`;
