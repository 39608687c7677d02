/** Writes the views of a run into its plan's folder: report.json, execution-report.md and logs/. Nothing outside it. */

import { lstat, mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decisionsText } from '../core/mail.ts';
import type { TaskId } from '../core/plan.ts';
import { ok, type Result } from '../core/result.ts';
import { hadAnythingToDo, type RunState, taskRecord } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { logFileName } from '../views/attempt-log.ts';
import { executionReport } from '../views/execution-report.ts';
import { jsonText } from '../views/json.ts';
import { messageLines } from '../views/messages.ts';
import type { BundledDiff, WorkPlace } from '../views/output-bundle.ts';
import { isParallelReport, type Observed, parallelReport } from '../views/parallel-report.ts';
import { executionId } from '../views/parallel-status.ts';
import { reportView } from '../views/report.ts';
import { makeFolder } from './make-folder.ts';
import { readText } from './read-folder.ts';
import { removeFiles } from './remove-files.ts';
import { newerIn } from './shown-run.ts';
import { errorCode } from './system-error.ts';
import { type LogSource, taskLog } from './task-log.ts';
import { writeBundles } from './write-bundles.ts';
import { type WriteProblem, writeProblem, writeText } from './write-text.ts';

const REPORT = 'report.json';
const MESSAGES = 'messages.jsonl';
const DECISIONS = 'decisions.md';

/** Bytes of a report that is read again. */
const MOST_REPORT = 10_000_000;

type Written = Result<string, WriteProblem>;

export interface ViewSource extends LogSource {
  readonly state: RunState;
  /** Absolute path of the plan's folder. */
  readonly folder: string;
  /** Of work that a task has left. */
  readonly readDiff: (place: WorkPlace) => Promise<BundledDiff>;
  /** By the process that drove the run, of itself; absent where none did. */
  readonly observed?: Observed;
  /** Tasks whose logs are written; absent means all. */
  readonly logsOf?: readonly TaskId[];
}

export interface WrittenViews {
  /** Absolute paths. */
  readonly written: readonly string[];
  /** One for each file that could not be written; the others are there. */
  readonly problems: readonly WriteProblem[];
  /** The run whose views stay, because it was begun later; nothing was written then. */
  readonly newer: string | null;
}

/**
 * The folder shows the newest run of its plan: an older one that ends later leaves the views as they are. Never throws
 * for the disk's or the folder's sake: a view that is missing can be written again from the log.
 */
export async function writeViews(source: ViewSource): Promise<WrittenViews> {
  const { state, folder } = source;
  if (!hadAnythingToDo(state)) return { written: [], problems: [], newer: null };
  const own = { id: state.run, at: state.createdAt };
  const newer = await newerIn({ path: join(folder, REPORT), kind: 'json', key: 'run_id' }, own);
  // One without an id is no report of ours.
  const shown = newer?.id ?? null;
  const isNewest = shown === null;
  const results = [
    ...(isNewest ? await writeNewest(source) : []),
    ...(state.plan.format === 'plan-md' ? await writeOwn(source, isNewest) : []),
  ];
  return {
    written: results.flatMap((result) => (result.ok ? [result.value] : [])),
    problems: results.flatMap((result) => (result.ok ? [] : [result.error])),
    newer: shown,
  };
}

/** What each run writes over. */
async function writeNewest(source: ViewSource): Promise<Written[]> {
  const { state, folder } = source;
  return [
    await writeText(join(folder, REPORT), `${jsonText(reportView(state))}\n`),
    await writeText(join(folder, 'execution-report.md'), executionReport(state)),
    ...(state.plan.format === 'plan-md' ? [] : await writeLogs(source)),
    ...(await writeMessages(source)),
    ...(await completeIgnoreFile(folder)),
  ];
}

/** Of each run of a plan of parallel groups: the plan names the report. What lies in `outputs/` is of the newest. */
async function writeOwn(source: ViewSource, isNewest: boolean): Promise<Written[]> {
  const { state, folder } = source;
  const sent = state.phase.is === 'finished' ? sentText(state) : null;
  return [
    ...(await writeBundles(source, isNewest)),
    await writeExecution(source),
    ...(sent === null ? [] : [await archiveMessages(folder, `messages_${executionId(state)}.jsonl`, sent)]),
  ];
}

