/** What is looked at before a run makes anything: whether it may begin, and with how many agents. */

import { agentsOf } from '../core/agent-choice.ts';
import { isToDo } from '../core/execution-mode.ts';
import {
  diskFinding,
  environmentFinding,
  judgePreflight,
  type Preflight,
  type PreflightFinding,
  plainFinding,
  portsFinding,
} from '../core/preflight.ts';
import type { Result } from '../core/result.ts';
import type { RunSettings } from '../core/settings.ts';
import type { Cli } from './cli.ts';
import { EXIT, type Stop } from './exit.ts';
import { ownPathsInside } from './plan-argument.ts';
import type { PreparedRun } from './prepare-run.ts';
import { preflightText } from './render/preflight-text.ts';
import type { SettledPlan } from './settled-plan.ts';

export interface PreflightInput {
  readonly settled: SettledPlan;
  /** Who is to work, or why nobody can. */
  readonly prepared: Result<PreparedRun, Stop>;
  readonly allowDirty: boolean;
}

/** Null where nobody asks for it. */
export async function preflight(
  cli: Cli,
  { settled, prepared, allowDirty }: PreflightInput,
): Promise<Preflight | null> {
  const { valid, resolved, repository, only } = settled;
  const { mode, leastDisk, ports, environment } = resolved.preflight;
  if (mode === 'off' || (mode === 'auto' && valid.plan.format !== 'plan-md')) return null;
  const left = valid.plan.tasks.filter((task) => isToDo(task) && only?.includes(task.group) !== false).length;
  const wanted = resolved.settings.maxParallel;
  const own = [environmentFinding(environment, cli.host.env), agentsFinding(prepared)];
  if (!repository.ok) return judgePreflight(wanted, [plainFinding('git', '', [repository.error]), ...own]);
  const { against, freeBytes, slots } = await cli.parts.preflightFacts({
    root: repository.value,
    local: resolved.local,
    agents: Math.min(wanted, left),
    ports,
    allowDirty,
    ignoreDirty: ownPathsInside(repository.value, valid),
  });
  const well = allowDirty ? 'a run may begin here, with changes or without' : 'nothing is uncommitted';
  return judgePreflight(wanted, [
    diskFinding(freeBytes, { least: leastDisk, wanted }),
    plainFinding('git', well, against),
    portsFinding(slots),
    ...own,
  ]);
}

function agentsFinding(prepared: PreflightInput['prepared']): PreflightFinding {
  if (!prepared.ok) return plainFinding('agents', '', [prepared.error]);
  const drivers = [...new Set(agentsOf(prepared.value.settings).map(({ driver }) => driver))];
  return plainFinding('agents', `${drivers.join(', ')} can be started`, []);
}

/** The settings of a run after the pre-flight. */
export function withPreflight<T extends Pick<RunSettings, 'maxParallel' | 'preflight'>>(
  settings: T,
  found: Preflight | null,
): T {
  if (found === null) return settings;
  const maxParallel = found.answer === 'reduced' ? found.agents : settings.maxParallel;
  return { ...settings, maxParallel, preflight: found };
}

export function stopOfPreflight(found: Preflight): Stop {
  const [message = '', ...lines] = preflightText(found);
  const failed = found.checks.filter(({ state }) => state === 'failed');
  const remedies = failed.map(({ check, remedy }) => `${check}: ${remedy}`);
  return {
    code: EXIT.refused,
    message: [message, ...lines].join('\n'),
    remedy: [...remedies, 'Nothing was made. `--preflight off` runs without this look.'].join('\n'),
  };
}
