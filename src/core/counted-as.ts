import type { Task } from './plan.ts';

/** A decomposer's tasks are known by their files: they are counted as files where each of them names some, and no pattern. */
export function countedAs(tasks: readonly Pick<Task, 'scope'>[]): 'file' | 'task' {
  const isNamed = tasks.every(({ scope }) => {
    const entries = [...scope.create, ...scope.modify];
    return entries.length > 0 && entries.every(({ pattern }) => !PATTERN.test(pattern));
  });
  return isNamed ? 'file' : 'task';
}

/** A glob, or a folder. */
const PATTERN = /[*?[\]{}]|\/$/;
