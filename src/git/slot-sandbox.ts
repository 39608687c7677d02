/** Whether, and by what, that which runs in a slot is confined. */

import type { IsolationSettings } from '../core/isolation.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import type { WorktreeProblem } from '../ports/worktree.ts';

/** Null when it is not to be confined. */
export async function sandboxFor(
  sandbox: Sandbox | undefined,
  isolation: IsolationSettings | undefined,
): Promise<Result<Sandbox | null, WorktreeProblem>> {
  const mode = isolation?.sandbox ?? 'off';
  if (mode === 'off') return ok(null);
  const protection = await sandbox?.protection();
  if (sandbox !== undefined && protection?.level !== 'none') return ok(sandbox);
  const detail = `no sandbox works here: ${protection?.detail ?? 'there is none for this system'}`;
  return mode === 'required' ? err({ reason: 'setup', detail }) : ok(null);
}
