/** What `.claude/auto-progress.yaml` says of tasks: a run keeps it, or an orchestrator that is none of ours. */

import { isMap, LineCounter, parseDocument } from 'yaml';
import { printableLine } from '../../core/printable.ts';
import { isRunId, PROGRESS_FILE } from '../auto-progress-file.ts';
import { kindOf, readLinked } from '../read-folder.ts';

export interface ProgressTask {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly branch: string | null;
  readonly group: number | null;
  readonly iterations: number;
  readonly qa: boolean;
  /** What it failed of; empty where nothing is kept. */
  readonly error: string;
}

export interface Progress {
  readonly tasks: readonly ProgressTask[];
  /** Why nothing is known of tasks; null when something is. */
  readonly unknown: string | null;
  /** The run of ours that keeps it, and is not at its end; null where there is none. */
  readonly openRun: string | null;
}

const MOST_BYTES = 10_000_000;

/** No text of it can act on a terminal, or look like a line of ours. */
export async function readProgress(root: string): Promise<Progress> {
  const unknown = (why: string): Progress => ({ tasks: [], unknown: why, openRun: null });
  if ((await kindOf(`${root}/${PROGRESS_FILE}`)) === null) return unknown(`there is no ${PROGRESS_FILE}`);
  const text = await readLinked(root, PROGRESS_FILE, MOST_BYTES);
  if (!text.ok) return unknown(`${PROGRESS_FILE} cannot be read: ${text.error}`);
  const lines = new LineCounter();
  const document = parseDocument(text.value, { lineCounter: lines, logLevel: 'silent', prettyErrors: false });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    return unknown(`${PROGRESS_FILE}:${line}:${col} ${printableLine(problem.message)}`);
  }
  const value = contentOf(document);
  const { tasks, session_id: id, status } = isRecord(value) ? value : {};
  if (!isMap(document.contents) || !isRecord(tasks)) return unknown(`${PROGRESS_FILE} has no tasks`);
  return {
    tasks: Object.entries(tasks).flatMap(([id, task]) => (isRecord(task) ? [progressOf(id, task)] : [])),
    unknown: null,
    openRun: typeof id === 'string' && isRunId(id) && status !== 'succeeded' ? printableLine(id) : null,
  };
}

/** Aliases that would grow without bound are refused by throwing. */
function contentOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch {
    return null;
  }
}

function progressOf(id: string, task: Readonly<Record<string, unknown>>): ProgressTask {
  const text = (key: string): string | null =>
    typeof task[key] === 'string' ? printableLine(task[key]) : null;
  const number = (key: string): number | null => (typeof task[key] === 'number' ? task[key] : null);
  return {
    id: printableLine(id),
    name: text('name') ?? printableLine(id),
    status: text('status') ?? 'pending',
    branch: text('branch'),
    group: number('group'),
    iterations: number('iterations') ?? 0,
    qa: task['qa_verified'] === true,
    error: text('last_error') ?? '',
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