/** One for each run of the plan: earlier ones stay. */
async function writeExecution({
  state,
  folder,
  observed,
}: ViewSource): Promise<Result<string, WriteProblem>> {
  const reports = join(folder, 'reports');
  const made = await makeFolder(reports);
  if (!made.ok) return made;
  const path = join(reports, `${executionId(state)}.md`);
  if (observed === undefined && (await writtenReport(folder, state)) !== null) return ok(path);
  return await writeText(path, parallelReport(state, observed));
}

/** Of parallel groups, with what the process that drove them has seen of itself; null unless it still says how the run stands. */
export async function writtenReport(folder: string, state: RunState): Promise<string | null> {
  const there = await readText(join(folder, 'reports', `${executionId(state)}.md`), MOST_REPORT);
  return there.ok && isParallelReport(there.value, state) ? there.value : null;
}

async function writeLogs(source: ViewSource): Promise<Written[]> {
  const records = (source.logsOf ?? [...source.state.tasks.keys()])
    .map((id) => taskRecord(source.state, id))
    .filter((record) => record.attempts.length > 0);
  if (records.length === 0) return [];
  const logs = join(source.folder, 'logs');
  const made = await makeInside(source.folder, logs);
  if (!made.ok) return [made];
  const results: Result<string, WriteProblem>[] = [];
  // One at a time: each holds an attempt's whole tail in memory.
  for (const record of records) results.push(await writeTaskLog(source, record, logs));
  return results;
}

/** What its agents wrote to one another, and decided. */
async function writeMessages({ state, folder }: ViewSource): Promise<Written[]> {
  const sent = sentText(state);
  const decided = decisionsText(state.mail);
  const logs = join(folder, 'logs');
  if (sent === null) return await removeFiles(logs, [MESSAGES, DECISIONS]);
  const made = await makeInside(folder, logs);
  if (!made.ok) return [made];
  return [
    await writeText(join(logs, MESSAGES), sent),
    ...(decided === ''
      ? await removeFiles(logs, [DECISIONS])
      : [await writeText(join(logs, DECISIONS), `# Decisions\n\n${decided}`)]),
  ];
}

/** Null when nothing was sent. */
function sentText(state: RunState): string | null {
  const { records, announced } = state.mail;
  return records.size + announced.size === 0 ? null : `${messageLines(state).join('\n')}\n`;
}

async function archiveMessages(
  folder: string,
  name: string,
  text: string,
): Promise<Result<string, WriteProblem>> {
  const archives = join(folder, 'archives');
  const made = await makeFolder(archives);
  return made.ok ? await writeText(join(archives, name), text) : made;
}

/** A `logs` that is a link to somewhere else is refused: it would lead out of the plan's folder. */
async function makeInside(folder: string, logs: string): Promise<Result<string, WriteProblem>> {
  try {
    await mkdir(logs).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    if ((await realpath(logs)) !== join(await realpath(folder), 'logs')) {
      const message = `${logs} leads out of the plan's folder; remove the link, and write the report again`;
      return { ok: false, error: { reason: 'io', path: logs, message } };
    }
    return ok(logs);
  } catch (error) {
    return { ok: false, error: writeProblem(logs, error) };
  }
}

async function writeTaskLog(
  source: ViewSource,
  record: TaskRecord,
  logs: string,
): Promise<Result<string, WriteProblem>> {
  return await writeText(join(logs, logFileName(record.id)), await taskLog(source, record));
}

/** Bytes of an ignore file; ours has a few lines. */
const MOST_IGNORED = 100_000;
const OUTPUTS = ['*/logs/', '*/report.json', '*/execution-report.md', '*/integration-report.md'];

/**
 * The folder above a plan's ignores these outputs where it was set up for plans. One that names some of them gets the
 * rest; any other ignore file is somebody else's, and where there is none, none is made.
 */
async function completeIgnoreFile(folder: string): Promise<Written[]> {
  const path = join(dirname(folder), '.gitignore');
  const found = await lstat(path).catch(() => null);
  // The repository may have put a link there: what it leads to is nobody's to copy.
  if (found?.isFile() !== true) return [];
  const read = await readText(path, MOST_IGNORED);
  if (!read.ok) return [];
  const text = read.value;
  const lines = new Set(text.split(/\r?\n/).map((line) => line.trim()));
  const missing = OUTPUTS.filter((line) => !lines.has(line));
  if (missing.length === 0 || missing.length === OUTPUTS.length) return [];
  return [await writeText(path, `${text}${text.endsWith('\n') ? '' : '\n'}${missing.join('\n')}\n`)];
}
