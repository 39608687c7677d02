/** Whether what runs in a slot is to be confined. */

import type { IsolationSettings } from '../../core/isolation.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import type { WorktreeProblem } from '../../ports/worktree.ts';

/** False where the machine has no sandbox that works, unless one is required. */
export async function isToBeConfined(
  sandbox: Sandbox | undefined,
  isolation: IsolationSettings | undefined,
): Promise<Result<boolean, WorktreeProblem>> {
  const mode = isolation?.sandbox ?? 'off';
  if (mode === 'off') return ok(false);
  const protection = await sandbox?.protection();
  if (sandbox !== undefined && protection?.level !== 'none') return ok(true);
  const detail = `no sandbox works here: ${protection?.detail ?? 'there is none for this system'}`;
  return mode === 'required' ? err({ reason: 'setup', detail }) : ok(false);
}
