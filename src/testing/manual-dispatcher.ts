import type { AttemptId, AttemptOutcome, AttemptSpec, StopReason } from '../core/attempt.ts';
import type { Message } from '../core/message.ts';
import type { AttemptReport, Dispatcher } from '../ports/dispatcher.ts';
import { doneOutcome } from './outcomes.ts';

/** Agents that do nothing until the test says how they end; `auto` says it at once. */
export class ManualDispatcher implements Dispatcher {
  readonly started: AttemptSpec[] = [];
  readonly stopped: { readonly id: AttemptId; readonly why: StopReason }[] = [];
  readonly told: { readonly id: AttemptId; readonly message: Message }[] = [];
  detached = 0;
  auto: (spec: AttemptSpec) => AttemptOutcome | null = () => null;
  /** Of every attempt that was started, for reports that come too late. */
  readonly reporters = new Map<string, (report: AttemptReport) => void>();
  readonly #live = new Map<string, (report: AttemptReport) => void>();

  start(spec: AttemptSpec, report: (report: AttemptReport) => void): void {
    this.started.push(spec);
    const key = `${spec.id.task}/${spec.id.number}`;
    this.reporters.set(key, report);
    this.#live.set(key, report);
    report({ is: 'started', slot: 'slot-1', worktree: '/slots/slot-1' });
    const outcome = this.auto(spec);
    if (outcome !== null) this.end(spec.id.task, outcome, spec.id.number);
  }

  stop(id: AttemptId, why: StopReason): void {
    this.stopped.push({ id, why });
    this.end(id.task, { is: 'stopped', why, usage: {}, exitCode: null }, id.number);
  }

  tell(id: AttemptId, message: Message): boolean {
    if (!this.#live.has(`${id.task}/${id.number}`)) return false;
    this.told.push({ id, message });
    return true;
  }

  async detach(): Promise<void> {
    this.detached += 1;
    this.#live.clear();
  }

  progress(task: string, step: string, number = 1): void {
    this.#live.get(`${task}/${number}`)?.({ is: 'progress', step });
  }

  end(task: string, outcome: AttemptOutcome = doneOutcome(`t-${task}`), number = 1): void {
    const report = this.#live.get(`${task}/${number}`);
    this.#live.delete(`${task}/${number}`);
    report?.({ is: 'ended', outcome });
  }
}
