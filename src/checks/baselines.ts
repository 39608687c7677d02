/**
 * What commands say of a base commit. Each is run once for all tasks that start from it, one at a time, and only when
 * somebody wants to know: a check that is green needs no excuse.
 */

import { join } from 'node:path';

import type { Commit } from '../core/attempt.ts';
import type { IsolationSettings } from '../core/isolation.ts';
import { hash32 } from '../core/names.ts';
import { Gate } from './gate.ts';
import type { Sight } from './judge-run.ts';
import { CheckSession, type CommandRun, type SessionParts } from './session.ts';

export interface BaselineRequest {
  readonly run: string;
  readonly base: Commit;
  readonly isolation: IsolationSettings;
  readonly timeoutMs: number;
  readonly command: string;
  /** Commands that are run before it, as they are at the tip: it may need what they make. */
  readonly builds: readonly string[];
}

export interface BaselineParts extends SessionParts {
  /** Absolute folder of a run's checks. */
  readonly folder: (run: string) => string;
  /** Shared with all other commands of checks. */
  readonly gate: Gate;
}

export class Baselines {
  readonly #parts: BaselineParts;
  readonly #turns = new Map<string, Gate>();

  constructor(parts: BaselineParts) {
    this.#parts = parts;
  }

  /** Null when the signal ended it. */
  async run(request: BaselineRequest, signal: AbortSignal): Promise<Sight | null> {
    const { run, base } = request;
    const key = JSON.stringify([run, base]);
    const turn = this.#turns.get(key) ?? new Gate(1);
    this.#turns.set(key, turn);
    return turn.pass(() => this.#runInTurn(request, signal));
  }

  async #runInTurn(
    { run, base, isolation, timeoutMs, command, builds }: BaselineRequest,
    signal: AbortSignal,
  ): Promise<Sight | null> {
    const name = hash32(JSON.stringify([command, builds]));
    const session = new CheckSession(this.#parts, {
      holder: { run, key: `check/base/${base}/${name}` },
      commit: base,
      isolation,
      folder: join(this.#parts.folder(run), 'base', base, name),
      timeoutMs,
    });
    const look = (step: string, what: string): Promise<CommandRun | null> =>
      this.#parts.gate.pass(() => session.run(step, what, signal));
    try {
      for (const [index, build] of builds.entries()) {
        if ((await look(`build-${index}`, build)) === null) return null;
      }
      const seen = await look('base', command);
      if (seen === null) return null;
      if (seen.obstacle === undefined) await session.complete();
      return { run: seen, text: await session.text('base', command) };
    } finally {
      await session.close();
    }
  }
}
