/** Keeps `.claude/auto-progress.yaml` of the repository true to a run of a decomposer's plan. */

import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { printable } from '../core/printable.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { autoProgress } from '../views/auto-progress.ts';
import { makeFolder } from './make-folder.ts';
import { kindOf, readLinked } from './read-folder.ts';
import { KEPT, keepOld } from './session/session.ts';
import { newerIn, type ShownRun, shownRun } from './shown-run.ts';
import { writeText } from './write-text.ts';

/** From the root. */
export const PROGRESS_FILE = '.claude/auto-progress.yaml';
const MOST_BYTES = 10_000_000;

export function autoProgressPath(repository: string): string {
  return join(repository, PROGRESS_FILE);
}

/** What tells of which run it is. */
export function showing(path: string) {
  return { path, kind: 'yaml', key: 'session_id' } as const;
}

export class AutoProgressFile {
  readonly #root: string;
  #written = '';
  /** Null before it was looked at; false when it stays as it is. */
  #isOurs: boolean | null = null;

  /** Absolute path of the repository's top. */
  constructor(root: string) {
    this.#root = root;
  }

  async bring(state: RunState): Promise<readonly string[]> {
    const text = progressText(state);
    const begun = { id: state.run, at: state.createdAt };
    const root = this.#root;
    if (text === this.#written || this.#isOurs === false) return [];
    // The folder may be another one by now, or a link.
    const made = await makeFolder(join(root, '.claude'));
    if (!made.ok) return [made.error.message];
    const notes: string[] = [];
    if (this.#isOurs === null) {
      const newer = await newerIn(showing(autoProgressPath(root)), begun);
      if (newer !== null) {
        this.#isOurs = false;
        return [`${PROGRESS_FILE} is left as it is: ${newerWords(newer)}`];
      }
      const kept = await keepForeign(root, begun);
      if (!kept.ok) return [kept.error];
      if (kept.value !== null)
        notes.push(`${PROGRESS_FILE} is this run's now; what it held is kept as ${kept.value}`);
      this.#isOurs = true;
    }
    const result = await writeText(autoProgressPath(root), text);
    if (!result.ok) return [...notes, result.error.message];
    this.#written = text;
    return notes;
  }
}

function newerWords({ id, at }: ShownRun): string {
  const when = new Date(at).toISOString();
  return id === null
    ? `what it shows began later (${when})`
    : `it shows ${JSON.stringify(id)}, which began later (${when})`;
}

/** What is not word for word as a run writes it may be the only copy of somebody's. The value is where it is kept. */
async function keepForeign(root: string, { id, at }: ShownRun): Promise<Result<string | null, string>> {
  if ((await kindOf(autoProgressPath(root))) === null) return ok(null);
  const read = await readLinked(root, PROGRESS_FILE, MOST_BYTES);
  if (!read.ok) return err(`${PROGRESS_FILE} cannot be read: ${read.error}; move it away`);
  if (isOfRuns(read.value, id)) return ok(null);
  const kept = await keepOld(root, { name: KEPT.progress, at, text: read.value });
  return kept.ok ? kept : err(kept.error.message);
}

const OF_RUNS = ['session_id', 'started_at', 'status', 'parallel_group', 'tasks'].join();
/** `auto-page-20260102-120000-2`, and not `auto-20260102-120000`, as sessions of scripts are called. */
export function isRunId(id: string): boolean {
  return /-\d{8}-\d{6}(?:-\d+)?$/.test(id) && !/^auto-\d{8}-\d{6}$/.test(id);
}

function isOfRuns(text: string, run: string | null): boolean {
  try {
    const value: unknown = parse(text, { logLevel: 'silent', version: '1.1' });
    if (typeof value !== 'object' || value === null || Object.keys(value).join() !== OF_RUNS) return false;
    const { session_id: id } = { session_id: null, ...value };
    return typeof id === 'string' && (id === run || isRunId(id)) && yamlText(value) === text;
  } catch {
    return false;
  }
}

function progressText(state: RunState): string {
  return yamlText(autoProgress(state, state.phase.is === 'running'));
}

/** Times and words like `yes` stand in quotes: readers of the older YAML take bare ones for something else. */
function yamlText(value: object): string {
  return printable(stringify(value, { lineWidth: 0, version: '1.1' }));
}

/** The repository's progress file, if it is there and shows the run. */
export async function progressFileOf(
  root: string,
  { run }: Pick<RunState, 'run'>,
): Promise<AutoProgressFile | null> {
  const shown = await shownRun(showing(autoProgressPath(root)));
  return shown?.id === run ? new AutoProgressFile(root) : null;
}
