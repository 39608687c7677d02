import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { doneOutcome, failedOutcome } from '../testing/outcomes.ts';
import { randomPlan, TEST_SETTINGS } from '../testing/plans.ts';
import { proofOf, reviewedOutcome } from '../testing/proofs.ts';
import { simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import type { AttemptOutcome, Commit } from './attempt.ts';
import type { Takeover } from './conflict.ts';
import type { EventBody, LoggedEvent } from './event.ts';
import { foldRun } from './fold.ts';
import type { RunState } from './run-state.ts';
import type { RunSettings } from './settings.ts';
import { isSettled, satisfiesDependents } from './task-state.ts';

/** What each attempt comes to, drawn once and then looked up, so that a run can be repeated. */
interface Fate {
  readonly outcomes: readonly number[];
  readonly durations: readonly number[];
  readonly merges: readonly number[];
  readonly proofs: readonly number[];
  /** Whether work is checked, and whether QA looks at it. */
  readonly proving: readonly [checks: boolean, qa: boolean];
  readonly resolver: Resolver;
  /** Agents ask, an adviser is asked, and the rule after it. */
  readonly asks: boolean;
}

/** Who resolves conflicts, if anybody. */
type Resolver = 'off' | 'nobody' | 'agent' | 'reviewed';

const fate: fc.Arbitrary<Fate> = fc.record({
  outcomes: fc.array(fc.nat(9), { minLength: 1, maxLength: 40 }),
  durations: fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 40 }),
  merges: fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }),
  proofs: fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }),
  proving: fc.tuple(fc.boolean(), fc.boolean()),
  resolver: fc.constantFrom<Resolver[]>('off', 'nobody', 'agent', 'reviewed'),
  asks: fc.boolean(),
});

function settingsOf(
  { proving: [enabled, qa], resolver, asks }: Fate,
  more: Partial<RunSettings>,
): RunSettings {
  const agent = { driver: 'command', options: {} };
  return {
    ...TEST_SETTINGS,
    checks: { ...TEST_SETTINGS.checks, enabled },
    qa: qa ? { agent, rejections: 2, tries: 2 } : null,
    resolver:
      resolver === 'off'
        ? null
        : { agent: resolver === 'nobody' ? null : agent, tries: 2, review: resolver === 'reviewed' },
    ...(asks ? { questions: { adviser: agent, answer: 'decide', most: 100 } } : {}),
    ...more,
  };
}

function reviewOf(kind: number): AttemptOutcome {
  if (kind === 0) return reviewedOutcome('rejected', 'not so');
  if (kind === 1) return reviewedOutcome('blocked', 'no network');
  return kind < 4 ? outcomeOf(kind - 2, '', 1) : reviewedOutcome('approved');
}

/** From this attempt on an adviser gives what was asked for. */
const MOST_REFUSED = 8;
const ADVISES = 6;

function adviceOf(kind: number): AttemptOutcome {
  if (kind < 4) return outcomeOf(kind, 'advice', 1);
  const advice =
    kind < 6 ? ({ is: 'none', why: 'who knows' } as const) : ({ is: 'answer', text: 'left' } as const);
  return { is: 'advised', advice, usage: {}, exitCode: 0 };
}

function pick(list: readonly number[], key: string): number {
  let sum = 0;
  for (const char of key) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003;
  return list[sum % list.length] ?? 0;
}

function outcomeOf(kind: number, task: string, attempt: number): AttemptOutcome {
  switch (kind) {
    case 0:
      return failedOutcome(1);
    case 1:
      return { is: 'lost', usage: {}, exitCode: null };
    case 2:
      return { is: 'failed', failure: { reason: 'nothing-changed' }, usage: {}, exitCode: 0 };
    case 3:
      return attempt < 3
        ? { is: 'quota', until: 1_000_000 + attempt * 300, usage: {}, exitCode: 0 }
        : doneOutcome(`t-${task}`);
    default:
      return doneOutcome(`t-${task}-${attempt}`);
  }
}

