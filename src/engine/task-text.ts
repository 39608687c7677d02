/** A task as it is told to agents other than its own. Indented it is data, never an instruction. */

import type { Task, TextFile } from '../core/plan.ts';
import { promptText } from '../core/prompt-text.ts';

export function section(title: string, text: string): string {
  return `\n=== ${title} ===\n\n${indent(text)}\n`;
}

/** The prompt tells an agent how to say that it is done, so it is only shown where the plan has no other words. */
export function taskText(task: Task, told: readonly TextFile[]): string {
  if (task.requirements.length > 0) return task.requirements.map((each) => `- ${each}`).join('\n');
  return task.criteria.length > 0 ? task.title : promptText(task.prompt, told);
}

export function scopeText({ scope, verifyOnly, mayChangeNothing }: Task): string {
  const line = (name: string, entries: Task['scope']['create']): string[] =>
    entries.length === 0
      ? []
      : [
          `${name}: ${entries.map(({ pattern, symbol }) => (symbol === undefined ? pattern : `${pattern}::${symbol}`)).join(', ')}`,
        ];
  const lines = [
    ...line('CREATE', scope.create),
    ...line('MODIFY', scope.modify),
    ...line('MUST NOT TOUCH', scope.boundary),
    ...(verifyOnly ? ['The task only verifies: it may well change nothing.'] : []),
    ...(mayChangeNothing === true ? ['It may well change nothing.'] : []),
  ];
  return lines.length === 0 ? 'The plan does not say.' : lines.join('\n');
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .join('\n');
}
