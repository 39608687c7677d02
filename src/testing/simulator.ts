/**
 * Drives the pure core through a whole run without git, processes or time: decisions are appended and folded as the
 * engine does it, and outcomes come from a script at a virtual clock.
 */

import type { AttemptOutcome, Usage } from '../core/attempt.ts';
import type { Found } from '../core/blame.ts';
import { allowancesOf } from '../core/budget.ts';
import type { Resolution, Takeover } from '../core/conflict.ts';
import { decide } from '../core/decide.ts';
import type { EventBody, Intent, LoggedEvent } from '../core/event.ts';
import { startFold } from '../core/fold.ts';
import { intentKey } from '../core/intent-key.ts';
import type { MergeResult } from '../core/merge-result.ts';
import type { Plan, TaskId } from '../core/plan.ts';
import { type RunState, taskRecord } from '../core/run-state.ts';
import type { RunSettings } from '../core/settings.ts';
import { installed, resultOf } from './outcomes.ts';
import { NO_PROTECTION } from './plans.ts';
import { proofOf } from './proofs.ts';
import { Agenda } from './simulated-agenda.ts';
import { SimulatedCommits } from './simulated-commits.ts';
import { taken, usedIn } from './simulated-turns.ts';
import { outcomeIn, type Script } from './simulator-script.ts';

export interface Simulated {
  readonly events: readonly LoggedEvent[];
  readonly state: RunState;
  readonly now: number;
  readonly commits: SimulatedCommits;
}

const MOST_STEPS = 200_000;

/** Runs to the end or to a suspension; throws when the run neither ends nor has anything to wait for. */
export function simulate(plan: Plan, settings: RunSettings, script: Script): Simulated {
  const simulation = new Simulation(plan, settings, script);
  simulation.run();
  return simulation.result();
}

class Simulation {
  #now = 1_000_000;
  readonly #events: LoggedEvent[] = [];
  readonly #fold;
  readonly #script: Script;
  readonly #agenda = new Agenda();
  readonly #times = new Map<string, number>();
  readonly #commits = new SimulatedCommits();
  /** What each task's agent told last. */
  readonly #told = new Map<TaskId, { readonly at: number; readonly attempt: number; readonly used: Usage }>();

