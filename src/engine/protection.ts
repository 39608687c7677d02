import type { IsolationSettings, Protection } from '../core/isolation.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import type { Refusal } from './api.ts';

/** What will confine the agents of a run with these settings; refused where one is required that does not work here. */
export async function protectionFor(
  { sandbox: mode }: IsolationSettings,
  sandbox: Pick<Sandbox, 'protection'>,
): Promise<Result<Protection, Refusal>> {
  const found = await sandbox.protection();
  if (mode === 'off') return ok({ ...found, level: 'none', detail: 'switched off' });
  if (mode === 'auto' || found.level !== 'none') return ok(found);
  return err({
    reason: 'not-possible',
    message: `the run requires a sandbox, and none works here: ${found.detail}`,
    remedy: 'See `cox doctor` for what is missing; --sandbox auto would run without one.',
  });
}
