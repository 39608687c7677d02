/** A place to run single agents in: a worktree, a folder for each attempt, an environment that marks the processes. */

import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAgents } from '../agents/supervise.ts';
import type { AttemptSpec } from '../core/attempt.ts';
import type { AgentSettings, AttemptLimits } from '../core/settings.ts';
import type { AgentEnd, AgentReport, AgentRequest, Agents } from '../ports/agent.ts';
import { type GitFixture, makeRepository } from './git-fixture.ts';
import { NOT_CONFINED } from './plans.ts';
import { NO_SANDBOX } from './sandboxes.ts';

export interface AgentBench {
  readonly repository: GitFixture;
  readonly hostEnv: Readonly<Record<string, string>>;
  readonly agents: Agents;
  /** A request with a folder of its own, for `task-001-users`. */
  request(agent: AgentSettings, change?: AttemptChange): AgentRequest;
  /** Runs it to its end. */
  run(request: AgentRequest): Promise<{ readonly end: AgentEnd; readonly reports: readonly AgentReport[] }>;
  /** Living processes that the bench has started; where there is no /proc, always none. */
  living(): readonly number[];
  /** Waits for the last of them to be gone; fails when they stay. */
  assertNoneLeft(): Promise<void>;
  remove(): void;
}

export interface AttemptChange {
  readonly spec?: Partial<AttemptSpec>;
  readonly limits?: Partial<AttemptLimits>;
}

const LIMITS: AttemptLimits = { hardMs: 60_000, idleMs: 60_000, graceMs: 1_000, logBytes: 1_000_000 };
/** Given to every agent by name, so that its processes can be found. */
export const MARK = 'COX_TEST_BENCH';

export function agentBench(): AgentBench {
  const repository = makeRepository();
  const mark = randomUUID();
  const hostEnv = {
    ...repository.env,
    PATH: process.env['PATH'] ?? '',
    [MARK]: mark,
    SECRET_TOKEN: 'secret',
  };
  const agents = createAgents({ sandbox: NO_SANDBOX, hostEnv, environment: [MARK] });
  const living = (): readonly number[] => processesWith(`${MARK}=${mark}`);
  let attempts = 0;
  return {
    repository,
    hostEnv,
    agents,
    request(agent, change = {}) {
      attempts += 1;
      const head = repository.git(['rev-parse', 'HEAD']);
      return {
        spec: {
          id: { run: 'run-1', task: 'task-001-users', number: 1 },
          role: 'executor',
          base: head,
          startFrom: head,
          branch: 'cox/run-1/task-001-users',
          commitMessage: 'Add users',
          prompt: 'Make users.\nPrint this when done:\n<promise>TASK_DONE: task-001-users</promise>\n',
          context: [],
          agent,
          limits: { ...LIMITS, ...change.limits },
          isolation: NOT_CONFINED,
          verifyOnly: false,
          ...change.spec,
        },
        slot: {
          name: 'slot-1',
          path: repository.path,
          portBase: 40_100,
          ports: 10,
          environment: { COX_WORKTREE: repository.path, COX_PORT_BASE: '40100' },
        },
        folder: join(repository.root, `attempt-${attempts}`),
        sessions: join(repository.root, 'sessions'),
      };
    },
    async run(request) {
      const reports: AgentReport[] = [];
      const end = await agents.start(request, (report) => reports.push(report)).end;
      return { end, reports };
    },
    living,
    async assertNoneLeft() {
      if (!(await eventually(() => living().length === 0))) throw new Error(`left: ${living().join(', ')}`);
    },
    remove: () => repository.remove(),
  };
}

/** Waits for it for two minutes at most. */
export async function eventually(condition: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 2_400; tries += 1) {
    if (condition()) return true;
    await sleep(50);
  }
  return condition();
}

function processesWith(variable: string): readonly number[] {
  return list('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && environmentOf(pid).includes(variable));
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
