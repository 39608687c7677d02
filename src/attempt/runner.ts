/**
 * Runs attempts on this machine: prepare a slot, run the agent, harvest its work, say how it ended. Each step leaves a
 * mark in the attempt's folder, so that after a crash the attempt is taken up where it stood and never run twice.
 */

import { type AttemptId, type AttemptSpec, attemptKey, type Role, type StopReason } from '../core/attempt.ts';
import type { Message } from '../core/message.ts';
import type { Agents } from '../ports/agent.ts';
import type { AttemptReport, Dispatcher } from '../ports/dispatcher.ts';
import type { Worktrees } from '../ports/worktree.ts';
import { Attempt } from './attempt.ts';

export interface RunnerParts {
  readonly worktrees: Worktrees;
  readonly agents: Agents;
  /** Absolute folder of an attempt. */
  readonly folder: (id: AttemptId) => string;
  /** Absolute folder for the sessions of the agents of one role that work on one task. */
  readonly sessions: (id: AttemptId, role: Role) => string;
}

interface Live {
  readonly attempt: Attempt;
  readonly over: Promise<void>;
}

export class LocalDispatcher implements Dispatcher {
  readonly #parts: RunnerParts;
  readonly #live = new Map<string, Live>();

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  start(spec: AttemptSpec, report: (report: AttemptReport) => void): void {
    const key = attemptKey(spec.id);
    if (this.#live.has(key)) return;
    const { worktrees, agents, folder, sessions } = this.#parts;
    const folders = { folder: folder(spec.id), sessions: sessions(spec.id, spec.role) };
    const attempt = new Attempt(spec, { worktrees, agents, ...folders });
    const over = attempt.run(report).finally(() => this.#live.delete(key));
    this.#live.set(key, { attempt, over });
  }

  stop(id: AttemptId, why: StopReason): void {
    this.#live.get(attemptKey(id))?.attempt.stop(why);
  }

  tell(id: AttemptId, message: Message): boolean {
    return this.#live.get(attemptKey(id))?.attempt.tell(message) ?? false;
  }

  async detach(): Promise<void> {
    const live = [...this.#live.values()];
    for (const { attempt } of live) attempt.detach();
    await Promise.all(live.map(({ over }) => over));
  }
}
