/**
 * What a run, a task and an attempt may use of money and tokens. What an attempt is expected to take is reserved before
 * it starts, so that near its end the budget is shared by fewer and fewer agents; what they tell while they are at work
 * ends them when it is spent.
 */

import type { AttemptOutcome, Role } from './attempt.ts';
import { tokensIn } from './prices.ts';
import type { RunState } from './run-state.ts';
import { EXPECTED_ROLES } from './settings.ts';
import { type AttemptRecord, lastAttempt, type TaskRecord } from './task-state.ts';
import { type Allowance, type Amount, addUsage, type Usage } from './usage.ts';

/** At least as much as the limit. What is not known counts for nothing. */
export function reaches({ costUsd = 0, ...counts }: Usage, { usd, tokens }: Amount): boolean {
  return (usd !== undefined && costUsd >= usd) || (tokens !== undefined && tokensIn(counts) >= tokens);
}

export function isBounded({ usd, tokens }: Amount): boolean {
  return usd !== undefined || tokens !== undefined;
}

/** Of the attempts that have ended, and of those at work as far as they have told. */
export function usedByRun(state: RunState): Usage {
  let sum = state.usage;
  for (const attempt of atWork(state)) sum = addUsage(sum, attempt.used ?? {});
  return sum;
}

export function usedByTask(record: TaskRecord): Usage {
  const last = lastAttempt(record);
  return last?.outcome === undefined ? addUsage(record.usage, last?.used ?? {}) : record.usage;
}

/** The run's own budget. */
export function isSpent(state: RunState): boolean {
  const { budget } = state.control;
  return isBounded(budget) && reaches(usedByRun(state), budget);
}

/** Since its tries were last counted anew. */
export function isTaskSpent({ control }: RunState, record: TaskRecord): boolean {
  const { task } = control.budget;
  if (task === undefined) return false;
  const { usd = 0, tokens = 0 } = leftOf(task, record);
  return (task.usd !== undefined && usd <= 0) || (task.tokens !== undefined && tokens <= 0);
}

/** What the task's next attempt may use. */
export function allowancesOf({ control }: RunState, record: TaskRecord): readonly Allowance[] {
  const { attempt = {}, task = {} } = control.budget;
  return [
    ...(isBounded(attempt) ? [{ of: 'attempt', whole: attempt, left: attempt } as const] : []),
    ...(isBounded(task) ? [{ of: 'task', whole: task, left: leftOf(task, record) } as const] : []),
  ];
}

/** The one that is used up. */
export function spentAllowance(used: Usage, allowances: readonly Allowance[] = []): Allowance | undefined {
  return allowances.find(({ left }) => reaches(used, left));
}

function leftOf({ usd, tokens }: Amount, { usage, usedBefore }: TaskRecord): Amount {
  const cost = (usage.costUsd ?? 0) - (usedBefore.costUsd ?? 0);
  return {
    ...(usd === undefined ? {} : { usd: usd - cost }),
    ...(tokens === undefined ? {} : { tokens: tokens - (tokensIn(usage) - tokensIn(usedBefore)) }),
  };
}

function* atWork({ running, tasks }: RunState): Iterable<AttemptRecord> {
  for (const id of running) {
    const record = tasks.get(id);
    const attempt = record === undefined ? undefined : lastAttempt(record);
    if (attempt !== undefined && attempt.outcome === undefined) yield attempt;
  }
}

/** What is left of the run's budget to begin something with, during one decision. */
export class Purse {
  readonly #state: RunState;
  readonly #isBounded: boolean;
  #reserved: { usd: number; tokens: number } | null = null;
  #beginning = 0;
  readonly #expected = new Map<Role, Required<Amount>>();

  constructor(state: RunState) {
    this.#state = state;
    this.#isBounded = isBounded(state.control.budget);
  }

  /** With nothing at work the last of it may be used, however little is left. */
  has(role: Role): boolean {
    if (!this.#isBounded || this.#state.running.size + this.#beginning === 0) return true;
    const { usd, tokens } = this.#state.control.budget;
    const reserved = this.#held();
    const next = this.#expect(role);
    return !(
      (usd !== undefined && reserved.usd + next.usd > usd) ||
      (tokens !== undefined && reserved.tokens + next.tokens > tokens)
    );
  }

  reserve(role: Role): void {
    this.#beginning += 1;
    if (!this.#isBounded) return;
    const { usd, tokens } = this.#expect(role);
    const reserved = this.#held();
    this.#reserved = { usd: reserved.usd + usd, tokens: reserved.tokens + tokens };
  }

  /** Of an attempt at work the more of what was expected and what it has told. */
  #held(): Required<Amount> {
    if (this.#reserved !== null) return this.#reserved;
    const { usage } = this.#state;
    const sum = { usd: usage.costUsd ?? 0, tokens: tokensIn(usage) };
    for (const { role, used = {} } of atWork(this.#state)) {
      const { usd, tokens } = this.#expect(role);
      sum.usd += Math.max(usd, used.costUsd ?? 0);
      sum.tokens += Math.max(tokens, tokensIn(used));
    }
    this.#reserved = sum;
    return sum;
  }

  #expect(role: Role): Required<Amount> {
    const known = this.#expected.get(role);
    if (known !== undefined) return known;
    const { usd = 0, tokens = 0 } = expectedOf(this.#state, role);
    this.#expected.set(role, { usd, tokens });
    return { usd, tokens };
  }
}

/** It came to an end by itself. */
export function isWhole({ is }: AttemptOutcome): boolean {
  return is === 'done' || is === 'reviewed' || is === 'advised';
}

/** With fewer attempts of its own a run goes by what earlier ones took. */
const ENOUGH = 3;

/** What an attempt of that role takes: of the run's own that came to an end by themselves, else of earlier runs. */
export function expectedOf({ tasks, settings }: RunState, role: Role): Amount {
  const own: Usage[] = [];
  for (const { attempts } of tasks.values())
    for (const { role: its, outcome } of attempts)
      if (its === role && outcome !== undefined && isWhole(outcome)) own.push(outcome.usage);
  const known = EXPECTED_ROLES.find((each) => each === role);
  const before = known === undefined ? undefined : settings.expected?.[known];
  return own.length >= ENOUGH || before === undefined ? medianUse(own) : before;
}

/** Of those that tell. */
export function medianUse(used: readonly Usage[]): Amount {
  const usd = median(used.flatMap(({ costUsd }) => costUsd ?? []));
  const tokens = median(used.map(tokensIn).filter((count) => count > 0));
  return { ...(usd === undefined ? {} : { usd }), ...(tokens === undefined ? {} : { tokens }) };
}

/** The greater of the two in the middle. */
export function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
