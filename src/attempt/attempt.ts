import { setTimeout as sleep } from 'node:timers/promises';

import {
  type AttemptOutcome,
  type AttemptSpec,
  onlyLooks,
  type Role,
  type StopReason,
} from '../core/attempt.ts';
import type { Message } from '../core/message.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { AgentEnd, AgentHandle, Agents } from '../ports/agent.ts';
import type { AttemptReport } from '../ports/dispatcher.ts';
import { lacksRoom } from '../ports/outside-failure.ts';
import type {
  PrepareRequest,
  Release,
  Slot,
  SlotHolder,
  WorktreeProblem,
  Worktrees,
} from '../ports/worktree.ts';
import { judge, judgeLook, notPrepared } from './judge.ts';
import { Marks } from './marks.ts';

export interface AttemptParts {
  readonly worktrees: Worktrees;
  readonly agents: Agents;
  /** Absolute; the attempt's own. */
  readonly folder: string;
  /** Absolute; where the sessions of its agent are kept. */
  readonly sessions: string;
}

type Reporter = (report: AttemptReport) => void;

const RETRY_MS = 1000;

/** One attempt from wherever its marks say it stands to its outcome. */
export class Attempt {
  readonly #spec: AttemptSpec;
  readonly #parts: AttemptParts;
  readonly #marks: Marks;
  readonly #holder: SlotHolder;
  #handle: AgentHandle | null = null;
  #stopping: StopReason | null = null;
  #isDetached = false;
  #letGo: () => void = () => undefined;
  readonly #detached: Promise<'detached'>;
  /** Of what runs only while it is waited for: it cannot be taken up by another process. */
  readonly #waiting = new AbortController();

