import type { TestResult } from './command-result.ts';
import type { Task, TaskId } from './plan.ts';

/** Whose fault a red test of a merge is. */
export type Found =
  /** Red without any of the others. */
  | { readonly is: 'alone'; readonly result: TestResult }
  /** Green without this other one. With `more`, still others are needed for it to be red. */
  | {
      readonly is: 'together';
      readonly with: TaskId;
      readonly more: boolean;
      readonly result: TestResult;
    }
  /** What was red passes when it is tested again. */
  | { readonly is: 'passed' };

/** The tasks whose own files a failing command's output names: a hint, where nothing better can be had. */
export function mentionedTasks(output: string, tasks: readonly Task[]): TaskId[] {
  return tasks.filter((task) => filesOf(task).some((file) => mentions(output, file))).map((task) => task.id);
}

function filesOf(task: Task): string[] {
  return [...task.scope.create, ...task.scope.modify]
    .map((entry) => entry.pattern)
    .filter((path) => !/[*?[\]]/.test(path));
}

/** The path as a whole, or as a Python module: `apps/users/models.py` is `apps.users.models` there. */
function mentions(output: string, path: string): boolean {
  if (contains(output, path)) return true;
  return (
    path.endsWith('.py') &&
    contains(
      output,
      path
        .slice(0, -'.py'.length)
        .replaceAll('/', '.')
        .replace(/\.__init__$/, ''),
    )
  );
}

function contains(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + name.length] ?? ' ';
    if (!/[\w-]/.test(before) && !/[\w-]/.test(after)) return true;
  }
  return false;
}
