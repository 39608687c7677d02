import type { RunState } from '../core/run-state.ts';

/**
 * A run that nobody drives any more, as if it had been left in order when its process gave its last sign: what is said of
 * such runs is said of it too. `seenAt` is that sign, in milliseconds since the epoch, where one is known.
 */
export function asLeft(state: RunState, seenAt: number | null): RunState {
  if (state.phase.is !== 'running') return state;
  const at = Math.max(state.lastDrivenAt, seenAt ?? 0);
  return { ...state, phase: { is: 'suspended', reason: 'interrupted', at } };
}

/** What somebody is at, or was at when the run was left. */
export function stepAsLeft({ phase }: Pick<RunState, 'phase'>, step: string): string {
  return phase.is === 'suspended' ? `when the run was left: ${step}` : step;
}
