/** Keeps `.claude/auto-progress.yaml` of the repository true to a run of a decomposer's plan. */

import { lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { printable } from '../core/printable.ts';
import type { RunState } from '../core/run-state.ts';
import { autoProgress } from '../views/auto-progress.ts';
import { readText } from './read-folder.ts';
import { repositoryAbove } from './repository-above.ts';
import { errorCode, writeProblem, writeText } from './write-text.ts';

const MOST_BYTES = 10_000_000;

export function autoProgressPath(repository: string): string {
  return join(repository, '.claude', 'auto-progress.yaml');
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
    const begun = { run: state.run, at: state.createdAt };
    if (text === this.#written || this.#path === null) return [];
    if (this.#path === undefined) {
      const repository = await repositoryAbove(dirname(this.#source));
      const path = repository === null ? null : autoProgressPath(repository);
      this.#path = path === null || (await isOfNewer(path, begun)) ? null : path;
      if (this.#path === null) return [];
      const problem = await makeFolder(dirname(this.#path));
      if (problem !== null) return [problem];
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

/** Such a file shows the newest run. What cannot be read shows none. */
export async function isOfNewer(
  path: string,
  own: { readonly run: string; readonly at: number },
): Promise<boolean> {
  const { run, startedAt } = await shownIn(path);
  return run !== own.run && typeof startedAt === 'string' && Date.parse(startedAt) > own.at;
}

/** The repository's progress file, if it is there and shows the run. */
export async function progressFileOf({
  run,
  source,
}: Pick<RunState, 'run' | 'source'>): Promise<AutoProgressFile | null> {
  const repository = await repositoryAbove(dirname(source));
  if (repository === null || (await shownIn(autoProgressPath(repository))).run !== run) return null;
  return new AutoProgressFile(source);
}

async function shownIn(path: string): Promise<{ readonly run: unknown; readonly startedAt: unknown }> {
  const nothing = { run: null, startedAt: null };
  const text = await readText(path, MOST_BYTES);
  if (!text.ok) return nothing;
  try {
    const value: unknown = parse(text.value);
    if (typeof value !== 'object' || value === null) return nothing;
    const { session_id: run, started_at: startedAt } = { session_id: null, started_at: null, ...value };
    return { run, startedAt };
  } catch {
    return nothing;
  }
}

/** A link in its place could lead anywhere. */
async function makeFolder(folder: string): Promise<string | null> {
  try {
    await mkdir(folder).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    return (await lstat(folder)).isDirectory()
      ? null
      : `${folder} is no folder; auto-progress.yaml is not written`;
  } catch (error) {
    return writeProblem(folder, error).message;
  }
}
