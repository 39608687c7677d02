/** A task as the text of its file. */

import { stringify } from 'yaml';
import type { Scope, ScopeEntry, Task } from '../../../core/plan.ts';
import { isTooDeep } from '../../unfit-text.ts';

export function taskText(task: Task): string {
  const whole = textWith(task, (text) => text);
  // Lists within lists that no reader follows.
  return isTooDeep(whole) ? textWith(task, flat) : whole;
}

function textWith(task: Task, form: (text: string) => string): string {
  const lines = [
    '---',
    stringify(header(task)).trimEnd(),
    '---',
    '',
    `# ${task.id}: ${task.title}`,
    '',
    '## Scope',
    '',
    ...scopeLines(task),
    ...listSection('## Requirements', task.requirements, (text) => item('- ', form(text))),
    ...listSection('## Checklist', task.criteria, (text) => item('- [ ] ', form(text))),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

function listSection(
  heading: string,
  texts: readonly string[],
  show: (text: string) => string,
): readonly string[] {
  return [heading, '', ...texts.map(show), ...(texts.length === 0 ? [] : [''])];
}

/** Without what is not given. */
function header(task: Task): Readonly<Record<string, unknown>> {
  const { id, component, group, dependsOn, agent, skills, contracts, resources } = task;
  const list = (key: string, words: readonly string[]) => (words.length === 0 ? {} : { [key]: words });
  return {
    id,
    ...(component === undefined ? {} : { component }),
    wave: group,
    deps: dependsOn,
    ...(agent === undefined ? {} : { agent }),
    ...list('skills', skills),
    ...list('contracts', contracts),
    ...list('resources', resources),
    ...(task.estimateSeconds === undefined ? {} : { estimate: `${task.estimateSeconds}s` }),
    ...(task.workType === undefined ? {} : { work_type: task.workType }),
    ...(task.verifyOnly ? { verify_only: true } : {}),
  };
}

/** A scope that names no key says nothing; one with keys and nothing behind them says that nothing is changed. */
function scopeLines({ scope, verifyOnly }: Task): readonly string[] {
  const isBare = scope.create.length + scope.modify.length === 0 && !verifyOnly;
  return [
    ...(isBare ? [] : [...keyLines('CREATE', scope.create), ...keyLines('MODIFY', scope.modify)]),
    ...(scope.boundary.length === 0 ? [] : keyLines('BOUNDARY', scope.boundary)),
  ];
}

function keyLines(key: string, entries: Scope['create']): readonly string[] {
  if (entries.length === 0) return [`${key}: (none)`, ''];
  return [`${key}:`, ...entries.map((entry) => `- ${entryText(entry)}`), ''];
}

/** In backticks everything but them is meant as it stands. */
function entryText({ pattern, symbol }: ScopeEntry): string {
  const text = symbol === undefined ? pattern : `${pattern}::${symbol}`;
  return text.includes('`') ? text : `\`${text}\``;
}

/** Lines after the first belong to the item by their indentation. */
function item(bullet: string, text: string): string {
  return `${bullet}${text.replaceAll(/\n(?!\n|$)/g, '\n  ')}`;
}

function flat(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replace(/^(?:(?:[*+-]|\d{1,9}[.)]) )+/, '')
    .trim();
}
