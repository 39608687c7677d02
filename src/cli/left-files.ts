import type { RunState } from '../core/run-state.ts';
import type { CoxApi } from '../engine/api.ts';
import { leftFiles } from '../project/live-files.ts';
import { asLeft } from '../views/left-run.ts';
import type { Cli } from './cli.ts';
import { isFolder } from './files.ts';

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
  const kept = leftFiles(state, (task, attempt) => cli.parts.agentPid(api.attemptFolder(run, task, attempt)));
  if (kept === null || !(await isFolder(kept.folder))) return;
  // Somebody may go on with it at this moment, and would write them.
  if ((await api.owner(run)) === null) await kept.files.bring(asLeft(state, seenAt));
}
