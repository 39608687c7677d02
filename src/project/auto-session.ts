/**
 * Takes the session that scripts keep along with a run of a decomposer's plan: to EXECUTE when its first group begins,
 * to INTEGRATE when all of the plan is merged, and with the checkpoints of its groups. Where there is no session none is begun,
 * and one that stands elsewhere is left there.
 */

import { ok, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { type GroupCheckpoint, groupCheckpoints, groupsLeftOut } from '../views/auto-checkpoint.ts';
import { groupFileName, MEMORY } from './session/memory.ts';
import { changeSession, openSession, type SessionParts, type SessionProblem } from './session/session.ts';
import { transition } from './session/session-steps.ts';

interface Wanted {
  readonly state: 'EXECUTE' | 'INTEGRATE' | null;
  /** From the root. */
  readonly files: readonly string[];
  /** As scripts say it; null before the first group. */
  readonly last: { readonly group: number; readonly status: 'pre' | 'post' | 'failed' } | null;
}

const STATUS: Readonly<Record<GroupCheckpoint['status'], NonNullable<Wanted['last']>['status']>> = {
  starting: 'pre',
  in_progress: 'pre',
  retrying: 'pre',
  complete: 'post',
  failed: 'failed',
};

export class AutoSession {
  readonly #parts: SessionParts;
  #done = '';

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  async bring(state: RunState): Promise<readonly string[]> {
    const wanted = wantedOf(state);
    const key = JSON.stringify(wanted);
    if (key === this.#done) return [];
    const opened = await openSession(this.#parts.root);
    if (!opened.ok) return [opened.error.message];
    if (opened.value !== null) {
      const brought = await bringSession(this.#parts, wanted);
      if (!brought.ok) return [brought.error.message];
    }
    this.#done = key;
    return [];
  }
}

function wantedOf(state: RunState): Wanted {
  const checkpoints = groupCheckpoints(state);
  const last = checkpoints.at(-1);
  const hasSucceeded = state.phase.is === 'finished' && state.phase.status === 'succeeded';
  const isDone = hasSucceeded && groupsLeftOut(state).length === 0;
  return {
    state: isDone ? 'INTEGRATE' : last === undefined ? null : 'EXECUTE',
    files: checkpoints.map(({ group_number: group }) => `${MEMORY}/${groupFileName(group)}`),
    last: last === undefined ? null : { group: last.group_number, status: STATUS[last.status] },
  };
}

async function bringSession(
  parts: SessionParts,
  { state, files, last }: Wanted,
): Promise<Result<void, SessionProblem>> {
  const at = new Date(parts.now()).toISOString();
  const steps = [
    { from: ['PLAN', 'PARALLELIZE'], to: 'EXECUTE', isDue: state !== null },
    { from: ['EXECUTE'], to: 'INTEGRATE', isDue: state === 'INTEGRATE' },
  ].filter(({ isDue }) => isDue);
  for (const { from, to } of steps) {
    const moved = await changeSession<unknown>(parts, (file) =>
      from.includes(file.session.current_state)
        ? transition(file, { to, force: false, at })
        : ok({ change: [], value: undefined }),
    );
    if (!moved.ok) return moved;
  }
  if (last === null) return ok(undefined);
  return await changeSession(parts, ({ session: { checkpoint_files: known } }) =>
    ok({
      change: [
        ['checkpoint_files', [...new Set([...known, ...files])]],
        ['last_checkpoint', at],
        ['last_parallel_group', last.group],
        ['last_group_status', last.status],
      ],
      value: undefined,
    }),
  );
}
