/** Whether an agent can be started, as far as that can be told before. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentSettings } from '../../core/settings.ts';
import { type DriverProblem, describeDriverProblem, type FoundDriver, findDriver } from '../registry.ts';
import { missingPart, type SearchPlace } from './installed.ts';

/** What stands around agents. */
export interface Surroundings {
  /** The first of the paths that no agent is shown; null for none. */
  hidden(paths: readonly string[]): Promise<string | null>;
  /** Absolute; what lies in them may be shown to an agent of a run. */
  readonly shown: readonly string[];
}

export interface StartPlace extends SearchPlace {
  /** Absolute; the user's. */
  readonly home: string;
}

export interface StartProblem {
  readonly message: string;
  readonly remedy: string;
}

/** Null when nothing speaks against it. `around` is null where agents have no walls. */
export async function startProblem(
  agent: AgentSettings,
  place: StartPlace,
  around: Surroundings | null,
): Promise<StartProblem | null> {
  const found = findDriver(agent);
  if (!found.ok) {
    const message = describeDriverProblem(found.error);
    return { message, remedy: REMEDIES[found.error.reason] };
  }
  const missing = missingPart(found.value.ready, place);
  if (missing !== null) return cannot(missing, 'Install it, or choose another with --agent-command.');
  const hidden = (await around?.hidden(outsideFiles(found.value, place, around))) ?? null;
  if (hidden === null) return null;
  return cannot(
    `${hidden} cannot be seen in the sandbox; name its folder in sandbox.readable`,
    'Or commit it, and name it by its path in the repository.',
  );
}

const REMEDIES: Readonly<Record<DriverProblem['reason'], string>> = {
  'unknown-driver': 'See `cox run --help` for how an agent is chosen.',
  'bad-options': 'The documentation of agents lists what each driver takes.',
};

function cannot(why: string, remedy: string): StartProblem {
  return { message: `the agent cannot be started: ${why}`, remedy };
}

/** What it needs, is there, and is shown to no agent for itself. */
function outsideFiles(
  { driver, ready }: FoundDriver,
  { home }: StartPlace,
  { shown }: Surroundings,
): readonly string[] {
  const own = driver.files.map((path) => join(home, path));
  const paths = ready.startedFiles.map((path) => (path.startsWith('~/') ? join(home, path.slice(2)) : path));
  return paths
    .filter((path) => ![...shown, ...own].some((place) => path === place || path.startsWith(`${place}/`)))
    .filter((path) => existsSync(path));
}