function scriptOf(
  { outcomes, durations, merges, proofs, asks }: Fate,
  watch: NonNullable<Script['watch']>,
): Script {
  return {
    duration: (task, attempt) => pick(durations, `${task}/${attempt}`),
    outcome: (task, attempt) =>
      asks && attempt < 6 && pick(merges, `?${task}${attempt}`) < 3
        ? { is: 'asking', question: 'which?', usage: {}, exitCode: 0 }
        : outcomeOf(pick(outcomes, `${task}:${attempt}`), task, attempt),
    // A service that refuses each adviser for ever would be waited for as long.
    adviser: (task, attempt) =>
      adviceOf(attempt < MOST_REFUSED ? pick(proofs, `a${task}${attempt}`) : ADVISES),
    review: (task, attempt) => reviewOf(pick(proofs, `q${task}${attempt}`)),
    proof: (task, attempt) => proofOf(pick(proofs, `p${task}${attempt}`) < 3 ? 'failed' : 'passed'),
    resolver: (task, attempt) =>
      outcomeOf(pick(proofs, `r${task}${attempt}`), `${task}-by-resolver`, attempt),
    findings: (task, attempt) => (pick(proofs, `f${task}${attempt}`) < 4 ? ['a line is gone'] : []),
    user: (task, nth) => takeoverOf(pick(merges, `u${task}${nth}`), `t-${task}-by-user-${nth}`),
    merge: (task, nth) =>
      pick(merges, `m${task}${nth}`) === 0
        ? { is: 'conflict', paths: ['x'] }
        : { is: 'clean', commit: `m-${task}-${nth}` },
    test: (task, nth) => pick(merges, `t${task}${nth}`) !== 1,
    validation: (group, nth) => ({ passed: pick(merges, `v${group}${nth}`) !== 2, guilty: [] }),
    watch,
  };
}

/** Nothing of a task that was done before is touched. */
function checkDone(state: RunState): void {
  for (const { id, done } of state.plan.tasks) {
    const record = state.tasks.get(id);
    assert.equal(record?.state.is === 'done-before', done === true);
    if (done) assert.deepEqual(record?.attempts, []);
  }
}

function takeoverOf(kind: number, tip: Commit): Takeover {
  if (kind === 0) return { is: 'refused', findings: ['it holds conflict markers'] };
  return kind < 4 ? { is: 'unchanged' } : { is: 'taken', tip, base: 'c0' };
}

function checkLimit({ running, control }: RunState): void {
  assert.ok(running.size <= control.maxParallel, 'more agents than the limit');
}

function checkRunning(state: RunState): void {
  const running = [...state.running];
  const works = (id: string): boolean => state.tasks.get(id)?.state.is === 'running';
  for (const id of running) {
    for (const dep of state.index.task.get(id)?.dependsOn ?? []) {
      const record = state.tasks.get(dep);
      assert.ok(
        record !== undefined && satisfiesDependents(record.state),
        `${id} runs before ${dep} is merged`,
      );
    }
    for (const other of running.filter(works)) {
      if (works(id))
        assert.ok(!state.index.conflicts.get(id)?.has(other), `${id} and ${other} conflict and run at once`);
    }
  }
  const holders = running.filter((id) => state.index.task.get(id)?.resources.includes('database'));
  assert.ok(holders.length <= (state.settings.resources['database'] ?? 1), 'too many hold the database');
  if (running.some((id) => (state.tasks.get(id)?.likeFailures ?? 0) >= 2)) assert.equal(running.length, 1);
}

/**
 * Nothing of a group begins before those that it comes after are closed, unless a request opens one again; nor, where it
 * wants their success, before all of theirs is done.
 */
function checkBarriers(state: RunState, event: LoggedEvent, isDisturbed: boolean): void {
  if (event.type !== 'attempt.starting' || state.settings.schedule === 'dag') return;
  const group = state.index.group.get(state.index.task.get(event.task)?.group ?? 0);
  for (const number of group?.after ?? []) {
    const is = state.groups.get(number)?.state;
    assert.ok(isDisturbed || is === 'closed', `${event.task} begins before group ${number} has ended`);
    for (const id of (group?.afterSuccess && state.index.group.get(number)?.tasks) || []) {
      const record = state.tasks.get(id);
      assert.ok(
        record !== undefined && satisfiesDependents(record.state),
        `${event.task} begins before ${id}`,
      );
    }
  }
}

/** No task starts before the packages that the plan wants are there, and each starts on top of them. */
function checkInstalled(state: RunState, event: LoggedEvent): void {
  if (event.type !== 'attempt.starting' && event.type !== 'integration.preparing') return;
  const { dependencies } = state;
  if (state.plan.dependencies === undefined) return assert.equal(dependencies.is, 'none');
  assert.equal(dependencies.is, 'installed');
  if (event.type === 'integration.preparing') assert.equal(event.base, 'with-packages');
  else assert.notEqual(event.base, state.base);
}