  constructor(spec: AttemptSpec, parts: AttemptParts) {
    this.#spec = spec;
    this.#parts = parts;
    this.#marks = new Marks(parts.folder);
    const { run, task, number } = spec.id;
    const key = `attempt/${task}/${number}`;
    // Who looks at the work of others gets a slot that is not theirs.
    this.#holder = onlyLooks(spec.role) ? { run, key } : { run, key, task };
    this.#detached = new Promise((resolve) => {
      this.#letGo = () => resolve('detached');
    });
  }

  /** Resolves when the outcome was reported, or when the attempt was let go. Never rejects. */
  async run(report: Reporter): Promise<void> {
    const outcome = await this.#run(report).catch((error: unknown) => broken(error));
    if (outcome !== 'detached') report({ is: 'ended', outcome });
  }

  stop(why: StopReason): void {
    this.#stopping ??= why;
    this.#waiting.abort();
    this.#handle?.stop(why);
  }

  tell(message: Message): boolean {
    return this.#handle?.tell(message) ?? false;
  }

  detach(): void {
    this.#isDetached = true;
    this.#letGo();
    this.#waiting.abort();
    this.#handle?.detach();
  }

  async #run(report: Reporter): Promise<AttemptOutcome | 'detached'> {
    const known = await this.#marks.outcome();
    if (known !== null) return this.#finish(known, report);
    // The slot that was prepared before a crash holds the agent's work, perhaps the agent: only a new one is prepared.
    const before = await this.#marks.slot();
    if (before === null && this.#stopping !== null) return this.#finish(stopped(this.#stopping), report);
    const slot = before ?? (await this.#prepare(report));
    if (slot === 'detached' || this.#isDetached) return 'detached';
    if ('is' in slot) return this.#finish(slot, report);
    report({ is: 'started', slot: slot.name, worktree: slot.path });
    if (this.#stopping !== null && before === null) {
      return this.#conclude(slot, stopped(this.#stopping), report);
    }
    return this.#supervise(slot, report);
  }

  async #supervise(slot: Slot, report: Reporter): Promise<AttemptOutcome | 'detached'> {
    const end = await this.#patiently(
      async () => this.#runAgent(slot, report),
      report,
      () => this.#stopping !== null,
    );
    if (end === 'detached') return end;
    return this.#conclude(slot, end.ok ? end.value : stopped(this.#stopping ?? 'interrupted'), report);
  }

  async #runAgent(slot: Slot, report: Reporter): Promise<Result<AgentEnd, WorktreeProblem> | 'detached'> {
    const { folder, sessions } = this.#parts;
    const request = { spec: this.#spec, slot, folder, sessions };
    this.#handle = this.#parts.agents.start(request, ({ left, ...progress }) =>
      report(left === undefined ? { is: 'progress', ...progress } : { is: 'left', left }),
    );
    if (this.#stopping !== null) this.#handle.stop(this.#stopping);
    const end = await Promise.race([this.#handle.end, this.#detached]);
    if (end === 'detached') return end;
    // Nothing has run, and nothing is wrong with the task.
    const lacks =
      end.is === 'failed' && end.failure.reason === 'not-started' && lacksRoom(end.failure.detail);
    return lacks ? err({ reason: 'setup', detail: end.failure.detail, mayPass: true }) : ok(end);
  }

  async #prepare(report: Reporter): Promise<Slot | AttemptOutcome | 'detached'> {
    const { startFrom, branch, base, isolation, role } = this.#spec;
    const standing = standingOf(role, branch);
    const request = { holder: this.#holder, commit: startFrom, base, isolation, ...standing };
    const prepared = await this.#patiently(
      () => this.#parts.worktrees.prepare(request, this.#waiting.signal),
      report,
      () => this.#stopping !== null,
    );
    if (prepared === 'detached') return prepared;
    if (!prepared.ok && this.#stopping !== null) return stopped(this.#stopping);
    if (!prepared.ok && this.#isDetached) return 'detached';
    if (!prepared.ok) return notPrepared(prepared.error);
    const marked = await this.#patiently(() => this.#marks.setSlot(prepared.value), report);
    if (marked === 'detached') return marked;
    return marked.ok ? prepared.value : notPrepared(marked.error);
  }

  async #conclude(slot: Slot, end: AgentEnd, report: Reporter): Promise<AttemptOutcome | 'detached'> {
    const { id, base, startFrom, branch, commitMessage, role } = this.#spec;
    // Nothing of what it did is taken over.
    if (onlyLooks(role)) return this.#finish(judgeLook(role, end), report);
    const request = { slot, holder: this.#holder, id, base, startFrom, branch, commitMessage };
    const harvest = await this.#patiently(() => this.#parts.worktrees.harvest(request), report);
    if (harvest === 'detached') return harvest;
    // Another process may have taken the run over, and concluded the attempt.
    const known = harvest.ok ? null : await this.#marks.outcome();
    return this.#finish(known ?? judge(this.#spec, end, harvest), report);
  }

  /** The outcome is on the disk before the slot can be given to anybody else. */
  async #finish(outcome: AttemptOutcome, report: Reporter): Promise<AttemptOutcome | 'detached'> {
    const marked = await this.#patiently(() => this.#marks.setOutcome(outcome), report);
    if (marked === 'detached') return marked;
    const slot = await this.#parts.worktrees.find(this.#holder).catch(() => null);
    // Work that was not taken over lies in the slot alone; without the mark the slot is asked again after a crash.
    const mustStay = outcome.is === 'failed' || outcome.work === undefined || !marked.ok;
    const isKept = mustStay && !onlyLooks(this.#spec.role);
    const isNowhereElse = outcome.work === undefined && (await this.#marks.slot()) !== null;
    const how = isNowhereElse ? 'keep-apart' : 'keep';
    if (slot !== null) await this.#release(slot, isKept ? how : 'reuse');
    return outcome;
  }

  /** A slot that cannot be given back stays with this attempt; the outcome counts all the same. */
  async #release(slot: Slot, how: Release): Promise<void> {
    await this.#parts.worktrees.release(slot, this.#holder, how).catch(() => undefined);
  }

  /** A full disk is no failure of the attempt, and its work must not be lost to it: the step is tried until it works. */
  async #patiently<T>(
    step: () => Promise<Result<T, WorktreeProblem> | 'detached'>,
    report: Reporter,
    isGivenUp: () => boolean = () => false,
  ): Promise<Result<T, WorktreeProblem> | 'detached'> {
    for (;;) {
      const result = await step();
      if (result === 'detached' || result.ok || result.error.mayPass !== true || isGivenUp()) return result;
      report({ is: 'progress', step: `waiting: ${result.error.detail}` });
      const what = await Promise.race([sleep(RETRY_MS, 'again' as const), this.#detached]);
      if (what === 'detached') return what;
    }
  }
}

/** Who reviews sets up everything anew; who advises runs nothing. */
function standingOf(
  role: Role,
  branch: string,
): Pick<PrepareRequest, 'branch' | 'fromScratch' | 'withoutSetUp'> {
  if (role === 'qa') return { fromScratch: true };
  return role === 'adviser' ? { withoutSetUp: true } : { branch };
}

function stopped(why: StopReason): AgentEnd & AttemptOutcome {
  return { is: 'stopped', why, usage: {}, exitCode: null };
}

/** Nothing here should throw; what does becomes a failed try, so that the run can go on or say why it cannot. */
function broken(error: unknown): AttemptOutcome {
  const detail = error instanceof Error ? error.message : String(error);
  return { is: 'failed', failure: { reason: 'setup', detail }, usage: {}, exitCode: null };
}
