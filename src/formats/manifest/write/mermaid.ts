/** Diagrams of a plan for people, in Mermaid. https://mermaid.js.org */

import { clipEnd } from '../../../core/clip.ts';
import type { Plan, Task } from '../../../core/plan.ts';
import { printableLine } from '../../../core/printable.ts';
import { longestPath } from './longest-path.ts';

/** Minutes of a task that has no estimate, for the chart alone. */
const UNKNOWN_MINUTES = 60;
/** Mermaid draws no more, and nothing of a diagram with more can allow it: `maxEdges` and `maxTextSize`. */
const MOST_EDGES = 499;
const MOST_TEXT = 50_000;
const LONGEST_LABEL = 200;

/** Which components build on which, by what their tasks wait for. */
export function architectureText(plan: Plan): string {
  const partOf = (task: Task): string => task.component ?? task.id;
  const parts = [...new Set(plan.tasks.map(partOf))];
  const names = new Map(parts.map((part, index) => [part, `c${index + 1}`]));
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  const edges = plan.tasks.flatMap((task) =>
    task.dependsOn.flatMap((id) => {
      const other = byId.get(id);
      const [from, to] = [other === undefined ? undefined : partOf(other), partOf(task)];
      return from === undefined || from === to ? [] : [`    ${names.get(from)} --> ${names.get(to)}`];
    }),
  );
  return page(`Architecture: ${plan.title ?? plan.name}`, [
    'An arrow leads from a component to one that builds on it.',
    '',
    ...graph(
      'graph TB',
      parts.map((part) => `    ${names.get(part)}[${label(part)}]`),
      edges,
    ),
  ]);
}

/** The waves with what waits for what, and when each could run. */
export function taskGraphText(plan: Plan): string {
  const names = new Map(plan.tasks.map(({ id }, index) => [id, `t${index + 1}`]));
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  const estimated = plan.tasks.every(({ estimateSeconds }) => estimateSeconds !== undefined);
  const path = longestPath(plan);
  const critical = new Set(path);
  const waves = plan.groups.map(({ number, tasks }) => [
    `    subgraph wave${number}[${label(`Wave ${number}`)}]`,
    ...tasks.map((id) => `        ${names.get(id)}[${label(`${id}: ${byId.get(id)?.title ?? ''}`)}]`),
    '    end',
  ]);
  const edges = plan.tasks.flatMap(({ id, dependsOn }) =>
    dependsOn.map((other) => `    ${names.get(other)} --> ${names.get(id)}`),
  );
  const chart = plan.groups.flatMap(({ number, tasks }, index) => {
    const before = plan.groups[index - 1]?.tasks ?? [];
    // One is enough, and all of them would make a text that grows with the square of a wave.
    const last = before.toSorted((a, b) => minutes(byId.get(b)) - minutes(byId.get(a)))[0];
    const start = last === undefined ? '2000-01-01 00:00' : `after ${names.get(last)}`;
    return [
      `    section Wave ${number}`,
      ...tasks.map((id) => {
        const crit = critical.has(id) ? 'crit, ' : '';
        return `    ${chartName(id)} :${crit}${names.get(id)}, ${start}, ${minutes(byId.get(id))}m`;
      }),
    ];
  });
  const hours = estimated ? '' : ` Tasks without an estimate are shown as ${UNKNOWN_MINUTES} minutes.`;
  return page(`Task graph: ${plan.title ?? plan.name}`, [
    ...graph('flowchart TB', waves.flat(), edges),
    '',
    `Critical path: ${path.join(' → ')}.${hours}`,
    '',
    ...diagram('gantt', ['    dateFormat YYYY-MM-DD HH:mm', '    axisFormat %H:%M', ...chart]),
  ]);
}

function minutes(task: Task | undefined): number {
  const seconds = task?.estimateSeconds;
  return seconds === undefined ? UNKNOWN_MINUTES : Math.max(1, Math.round(seconds / 60));
}

function page(title: string, lines: readonly string[]): string {
  return `${[`# ${printableLine(title)}`, '', ...lines].join('\n')}\n`;
}

/** Without arrows where there are more than can be drawn. */
function graph(kind: string, nodes: readonly string[], arrows: readonly string[]): readonly string[] {
  const edges = [...new Set(arrows)];
  const text = [...nodes, ...edges].join('\n');
  if (edges.length <= MOST_EDGES && text.length < MOST_TEXT) return diagram(kind, [...nodes, ...edges]);
  return [
    `The ${edges.length} arrows are left out: with them this is more than Mermaid draws.`,
    '',
    ...diagram(kind, nodes),
  ];
}

function diagram(kind: string, lines: readonly string[]): readonly string[] {
  if (lines.join('\n').length >= MOST_TEXT) return ['The plan is too large for a diagram of Mermaid.'];
  return ['```mermaid', kind, ...lines, '```'];
}

const ENTITIES: readonly (readonly [string, string])[] = [
  ['#', '#35;'],
  ['&', '#amp;'],
  ['"', '#quot;'],
  ['`', '#96;'],
  ['<', '#lt;'],
  // What begins with two of them is a comment, or an instruction, even within quotes.
  ['%', '#37;'],
  ['\\', '#92;'],
];

/** Nothing of a text can end its quotes, its line, or the fence around them. */
function label(text: string): string {
  const line = clipEnd(printableLine(text).trim(), LONGEST_LABEL);
  const escaped = ENTITIES.reduce((before, [sign, entity]) => before.replaceAll(sign, entity), line);
  return `"${escaped === '' ? '-' : escaped}"`;
}

/** Words that a line of a chart begins with, and dates, are no names there. */
const KEYWORD =
  /^(?:gantt|dateformat|inclusiveenddates|topaxis|axisformat|tickinterval|includes|excludes|todaymarker|weekday|weekend|title|acctitle|accdescr|section|click|call|href|vert|\d{4}-\d\d-\d\d)/i;

/** In a chart names stand without quotes. */
function chartName(id: string): string {
  const name = id.replaceAll(/[^\p{L}\p{N}_.-]+/gu, '-');
  return KEYWORD.test(name) ? `task ${name}` : name;
}
