import type { RunState } from '../core/run-state.ts';
import type { CoxApi } from '../engine/api.ts';
import { leftFile } from '../project/live-files.ts';
import { asLeft } from '../views/left-run.ts';
import type { Cli } from './cli.ts';
import { checkoutOf } from './session-parts.ts';

/**
 * The process that kept a killed run's files true is gone, so whoever looks at the run does it. Reading a run must not
 * fail for it, so what cannot be written is passed over.
 */
export async function refreshLeft(
  cli: Cli,
  api: CoxApi,
  { state, seenAt }: { readonly state: RunState; readonly seenAt: number | null },
): Promise<void> {
  const { run } = state;
  if (state.phase.is !== 'running') return;
  const file = await leftFile(state, {
    root: await checkoutOf(cli, state.source),
    pidOf: (task, attempt) => cli.parts.agentPid(api.attemptFolder(run, task, attempt)),
  });
  // Somebody may go on with it at this moment, and would write it.
  if (file !== null && (await api.owner(run)) === null) await file.bring(asLeft(state, seenAt));
}
