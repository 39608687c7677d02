import type { LaunchRequest } from '../agents/driver.ts';
import type { AttemptSpec } from '../core/attempt.ts';
import { NOT_CONFINED } from './plans.ts';

export interface LaunchChange {
  readonly spec?: Partial<AttemptSpec>;
  readonly isConfined?: boolean;
}

/** Of an attempt at `task-001`, for drivers. */
export function launchRequest({ spec, isConfined = false }: LaunchChange): LaunchRequest {
  return {
    spec: {
      id: { run: 'run-1', task: 'task-001', number: 1 },
      role: 'executor',
      base: 'b',
      startFrom: 'b',
      branch: 'cox/run-1/task-001',
      commitMessage: 'Work',
      prompt: 'Do it.',
      context: [],
      agent: { driver: 'command', options: {} },
      limits: { hardMs: 1, idleMs: 1, graceMs: 1, logBytes: 1 },
      isolation: NOT_CONFINED,
      verifyOnly: false,
      ...spec,
    },
    paths: {
      worktree: '/w',
      prompt: '/a/prompt.txt',
      context: '/a/context',
      inbox: '/a/inbox',
      outbox: '/a/outbox',
      settings: '/a/settings',
      job: '/a/agent',
      scratch: '/a/scratch',
    },
    isConfined,
  };
}
