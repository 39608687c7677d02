/** A place to run attempts in: a real repository and pool, real agents, and dispatchers as new processes would have them. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAgents } from '../agents/supervise.ts';
import { LocalDispatcher } from '../attempt/runner.ts';
import type { AttemptId, AttemptSpec } from '../core/attempt.ts';
import type { Agents } from '../ports/agent.ts';
import type { Dispatcher } from '../ports/dispatcher.ts';
import type { SlotHolder } from '../ports/worktree.ts';
import { eventually } from './agent-bench.ts';
import type { DispatcherBench } from './dispatcher-contract.ts';
import { type GitFixture, makeRepository } from './git-fixture.ts';
import { NOT_CONFINED } from './plans.ts';
import { NO_SANDBOX } from './sandboxes.ts';
import { type OpenedPool, openPool } from './slot-pools.ts';

export class AttemptBench implements DispatcherBench {
  readonly fixture: GitFixture;
  readonly opened: OpenedPool;
  readonly agents: Agents;

  private constructor(fixture: GitFixture, opened: OpenedPool) {
    this.fixture = fixture;
    this.opened = opened;
    this.agents = createAgents({
      sandbox: NO_SANDBOX,
      hostEnv: { ...fixture.env, PATH: process.env['PATH'] ?? '' },
    });
  }

  /** `setup` is the command that sets a slot up. */
  static async open(setup?: string): Promise<AttemptBench> {
    const fixture = makeRepository();
    const env = { PATH: process.env['PATH'] ?? '', ROOT: fixture.root };
    const options = setup === undefined ? {} : { hooks: { setup, timeoutMs: 60_000, env } };
    return new AttemptBench(fixture, await openPool(fixture, options));
  }

  dispatcher(): Dispatcher {
    const worktrees = this.opened.pool;
    return new LocalDispatcher({
      worktrees,
      agents: this.agents,
      folder: (id) => this.folder(id),
      sessions: ({ task }, role) => join(this.fixture.root, 'sessions', task, role),
    });
  }

  folder({ task, number }: AttemptId): string {
    return join(this.fixture.root, 'attempts', task, String(number));
  }

  holder({ run, task, number }: AttemptId): SlotHolder {
    return { run, key: `attempt/${task}/${number}`, task };
  }

  path(name: string): string {
    return join(this.fixture.root, name);
  }

  spec(task: string, script: string, change: Partial<AttemptSpec> = {}): AttemptSpec {
    const head = this.fixture.git(['rev-parse', 'main']);
    return {
      id: { run: 'run-1', task, number: 1 },
      role: 'executor',
      base: head,
      startFrom: head,
      branch: `cox/run-1/${task}`,
      commitMessage: `Work on ${task}`,
      prompt: `Do ${task}`,
      context: [],
      agent: { driver: 'command', options: { command: script } },
      limits: { hardMs: 60_000, idleMs: 60_000, graceMs: 1000, logBytes: 1_000_000 },
      isolation: NOT_CONFINED,
      verifyOnly: false,
      ...change,
    };
  }

  read(name: string): string {
    const file = this.path(name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  async until(condition: () => boolean): Promise<void> {
    if (!(await eventually(condition))) throw new Error('it never came to that');
  }

  git(...args: readonly string[]): string {
    return this.fixture.git(args);
  }

  close(): Promise<void> {
    return this.opened.close();
  }
}
