/** Builds logs of events for tests, so that a state under test is always a fold of real events. */

import type { AttemptOutcome, Review, Work } from '../core/attempt.ts';
import type { EventBody, LoggedEvent } from '../core/event.ts';
import { foldRun } from '../core/fold.ts';
import { lineTip } from '../core/merge-queue.ts';
import type { Plan, Scope } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import type { AgentSettings, RunSettings } from '../core/settings.ts';
import { NO_PROTECTION, TEST_SETTINGS } from './plans.ts';
import { reviewedOutcome } from './proofs.ts';

/** 2025-11-29 14:30:52 UTC: the first event of every log that is built here. */
export const START = Date.UTC(2025, 10, 29, 14, 30, 52);

/** A commit's name that can be told from others by eye: `commitName('a1')` is `a1a1a1…`. */
export function commitName(seed: string): string {
  return seed.repeat(40).slice(0, 40);
}

export function scopeOf(create: readonly string[], modify: readonly string[] = []): Scope {
  const entries = (patterns: readonly string[]) => patterns.map((pattern) => ({ pattern }));
  return { create: entries(create), modify: entries(modify), boundary: [] };
}

export function someWork(part: Partial<Work> = {}): Work {
  return { tip: commitName('b2'), commits: 1, files: ['src/a.ts'], linesAdded: 10, linesRemoved: 2, ...part };
}

export function doneOutcome(part: Partial<Extract<AttemptOutcome, { is: 'done' }>> = {}): AttemptOutcome {
  return { is: 'done', work: someWork(), usage: {}, exitCode: 0, ...part };
}

/** A log that grows; each event comes a second after the one before unless told otherwise. */
export class RunLog {
  readonly run: string;
  readonly events: LoggedEvent[] = [];
  now = START;

  constructor(plan: Plan, settings: RunSettings = TEST_SETTINGS, run = 'run-1') {
    this.run = run;
    this.append({
      type: 'run.created',
      plan,
      settings,
      base: commitName('a1'),
      baseBranch: 'main',
      integrationBranch: `integration/${run}`,
      source: '/project/parallel/TS-0042-auth',
    });
  }

  /** Lets time pass, in seconds. */
  wait(seconds: number): this {
    this.now += seconds * 1000;
    return this;
  }

  add(...bodies: readonly EventBody[]): this {
    for (const body of bodies) {
      this.now += 1000;
      this.append(body);
    }
    return this;
  }

  /** The run is taken over by a process and its integration branch is made. */
  open(): this {
    const owner = { pid: 4242, host: 'box', startTime: '1', bootId: 'boot' };
    const branch = `integration/${this.run}`;
    this.append({ type: 'run.opened', owner, protection: NO_PROTECTION });
    this.now += 1000;
    return this.add(
      { type: 'integration.preparing', branch, base: commitName('a1') },
      { type: 'integration.prepared', branch },
    );
  }

  openGroup(group: number): this {
    return this.add({ type: 'group.opened', group });
  }

  start(task: string, attempt = 1, agent?: AgentSettings): this {
    return this.add(
      {
        type: 'attempt.starting',
        task,
        attempt,
        role: 'executor',
        base: commitName('a1'),
        startFrom: commitName('a1'),
        branch: `cox/${this.run}/${task}`,
        feedback: '',
        ...(agent === undefined ? {} : { agent }),
      },
      { type: 'attempt.started', task, attempt, slot: `slot-${attempt}`, worktree: `/slots/slot-${attempt}` },
    );
  }

  end(task: string, outcome: AttemptOutcome = doneOutcome(), attempt = 1): this {
    return this.add({ type: 'attempt.ended', task, attempt, outcome });
  }

  startReview(task: string, attempt: number): this {
    return this.add({
      type: 'attempt.starting',
      task,
      attempt,
      role: 'qa',
      base: commitName('a1'),
      startFrom: commitName('b2'),
      branch: `cox/${this.run}/${task}`,
      feedback: '',
    });
  }

  /** QA's own attempt, with what it says. */
  review(task: string, verdict: Review['verdict'], attempt: number, report = `It is ${verdict}.`): this {
    return this.startReview(task, attempt).end(task, reviewedOutcome(verdict, report), attempt);
  }

  /** From an attempt that is done to the task's merge on the candidate. */
  accept(task: string, tip = commitName('b2')): this {
    return this.add({ type: 'task.accepted', task, tip });
  }

  merge(task: string, commit = commitName('c3')): this {
    return this.add(
      { type: 'merge.starting', task, tip: commitName('b2'), onto: lineTip(this.state().integration) },
      { type: 'merge.ended', task, result: { is: 'clean', commit } },
    );
  }

  advance(tasks: readonly string[], to = commitName('c3')): this {
    const branch = `integration/${this.run}`;
    return this.add(
      { type: 'integration.advancing', branch, from: commitName('a1'), to, tasks },
      { type: 'integration.advanced', to, tasks },
    );
  }

  /** Everything from the start of the first attempt to the merge, after `seconds` of the agent's work. */
  complete(task: string, seconds = 60, outcome: AttemptOutcome = doneOutcome()): this {
    return this.start(task).wait(seconds).end(task, outcome).accept(task).merge(task).advance([task]);
  }

  state(): RunState {
    const folded = foldRun(this.events);
    if (!folded.ok) throw new Error(folded.error);
    return folded.value;
  }

  private append(body: EventBody): void {
    this.events.push({ ...body, seq: this.events.length + 1, at: this.now, run: this.run });
  }
}
