/** What stands in a task's file before its requirements. */

import { stringify } from 'yaml';
import type { Scope, ScopeEntry, Task } from '../../../core/plan.ts';

/** The front matter, without what is not given. */
export function headerText(task: Task): string {
  const { id, component, group, dependsOn, agent, skills, contracts, resources } = task;
  const list = (key: string, words: readonly string[]) => (words.length === 0 ? {} : { [key]: words });
  const header = {
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
  return ['---', stringify(header).trimEnd(), '---'].join('\n');
}

/** A scope that names no key says nothing; one with keys and nothing behind them says that nothing is changed. */
export function scopeLines({ scope, verifyOnly }: Task): readonly string[] {
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
