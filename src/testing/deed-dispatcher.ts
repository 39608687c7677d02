import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptOutcome, AttemptSpec } from '../core/attempt.ts';
import type { Dispatcher } from '../ports/dispatcher.ts';

/** What the agent of a task does, the last one again and again. `hang` lasts until it is stopped. */
export type Deed = 'done' | 'fail' | 'hang' | 'ask';

export interface DeedWorld {
  /** By task. */
  readonly deeds: Readonly<Record<string, readonly Deed[]>>;
  attemptFolder(run: string, task: string, attempt: number): string;
}

/** Agents that do their deeds at once, and leave a log. */
export class DeedDispatcher implements Dispatcher {
  readonly #world: DeedWorld;
  readonly #hanging = new Map<string, (outcome: AttemptOutcome) => void>();

  constructor(world: DeedWorld) {
    this.#world = world;
  }

  start(spec: AttemptSpec, report: Parameters<Dispatcher['start']>[1]): void {
    const { run, task, number } = spec.id;
    const deeds = this.#world.deeds[task] ?? ['done'];
    const deed = deeds[Math.min(number, deeds.length) - 1] ?? 'done';
    const log = join(this.#world.attemptFolder(run, task, number), 'agent');
    mkdirSync(log, { recursive: true });
    writeFileSync(join(log, 'stdout.log'), `${task} \u001b[31mworks\u001b[0m on try ${number}\n`);
    writeFileSync(join(log, 'stderr.log'), 'a warning\n');
    setImmediate(() => {
      report({ is: 'started', slot: 'slot-1', worktree: '/slots/slot-1' });
      const end = (outcome: AttemptOutcome) => report({ is: 'ended', outcome });
      if (deed === 'hang') this.#hanging.set(`${task}/${number}`, end);
      else setImmediate(() => end(outcomeOf(deed, task)));
    });
  }

  stop(id: AttemptSpec['id'], why: Parameters<Dispatcher['stop']>[1]): void {
    const end = this.#hanging.get(`${id.task}/${id.number}`);
    this.#hanging.delete(`${id.task}/${id.number}`);
    end?.({ is: 'stopped', why, usage: {}, exitCode: null });
  }

  tell(): boolean {
    return false;
  }

  async detach(): Promise<void> {
    this.#hanging.clear();
  }
}

function outcomeOf(deed: Exclude<Deed, 'hang'>, task: string): AttemptOutcome {
  const ended = { usage: {}, exitCode: 0 };
  switch (deed) {
    case 'done': {
      const work = {
        tip: commitOf(task),
        commits: 1,
        files: [`${task}.txt`],
        linesAdded: 1,
        linesRemoved: 0,
      };
      return { ...ended, usage: { inputTokens: 100, outputTokens: 10 }, is: 'done', work };
    }
    case 'fail':
      return { ...ended, is: 'failed', exitCode: 7, failure: { reason: 'exit-code', code: 7, tail: '' } };
    case 'ask':
      return { ...ended, is: 'asking', question: 'Which colour?' };
  }
}

/** A commit's name, made of any words. */
export function commitOf(seed: string): string {
  return createHash('sha1').update(seed).digest('hex');
}
