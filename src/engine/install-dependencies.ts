/** The packages that the plan wants, as one commit of the run's base. */

import type { Outcome } from '../core/event.ts';
import type { PackageChange } from '../core/plan.ts';
import type { OpenIntent } from '../core/run-state.ts';
import { checkIsolation } from './attempt-spec.ts';
import type { Performing } from './parts.ts';

type Installing = Extract<OpenIntent, { type: 'dependencies.installing' }>;

/** Null when it was given up because this process stops; it is taken up again with the run. */
export async function installDependencies(
  { base, changes, seq }: Installing,
  { ports, state, signal }: Performing,
): Promise<Outcome | null> {
  const { run, settings } = state;
  const key = `${seq}-dependencies`;
  const isolation = checkIsolation(state);
  const request = { run, key, base, changes, timeoutMs: settings.checkMs, isolation };
  const installation = await ports.installer.install(request, signal);
  if (installation === null) return null;
  if (installation.is === 'failed') return { type: 'dependencies.installed', result: installation };
  const { files, unconfirmed } = installation;
  const message = commitMessage(changes);
  const commit = await ports.merger.commitFiles({ run, onto: base, files, message });
  const installed = { is: 'installed', commit, files: commit === base ? [] : [...files.keys()] } as const;
  const result = unconfirmed.length === 0 ? installed : { ...installed, unconfirmed };
  return { type: 'dependencies.installed', result };
}

const WORDS: Readonly<Record<PackageChange['action'], string>> = {
  remove: 'Remove',
  upgrade: 'Upgrade',
  add: 'Add',
  'add-dev': 'Add for development',
};

function commitMessage(changes: readonly PackageChange[]): string {
  const lines = changes.map(({ action, packages }) => `${WORDS[action]}: ${packages.join(', ')}`);
  return `Install the dependencies of the plan\n\n${lines.join('\n')}\n`;
}
