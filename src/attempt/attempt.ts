import type { AttemptOutcome, AttemptSpec, StopReason } from '../core/attempt.ts';
import type { AgentHandle, Agents } from '../ports/agent.ts';
import type { AttemptReport } from '../ports/dispatcher.ts';
import type { Slot, SlotHolder, Worktrees } from '../ports/worktree.ts';
import { judge, notPrepared } from './judge.ts';
import { Marks } from './marks.ts';

export interface AttemptParts {
  readonly worktrees: Worktrees;
  readonly agents: Agents;
  /** Absolute; the attempt's own. */
  readonly folder: string;
}

/** One attempt from wherever its marks say it stands to its outcome. */
export class Attempt {
  readonly #spec: AttemptSpec;
  readonly #parts: AttemptParts;
  readonly #marks: Marks;
  readonly #holder: SlotHolder;
  #handle: AgentHandle | null = null;
  #stopping: StopReason | null = null;
  #letGo: () => void = () => undefined;
  readonly #detached: Promise<'detached'>;

  constructor(spec: AttemptSpec, parts: AttemptParts) {
    this.#spec = spec;
    this.#parts = parts;
    this.#marks = new Marks(parts.folder);
    const { run, task, number } = spec.id;
    this.#holder = { run, key: `attempt/${task}/${number}`, task };
    this.#detached = new Promise((resolve) => {
      this.#letGo = () => resolve('detached');
    });
  }

  /** Resolves when the outcome was reported, or when the attempt was let go. Never rejects. */
  async run(report: (report: AttemptReport) => void): Promise<void> {
    const outcome = await this.#run(report).catch((error: unknown) => broken(error));
    if (outcome !== 'detached') report({ is: 'ended', outcome });
  }

  stop(why: StopReason): void {
    this.#stopping ??= why;
    this.#handle?.stop(why);
  }

  detach(): void {
    this.#letGo();
    this.#handle?.detach();
  }

  async #run(report: (report: AttemptReport) => void): Promise<AttemptOutcome | 'detached'> {
    const known = await this.#marks.outcome();
    if (known !== null) return this.#finish(known);
    // The slot that was prepared before a crash holds the agent's work, perhaps the agent: only a new one is prepared.
    const before = await this.#marks.slot();
    const slot = before ?? (await this.#prepare());
    if ('is' in slot) return this.#finish(slot);
    report({ is: 'started', slot: slot.name, worktree: slot.path });
    if (this.#stopping !== null && before === null) {
      return this.#conclude(slot, { is: 'stopped', why: this.#stopping, usage: {}, exitCode: null });
    }
    return this.#supervise(slot, report);
  }

  async #supervise(
    slot: Slot,
    report: (report: AttemptReport) => void,
  ): Promise<AttemptOutcome | 'detached'> {
    const request = { spec: this.#spec, slot, folder: this.#parts.folder };
    this.#handle = this.#parts.agents.start(request, (progress) => report({ is: 'progress', ...progress }));
    if (this.#stopping !== null) this.#handle.stop(this.#stopping);
    const end = await Promise.race([this.#handle.end, this.#detached]);
    return end === 'detached' ? end : this.#conclude(slot, end);
  }

  async #prepare(): Promise<Slot | AttemptOutcome> {
    const { startFrom, branch } = this.#spec;
    const prepared = await this.#parts.worktrees.prepare({ holder: this.#holder, commit: startFrom, branch });
    if (!prepared.ok) return notPrepared(prepared.error);
    await this.#marks.setSlot(prepared.value);
    return prepared.value;
  }

  async #conclude(slot: Slot, end: Parameters<typeof judge>[1]): Promise<AttemptOutcome> {
    const { id, base, branch, commitMessage } = this.#spec;
    const harvest = await this.#parts.worktrees.harvest({ slot, id, base, branch, commitMessage });
    return this.#finish(judge(this.#spec, end, harvest));
  }

  /** The outcome is on the disk before the slot can be given to anybody else. */
  async #finish(outcome: AttemptOutcome): Promise<AttemptOutcome> {
    await this.#marks.setOutcome(outcome);
    const slot = await this.#parts.worktrees.find(this.#holder);
    if (slot !== null)
      await this.#parts.worktrees.release(slot, this.#holder, outcome.is === 'failed' ? 'keep' : 'reuse');
    return outcome;
  }
}

/** Nothing here should throw; what does becomes a failed try, so that the run can go on or say why it cannot. */
function broken(error: unknown): AttemptOutcome {
  const detail = error instanceof Error ? error.message : String(error);
  return { is: 'failed', failure: { reason: 'setup', detail }, usage: {}, exitCode: null };
}