  constructor(plan: Plan, settings: RunSettings, script: Script) {
    this.#script = script;
    const created: LoggedEvent = {
      type: 'run.created',
      plan,
      settings,
      base: 'c0',
      integrationBranch: 'integration/sim',
      source: '/plan',
      seq: 1,
      at: this.#now,
      run: 'sim',
    };
    const fold = startFold(created);
    if (!fold.ok) throw new Error(fold.error);
    this.#fold = fold.value;
    this.#events.push(created);
    this.#append([
      {
        type: 'run.opened',
        owner: { pid: 1, host: 'sim', startTime: '0', bootId: '0' },
        protection: NO_PROTECTION,
      },
    ]);
  }

  result(): Simulated {
    return { events: this.#events, state: this.#fold.state, now: this.#now, commits: this.#commits };
  }

  run(): void {
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const { state } = this.#fold;
      const { events, wakeAt } = decide(state, this.#now);
      if (events.length > 0) {
        this.#append(events);
        continue;
      }
      if (state.phase.is !== 'running') return;
      this.#passTime(wakeAt);
    }
    throw new Error('the run does not end');
  }

  #passTime(wakeAt: number | undefined): void {
    const { next } = this.#agenda;
    if (next === undefined && wakeAt === undefined) {
      throw new Error('the run waits for nothing');
    }
    if (next === undefined || (wakeAt !== undefined && wakeAt < next.at)) {
      this.#now = Math.max(this.#now, wakeAt ?? this.#now);
      return;
    }
    this.#agenda.takeNext();
    this.#now = Math.max(this.#now, next.at);
    const { event } = next;
    if (event.type === 'attempt.progress' && event.used !== undefined)
      this.#told.set(event.task, { at: this.#now, attempt: event.attempt, used: event.used });
    this.#append([event]);
  }

  /** What is decided at once is written at once, so the clock is set before or after all of it. */
  #append(bodies: readonly EventBody[]): void {
    let setBy = 0;
    for (const body of bodies) {
      const event: LoggedEvent = { ...body, seq: this.#events.length + 1, at: this.#now, run: 'sim' };
      this.#events.push(event);
      this.#fold.apply(event);
      this.#perform(event);
      setBy += this.#script.jump?.(event) ?? 0;
      const requests = this.#script.watch?.(this.#fold.state, event) ?? [];
      if (requests.length > 0) this.#append(requests);
    }
    this.#setClock(setBy);
  }

  #setClock(by: number): void {
    this.#now += by;
    this.#agenda.shift(by);
  }

  #perform(event: LoggedEvent): void {
    switch (event.type) {
      case 'attempt.starting': {
        const { task, attempt } = event;
        this.#later(0, `started:${task}`, {
          type: 'attempt.started',
          task,
          attempt,
          slot: 'slot-1',
          worktree: '/w',
        });
        return this.#attempt(event);
      }
      case 'attempt.stopping': {
        const { task, attempt, why } = event;
        const next = this.#agenda.find(`ended:${task}`);
        this.#agenda.drop(`ended:${task}`);
        // The answer that it waits for is paid for, unless it has just got one.
        const told = this.#told.get(task);
        const usage = told?.at === this.#now && told.attempt === attempt ? told.used : usedIn(next);
        const outcome: AttemptOutcome = { is: 'stopped', why, usage, exitCode: null };
        this.#later(1, `ended:${task}`, { type: 'attempt.ended', task, attempt, outcome });
        return;
      }
      case 'checks.starting': {
        const { task, attempt } = event;
        const proof = this.#script.proof?.(task, attempt) ?? proofOf('passed');
        this.#later(1, `checked:${task}`, { type: 'checks.progress', task, attempt, step: 'tests' });
        return this.#later(2, `checked:${task}`, { type: 'checks.ended', task, attempt, proof });
      }
      default:
        return this.#integrate(event);
    }
  }

  /** Tells what it has used as it goes on, and ends when that is more than it may. */
  #attempt(event: Extract<Intent, { type: 'attempt.starting' }>): void {
    const { task, attempt } = event;
    const outcome = outcomeIn(this.#script, event, this.#fold.state);
    const ms = this.#script.duration(task, attempt);
    const allowances = allowancesOf(this.#fold.state, taskRecord(this.#fold.state, task));
    const { reports, end } = taken(this.#script.turns?.(task, attempt) ?? [], allowances, outcome);
    const key = `ended:${task}`;
    for (const [at, used] of reports.entries())
      this.#later(Math.floor((ms * (at + 1)) / (reports.length + 1)), key, {
        type: 'attempt.progress',
        task,
        attempt,
        used,
      });
    if (end.work !== undefined) this.#commits.work(end.work.tip, event.startFrom);
    this.#later(ms, key, { type: 'attempt.ended', task, attempt, outcome: end });
  }

  #integrate(event: EventBody): void {
    switch (event.type) {
      case 'dependencies.installing': {
        const result = this.#script.install?.(this.#count(event)) ?? installed();
        return this.#end(event, { type: 'dependencies.installed', result }, 1);
      }
      case 'integration.preparing':
        return this.#later(0, 'prepared', { type: 'integration.prepared', branch: event.branch });
      case 'integration.advancing': {
        const { to, tasks } = event;
        return this.#end(event, { type: 'integration.advanced', to, tasks }, 0);
      }
      case 'group.branching': {
        const result = { is: 'set', at: event.to } as const;
        return this.#end(event, { type: 'group.branched', group: event.group, result }, 1);
      }
      case 'merge.starting': {
        const { task, onto } = event;
        const nth = this.#count(event);
        const given = this.#script.merge?.(task, nth) ?? { is: 'clean', commit: `m-${task}-${nth}` };
        const cleanName = given.is === 'clean' ? given.commit : `m-${task}-${nth}`;
        const result: MergeResult =
          given.is === 'conflict' && !this.#commits.isResolvedOn(event)
            ? this.#scene(event, given)
            : { is: 'clean', commit: this.#commits.merge(onto, event, cleanName) };
        return this.#end(event, { type: 'merge.ended', task, result }, 0);
      }
      case 'resolution.starting':
      case 'takeover.starting':
        return this.#resolve(event);
      case 'test.stopping': {
        this.#agenda.drop(event.of);
        return this.#later(1, 'stopped', { type: 'test.stopped', of: event.of });
      }
      default:
        return this.#check(event);
    }
  }

  /** Where somebody is to look at conflicts. */
  #scene(
    intent: Extract<Intent, { type: 'merge.starting' }>,
    given: Extract<MergeResult, { is: 'conflict' }>,
  ): MergeResult {
    if (this.#fold.state.settings.resolver === null) return given;
    const unresolved = this.#commits.unresolved(intent);
    return { ...given, scene: { unresolved, ancestor: null, others: [] } };
  }

  #resolve(event: Extract<Intent, { type: 'resolution.starting' | 'takeover.starting' }>): void {
    const { task } = event;
    if (event.type === 'takeover.starting') {
      const found: Takeover = this.#script.user?.(task, this.#count(event)) ?? { is: 'unchanged' };
      if (found.is === 'taken') {
        this.#commits.work(found.tip, event.conflict.unresolved);
        this.#commits.resolve(found.tip, event.conflict);
      }
      return this.#end(event, { type: 'takeover.ended', task, found }, 1);
    }
    const { attempt, tip } = event;
    const findings = this.#script.findings?.(task, attempt) ?? [];
    if (findings.length === 0) this.#commits.resolve(tip, event.conflict);
    const found: Resolution =
      findings.length === 0 ? { is: 'resolved', commit: tip } : { is: 'refused', findings };
    return this.#end(event, { type: 'resolution.ended', task, attempt, found }, 1);
  }

  #check(event: EventBody): void {
    const { passes = () => true } = this.#script;
    switch (event.type) {
      case 'test.starting': {
        const { task, commit, command } = event;
        const passed = this.#script.test?.(task, this.#count(event)) ?? passes(this.#commits.holds(commit));
        return this.#end(event, { type: 'test.ended', task, commit, result: resultOf(command, passed) }, 1);
      }
      case 'blame.starting': {
        const found: Found =
          this.#script.passes === undefined
            ? { is: 'alone', result: resultOf(event.command, false) }
            : this.#commits.blame(event, passes);
        return this.#end(event, { type: 'blame.ended', task: event.task, found }, 1);
      }
      case 'validation.starting': {
        const { passed, guilty } = this.#script.validation?.(event.group, this.#count(event)) ?? {
          passed: true,
          guilty: [],
        };
        const commit = event.steps[event.steps.length - 1]?.commit ?? '';
        const result = resultOf('validate', passed);
        const { group } = event;
        return this.#end(event, { type: 'validation.ended', group, commit, result, guilty }, 1);
      }
      default:
        return;
    }
  }

  #end(intent: Intent, outcome: EventBody, ms: number): void {
    this.#later(this.#script.lasts?.(intent) ?? ms, intentKey(intent), outcome);
  }

  #count(event: Intent): number {
    const key = `${event.type}:${'task' in event ? event.task : 'group' in event ? event.group : ''}`;
    const nth = (this.#times.get(key) ?? 0) + 1;
    this.#times.set(key, nth);
    return nth;
  }

  #later(ms: number, key: string, event: EventBody): void {
    this.#agenda.add({ at: this.#now + ms, key, event });
  }
}
