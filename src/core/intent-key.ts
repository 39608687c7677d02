import type { Intent } from './event.ts';
import type { TaskId } from './plan.ts';

/** Names an intent, so that its outcome can be matched and a crash between the two be seen. */
export function intentKey(event: Intent): string {
  switch (event.type) {
    case 'dependencies.installing':
      return 'dependencies.install';
    case 'integration.preparing':
      return 'integration.prepare';
    case 'integration.advancing':
      return 'integration.advance';
    case 'attempt.starting':
      return `attempt:${event.task}:${event.attempt}`;
    case 'attempt.stopping':
      return `stop:${event.task}:${event.attempt}`;
    case 'checks.starting':
      return checksKey(event);
    case 'merge.starting':
      return `merge:${event.task}`;
    case 'resolution.starting':
      return resolutionKey(event);
    case 'takeover.starting':
      return takeoverKey(event.task);
    case 'test.starting':
      return `test:${event.commit}`;
    case 'test.stopping':
      return `stop-${event.of}`;
    case 'group.branching':
      return groupBranchKey(event.group);
    case 'blame.starting':
      return `blame:${event.task}`;
    case 'validation.starting':
      return `validation:${event.group}`;
    default:
      return event satisfies never;
  }
}

/** Of the checks on an attempt's work. */
export function checksKey({ task, attempt }: { readonly task: TaskId; readonly attempt: number }): string {
  return `checks:${task}:${attempt}`;
}

/** Of the look at what a resolver handed in. */
export function resolutionKey({
  task,
  attempt,
}: {
  readonly task: TaskId;
  readonly attempt: number;
}): string {
  return `resolution:${task}:${attempt}`;
}

/** Of the branch that is left at a group's end. */
export function groupBranchKey(group: number): string {
  return `group-branch:${group}`;
}

export function takeoverKey(task: TaskId): string {
  return `takeover:${task}`;
}
