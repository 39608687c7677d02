/** The drivers there are. A new one is a folder and a line here. */

import type { AgentProfile } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { AgentSettings } from '../core/settings.ts';
import { acpDriver } from './acp/driver.ts';
import { claudeAgentSdkDriver } from './claude-agent-sdk/driver.ts';
import { claudeCodeDriver } from './claude-code/driver.ts';
import { codexDriver } from './codex/driver.ts';
import { commandDriver } from './command/driver.ts';
import type { Driver, ReadyDriver } from './driver.ts';
import { geminiDriver } from './gemini/driver.ts';
import { opencodeDriver } from './opencode/driver.ts';
import { piDriver } from './pi/driver.ts';
import { qwenDriver } from './qwen/driver.ts';
import { recipeDriver } from './recipe/driver.ts';
import { gapsOf } from './tools/capabilities.ts';

export const DRIVERS: readonly Driver[] = [
  acpDriver,
  claudeAgentSdkDriver,
  claudeCodeDriver,
  codexDriver,
  geminiDriver,
  opencodeDriver,
  piDriver,
  qwenDriver,
  commandDriver,
  recipeDriver,
];

export type DriverProblem =
  | { readonly reason: 'unknown-driver'; readonly name: string; readonly known: readonly string[] }
  | { readonly reason: 'bad-options'; readonly name: string; readonly problems: readonly string[] };

export interface FoundDriver {
  readonly driver: Driver;
  readonly ready: ReadyDriver;
}

/** The driver that the settings name, with its options checked. */
export function findDriver(
  settings: AgentSettings,
  drivers: readonly Driver[] = DRIVERS,
): Result<FoundDriver, DriverProblem> {
  const driver = drivers.find((candidate) => candidate.name === settings.driver);
  if (driver === undefined) {
    return err({
      reason: 'unknown-driver',
      name: settings.driver,
      known: drivers.map((known) => known.name),
    });
  }
  const ready = driver.ready(settings.options);
  if (!ready.ok) return err({ reason: 'bad-options', name: driver.name, problems: ready.error });
  return ok({ driver, ready: ready.value });
}

/** What of a profile the agent cannot be, in words; nothing where that is not its driver's affair. */
export function profileGaps({ driver, options }: AgentSettings, profile: AgentProfile): readonly string[] {
  const holds = DRIVERS.find(({ name }) => name === driver)?.holds ?? null;
  return holds === null ? [] : gapsOf(driver, holds, { profile, options });
}

/** For people; ends with what to do. */
export function describeDriverProblem(problem: DriverProblem): string {
  switch (problem.reason) {
    case 'unknown-driver':
      return `there is no agent driver "${problem.name}"; choose one of ${problem.known.join(', ')}`;
    case 'bad-options':
      return `the options of the agent driver "${problem.name}" are wrong; mend ${problem.problems.join('; ')}`;
    default:
      return problem satisfies never;
  }
}
