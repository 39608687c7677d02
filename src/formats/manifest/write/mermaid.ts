/** Diagrams of a plan for people, in Mermaid. https://mermaid.js.org */

import { criticalPath, estimatedWeight } from '../../../core/graph.ts';
import type { Plan, Task } from '../../../core/plan.ts';

/** Minutes of a task that has no estimate, for the chart alone. */
const UNKNOWN_MINUTES = 60;

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
    ...fenced('graph TB', [
      ...parts.map((part) => `    ${names.get(part)}[${label(part)}]`),
      ...new Set(edges),
    ]),
  ]);
}

/** The waves with what waits for what, and when each could run. */
export function taskGraphText(plan: Plan): string {
  const names = new Map(plan.tasks.map(({ id }, index) => [id, `t${index + 1}`]));
  const byId = new Map(plan.tasks.map((task) => [task.id, task]));
  const estimated = plan.tasks.every(({ estimateSeconds }) => estimateSeconds !== undefined);
  const path = criticalPath(plan.tasks, estimatedWeight(plan.tasks));
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
    const start =
      before.length === 0 ? '2000-01-01 00:00' : `after ${before.map((id) => names.get(id)).join(' ')}`;
    return [
      `    section Wave ${number}`,
      ...tasks.map((id) => {
        const crit = critical.has(id) ? 'crit, ' : '';
        return `    ${plain(id)} :${crit}${names.get(id)}, ${start}, ${minutes(byId.get(id))}m`;
      }),
    ];
  });
  const hours = estimated ? '' : ` Tasks without an estimate are shown as ${UNKNOWN_MINUTES} minutes.`;
  return page(`Task graph: ${plan.title ?? plan.name}`, [
    ...fenced('flowchart TB', [...waves.flat(), ...edges]),
    '',
    `Critical path: ${path.join(' → ')}.${hours}`,
    '',
    ...fenced('gantt', ['    dateFormat YYYY-MM-DD HH:mm', '    axisFormat %H:%M', ...chart]),
  ]);
}

function minutes(task: Task | undefined): number {
  const seconds = task?.estimateSeconds;
  return seconds === undefined ? UNKNOWN_MINUTES : Math.max(1, Math.round(seconds / 60));
}

function page(title: string, lines: readonly string[]): string {
  return `${[`# ${title}`, '', ...lines].join('\n')}\n`;
}

function fenced(kind: string, lines: readonly string[]): readonly string[] {
  return ['```mermaid', kind, ...lines, '```'];
}

/** Nothing of a text can end its quotes, or the fence around them. */
function label(text: string): string {
  return `"${text.replaceAll('#', '#35;').replaceAll('"', '#quot;').replaceAll('`', '#96;').replaceAll('<', '#lt;')}"`;
}

/** In a chart names stand without quotes. */
function plain(text: string): string {
  return text.replaceAll(/[^\w.-]+/g, '-');
}
