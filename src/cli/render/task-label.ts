/** What a task is called on one line: its id and the files it makes or changes. */

import type { PlanFormat, Task } from '../../core/plan.ts';
import { clean } from './clean.ts';

/** The ids of a decomposer's plan are mere numbers and are left out. Not cut to any width. */
export function taskLabel(task: Task, format: PlanFormat): string {
  const files = fileNames(task);
  const what = files.length === 0 ? task.title : files.join(', ');
  return clean(format === 'auto' ? what : `${task.id} ${what}`, 200);
}

/** Last parts of the paths, each once; a bare wildcard keeps its folder. */
function fileNames(task: Task): readonly string[] {
  const names = [...task.scope.create, ...task.scope.modify].map(({ pattern }) => baseName(pattern));
  return [...new Set(names)].filter((name) => name !== '');
}

function baseName(pattern: string): string {
  const parts = pattern.split('/').filter((part) => part !== '');
  const last = parts.at(-1) ?? '';
  return /^\*+$/.test(last) ? parts.slice(-2).join('/') : last;
}
