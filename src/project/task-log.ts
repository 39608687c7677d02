/** The log of a task as text for people, bounded. */

import type { TaskId } from '../core/plan.ts';
import { printable } from '../core/printable.ts';
import type { TaskRecord } from '../core/task-state.ts';
import { attemptEnding, attemptHeading } from '../views/attempt-log.ts';
import { LogTail } from './log-tail.ts';
import { errorCode } from './system-error.ts';

/** UTF-16 code units kept of one attempt's output in the log for people; the attempt's own folder has all of it. */
const DEFAULT_LOG_SIZE = 1_000_000;

/** What an agent has printed, as text for people; null when nothing is there (any more). */
export type AttemptLog = AsyncIterable<string> | string | null;

export interface LogSource {
  readonly readAttemptLog: (task: TaskId, attempt: number) => AttemptLog | Promise<AttemptLog>;
  /** Code units kept of one attempt's output, the last ones. */
  readonly logSize?: number;
}

/** What each attempt has printed, below its heading. */
export async function taskLog(source: LogSource, record: TaskRecord): Promise<string> {
  const parts: string[] = [];
  for (const attempt of record.attempts) {
    const output = await readableTail(source, record.id, attempt.number);
    const lines = attemptEnding(attempt).map((line) => `${line}\n`);
    parts.push(`${attemptHeading(attempt)}\n${output}${lines.join('')}\n`);
  }
  return parts.join('');
}

async function readableTail(source: LogSource, task: TaskId, attempt: number): Promise<string> {
  const tail = new LogTail(source.logSize ?? DEFAULT_LOG_SIZE);
  try {
    const log = await source.readAttemptLog(task, attempt);
    if (log === null) return '(no output is kept)\n';
    if (typeof log === 'string') tail.add(log);
    else for await (const chunk of log) tail.add(chunk);
  } catch (error) {
    return `(its output cannot be read: ${errorCode(error)})\n`;
  }
  const left = tail.dropped === 0 ? '' : `(${tail.dropped} characters before this are left out)\n`;
  const text = printable(tail.text());
  return `${left}${text}${text === '' || text.endsWith('\n') ? '' : '\n'}`;
}