/** Nothing of a resolver is merged that was not found to be a resolution. */
class Resolutions {
  readonly #found = new Set<Commit>();

  check(state: RunState, event: LoggedEvent): void {
    if (event.type === 'resolution.ended' && event.found.is === 'resolved')
      this.#found.add(event.found.commit);
    if (event.type !== 'merge.starting') return;
    const by = state.tasks
      .get(event.task)
      ?.attempts.find(({ outcome }) => outcome?.work?.tip === event.tip)?.role;
    if (by === 'resolver') assert.ok(this.#found.has(event.tip), `${event.tip} was not looked at`);
  }
}

/** Nothing is merged whose own checks did not pass, or that QA did not approve. */
function checkProven(state: RunState, event: LoggedEvent): void {
  if (event.type !== 'merge.starting') return;
  const { settings } = state;
  const record = state.tasks.get(event.task);
  if (settings.checks.enabled) {
    assert.equal(record?.proof?.tip, event.tip, 'other work was checked than is merged');
    assert.notEqual(record?.proof?.verdict, 'failed');
  }
  // What resolves a conflict of work that had passed is not looked at again, unless that is asked for.
  if (settings.qa === null || (record?.resolved === event.tip && !settings.resolver?.review)) return;
  const { outcome, startFrom } = record?.attempts.findLast(({ role }) => role === 'qa') ?? {};
  assert.equal(startFrom, event.tip, 'QA saw other work than is merged');
  assert.equal(outcome?.is === 'reviewed' && outcome.review.verdict, 'approved');
  const approvals = record?.attempts.filter(
    (each) =>
      each.startFrom === event.tip &&
      each.outcome?.is === 'reviewed' &&
      each.outcome.review.verdict === 'approved',
  );
  const reviewers = state.index.task.get(event.task)?.reviewers?.length ?? 1;
  assert.ok((approvals?.length ?? 0) >= reviewers, `${event.task} is merged before all have approved`);
  assert.ok((record?.rejections ?? 0) < settings.qa.rejections);
}

/** The branch of a group's end is only moved from where the run has left it, to where the run's own stands. */
function checkBranches(state: RunState, event: LoggedEvent): void {
  if (event.type !== 'group.branching') return;
  const before = state.groups.get(event.group)?.branch;
  assert.equal(event.from, before?.is === 'set' ? before.at : null);
  assert.equal(event.to, state.integration.tip);
}

function checkBranchesLeft(state: RunState): void {
  for (const { number, branch, tasks } of state.plan.groups) {
    const record = state.groups.get(number);
    if (branch === undefined || record?.state !== 'closed') continue;
    const hasMerged = tasks.some((id) => state.tasks.get(id)?.state.is === 'merged');
    assert.equal(record.branch?.is, hasMerged ? 'set' : undefined, `the branch of group ${number}`);
  }
}

function checkDerived(state: RunState): void {
  for (const group of state.groups.values()) {
    const tasks = state.index.group.get(group.number)?.tasks ?? [];
    const unsettled = tasks.filter(
      (id) => !isSettled(state.tasks.get(id)?.state ?? { is: 'waiting' }),
    ).length;
    assert.equal(group.unsettled, unsettled);
  }
  const failed = [...state.tasks.values()].filter((each) => each.state.is === 'failed').length;
  assert.equal(state.failedTasks, failed);
  const unmerged = [...state.tasks.values()].filter((each) => !satisfiesDependents(each.state)).length;
  assert.equal(state.unmergedTasks, unmerged);
  const on = new Map<number, number>();
  for (const { task } of state.integration.candidate) {
    assert.equal(state.tasks.get(task)?.state.is, 'merging', `${task} is on the candidate`);
    const group = state.index.task.get(task)?.group ?? 0;
    on.set(group, (on.get(group) ?? 0) + 1);
  }
  assert.deepEqual([...state.integration.onCandidate].sort(), [...on].sort());
}

/** Everything of a state that can be compared. */
function plain(state: RunState): unknown {
  return { ...state, index: null, ready: [...state.ready] };
}

const schedules = fc.constantFrom('waves', 'dag');

describe('a run of any plan', () => {
  it('keeps the limit, the dependencies, the scopes and the resources, and ends', () => {
    const limits = fc.record({
      schedule: schedules,
      maxParallel: fc.integer({ min: 1, max: 8 }),
      resources: fc.constantFrom<RunSettings['resources'][]>({}, { database: 2 }),
    });
    const property = fc.property(randomPlan(), fate, limits, (plan, drawn, limited) => {
      const settings = settingsOf(drawn, { ...limited, mergeTest: 'true' });
      const resolutions = new Resolutions();
      const { state } = simulate(
        plan,
        settings,
        scriptOf(drawn, (now, event) => {
          resolutions.check(now, event);
          checkLimit(now);
          checkRunning(now);
          checkDerived(now);
          checkDone(now);
          checkProven(now, event);
          checkInstalled(now, event);
          checkBarriers(now, event, false);
          checkBranches(now, event);
          return [];
        }),
      );
      checkBranchesLeft(state);
      const unfinished = [...state.tasks.values()].filter((each) => !isSettled(each.state));
      // A task that only the user can help waits, and what depends on it for that task.
      const waits = unfinished.some(({ state: { is } }) => is === 'qa-blocked' || is === 'needs-user');
      assert.equal(state.phase.is, waits && state.integration.broken === null ? 'suspended' : 'finished');
      assert.equal(state.open.size, 0);
      if (state.integration.broken === null && !waits)
        assert.deepEqual(
          unfinished.map((each) => [each.id, each.state.is]),
          [],
        );
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('gives the same state when its log is read again', () => {
    const property = fc.property(randomPlan(), fate, schedules, (plan, drawn, schedule) => {
      const { events, state } = simulate(
        plan,
        settingsOf(drawn, { schedule }),
        scriptOf(drawn, () => []),
      );
      const folded = foldRun(JSON.parse(JSON.stringify(events)));
      assert.ok(folded.ok);
      assert.deepEqual(plain(folded.value), plain(state));
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('merges every task when every attempt works out', () => {
    const property = fc.property(randomPlan(), schedules, (plan, schedule) => {
      const script: Script = { duration: () => 5, outcome: (task) => doneOutcome(`t-${task}`) };
      const { state } = simulate(plan, { ...TEST_SETTINGS, schedule }, script);
      assert.deepEqual(state.phase.is === 'finished' && state.phase.status, 'succeeded');
      assert.ok(
        [...state.tasks.values()].every(
          ({ id, state: { is }, attempts }) =>
            state.index.task.get(id)?.done === true || (is === 'merged' && attempts.length === 1),
        ),
      );
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('takes any requests at any time without breaking a rule', () => {
    const request: fc.Arbitrary<(ids: readonly string[]) => EventBody> = fc.oneof(
      fc.constant(() => ({ type: 'requested.pause' }) as const),
      fc.constant(() => ({ type: 'requested.unpause' }) as const),
      fc
        .integer({ min: 1, max: 6 })
        .map((maxParallel) => () => ({ type: 'requested.limit', maxParallel }) as const),
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.constantFrom('requested.cancel', 'requested.retry', 'requested.skip'), fc.nat(30))
          .map(
            ([type, at]) =>
              (ids: readonly string[]): EventBody => ({ type, task: ids[at % ids.length] ?? '' }),
          ),
      },
    );
    const timed = fc.array(fc.tuple(fc.integer({ min: 3, max: 150 }), request), { maxLength: 6 });
    const property = fc.property(randomPlan(), fate, schedules, timed, (plan, drawn, schedule, requests) => {
      const ids = plan.tasks.map((task) => task.id);
      let isPaused = false;
      const script = scriptOf(drawn, (state, event) => {
        isPaused = state.control.paused;
        assert.ok(state.running.size <= Math.max(state.control.maxParallel, TEST_SETTINGS.maxParallel, 6));
        checkRunning(state);
        checkDerived(state);
        checkBarriers(state, event, true);
        checkBranches(state, event);
        if (state.phase.is !== 'running') return [];
        if (event.seq === 161) return [{ type: 'requested.unpause' }];
        return requests.filter(([at]) => at === event.seq).map(([, make]) => make(ids));
      });
      // A pause that nobody lifts is the one thing a run may wait on for good.
      try {
        const { events, state } = simulate(plan, settingsOf(drawn, { schedule }), script);
        const folded = foldRun(events);
        assert.ok(folded.ok);
        assert.deepEqual(plain(folded.value), plain(state));
      } catch (error) {
        assert.ok(isPaused && String(error).includes('waits for nothing'), String(error));
      }
    });
    fc.assert(property, { numRuns: 200 });
  });
});
