/** Keeps `.claude/auto-progress.yaml` of the repository true to a run of a decomposer's plan. */

import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { printable } from '../core/printable.ts';
import type { RunState } from '../core/run-state.ts';
import { autoProgress } from '../views/auto-progress.ts';
import { makeFolder } from './make-folder.ts';
import { repositoryAbove } from './repository-above.ts';
import { newerIn, shownRun } from './shown-run.ts';
import { writeText } from './write-text.ts';

export function autoProgressPath(repository: string): string {
  return join(repository, '.claude', 'auto-progress.yaml');
}

/** What tells of which run it is. */
export function showing(path: string) {
  return { path, kind: 'yaml', key: 'session_id' } as const;
}

export class AutoProgressFile {
  readonly #source: string;
  #written = '';
  /** Undefined before it was looked for; null when nothing is to be written. */
  #path: string | null | undefined;

  /** Absolute path of the plan. */
  constructor(source: string) {
    this.#source = source;
  }

  async bring(state: RunState): Promise<readonly string[]> {
    const text = progressText(state);
    const begun = { id: state.run, at: state.createdAt };
    if (text === this.#written || this.#path === null) return [];
    if (this.#path === undefined) {
      const repository = await repositoryAbove(dirname(this.#source));
      const path = repository === null ? null : autoProgressPath(repository);
      this.#path = path === null || (await newerIn(showing(path), begun)) !== null ? null : path;
      if (this.#path === null) return [];
      const made = await makeFolder(dirname(this.#path));
      if (!made.ok) return [made.error.message];
    }
    const result = await writeText(this.#path, text);
    if (!result.ok) return [result.error.message];
    this.#written = text;
    return [];
  }
}

/** Times and words like `yes` stand in quotes: readers of the older YAML take bare ones for something else. */
function progressText(state: RunState): string {
  const text = stringify(autoProgress(state, state.phase.is === 'running'), {
    lineWidth: 0,
    version: '1.1',
  });
  return printable(text);
}

/** The repository's progress file, if it is there and shows the run. */
export async function progressFileOf({
  run,
  source,
}: Pick<RunState, 'run' | 'source'>): Promise<AutoProgressFile | null> {
  const repository = await repositoryAbove(dirname(source));
  if (repository === null) return null;
  const shown = await shownRun(showing(autoProgressPath(repository)));
  return shown?.id === run ? new AutoProgressFile(source) : null;
}
