/** A list item that is a task, with what stands below it. */

import type { ListItem, RootContent } from 'mdast';
import type { LocatedText } from '../located-text.ts';
import { endOf, sourceOf, startOf } from '../markdown.ts';
import { readField } from './fields.ts';
import type { RawTask } from './raw-task.ts';
import { agentNamesIn, readAssignment, readTaskLine, type TaskLine, taskNamesIn } from './task-line.ts';

export const CRITERIA = /^(?:success|acceptance|completion)?[ -]?criteria$|^done when$|^definition of done$/i;

/** Null for an item that is no task. */
export function readListTask(source: LocatedText, item: ListItem): RawTask | null {
  const [first, ...below] = item.children;
  if (first?.type !== 'paragraph') return null;
  const text = sourceOf(source.text, first);
  const line = readTaskLine(text);
  if (!line.isTask || line.title === '') return null;
  return rawTask(source, {
    item,
    line,
    text,
    start: startOf(first),
    end: startOf(first) + text.trimEnd().length,
    below,
  });
}

interface Piece {
  readonly item: ListItem;
  readonly line: TaskLine;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly below: readonly RootContent[];
}

function rawTask(source: LocatedText, { item, line, text, start, end, below }: Piece): RawTask {
  const details = detailsOf(source, below);
  const { assignment } = line;
  const seconds = assignment.estimateSeconds ?? details.estimateSeconds;
  const unclear = assignment.unclear ?? details.unclear;
  const branch = assignment.branch ?? details.branch;
  return {
    ...(line.id === undefined ? {} : { id: line.id }),
    title: line.title,
    at: source.place(startOf(item)),
    agents: assignment.agents.length > 0 ? assignment.agents : details.agents,
    areInstances: true,
    ...(seconds === undefined ? {} : { estimateSeconds: seconds }),
    ...(unclear === undefined ? {} : { unclearTime: unclear }),
    dependsOn: [...assignment.dependsOn, ...details.dependsOn],
    ...(branch === undefined ? {} : { branch }),
    checked: line.checked,
    marks: line.marks,
    requirements: details.requirements,
    details:
      below.length === 0 ? '' : dedented(source.text.slice(endOf(item.children[0] ?? item), endOf(item))),
    criteria: details.criteria,
    place: line.checked === null ? { end } : { box: start + text.indexOf('[') + 1, end },
  };
}

interface Details {
  agents: readonly string[];
  estimateSeconds?: number;
  unclear?: string;
  branch?: string;
  dependsOn: readonly string[];
  readonly requirements: string[];
  readonly criteria: string[];
}

function detailsOf(source: LocatedText, below: readonly RootContent[]): Details {
  const details: Details = { agents: [], dependsOn: [], requirements: [], criteria: [] };
  let areCriteria = false;
  for (const node of below) {
    if (node.type === 'paragraph') {
      const text = sourceOf(source.text, node).trim();
      areCriteria = CRITERIA.test(text.replace(/[*_:]/g, '').trim());
      if (!areCriteria && !takeField(source, details, text)) details.requirements.push(text);
    } else if (node.type === 'list') {
      for (const item of node.children) takeItem(source, details, item, areCriteria);
    }
  }
  return details;
}

function takeItem(source: LocatedText, details: Details, item: ListItem, areCriteria: boolean): void {
  const [first, ...below] = item.children;
  if (first?.type !== 'paragraph') return;
  const text = sourceOf(source.text, first).trim();
  const field = readField(source, text, startOf(first));
  if (field !== null && CRITERIA.test(field.key)) {
    if (field.value.value !== '') details.criteria.push(field.value.value);
    details.criteria.push(...itemsBelow(source, below));
  } else if (areCriteria || /^\[[ xX]\]\s/.test(text)) details.criteria.push(withoutBox(text));
  else if (!takeField(source, details, text)) {
    details.requirements.push(text);
    details.requirements.push(...itemsBelow(source, below));
  }
}

function itemsBelow(source: LocatedText, below: readonly RootContent[]): readonly string[] {
  return below.flatMap((node) =>
    node.type === 'list' ? node.children.map((item) => withoutBox(sourceOf(source.text, item))) : [],
  );
}

/** The text of an item, without its bullet and its box. */
export function withoutBox(text: string): string {
  return text
    .replace(/^\s*(?:[-*+]|\d{1,9}[.)])\s+/, '')
    .replace(/^\[[ xX]\]\s+/, '')
    .trim();
}

/** False for a text that says nothing that is read. */
function takeField(source: LocatedText, details: Details, text: string): boolean {
  const field = readField(source, text, 0);
  if (field === null || text.includes('\n')) return false;
  const value = field.value.value.replaceAll('`', '').trim();
  if (/^(?:agents?|assigned to|assignee|owner)$/.test(field.key)) details.agents = agentNamesIn(value);
  else if (/^(?:depend(?:s on|encies|ency)|deps|after)$/.test(field.key))
    details.dependsOn = taskNamesIn(value);
  else if (field.key === 'branch') details.branch = value;
  else if (/^(?:est\.?|estimated?(?: time)?|effort|duration|time)$/.test(field.key)) {
    const { estimateSeconds, unclear } = readAssignment(`est: ${value}`) ?? {};
    if (estimateSeconds !== undefined) details.estimateSeconds = estimateSeconds;
    if (unclear !== undefined) details.unclear = unclear;
  } else return false;
  return true;
}

/** Without the indent that all of its lines have. */
export function dedented(text: string): string {
  const lines = text
    .replace(/^(?:[ \t]*(?:\r\n?|\n))+/, '')
    .trimEnd()
    .split(/\r\n?|\n/);
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const least = Math.min(...indents, 99);
  return lines.map((line) => line.slice(Math.min(least, line.length))).join('\n');
}
