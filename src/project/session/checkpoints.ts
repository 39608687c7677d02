/** Checkpoints that scripts and agents write, in the files that their family knows. */

import { printable, printableLine } from '../../core/printable.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { shellWord } from '../../core/shell-word.ts';
import type { SessionChange, SessionFile } from '../../formats/auto/session-file.ts';
import type { GroupCheckpoint } from '../../views/auto-checkpoint.ts';
import { PROGRESS_FILE } from '../auto-progress-file.ts';
import { fileNameOf, groupFileName, groupText, memoryFiles, writeMemory, writeMemoryAnew } from './memory.ts';
import { type ProgressTask, readProgress } from './progress.ts';
import { changeSession, openSession, type SessionParts, type SessionProblem } from './session.ts';

export const MOMENTS = ['pre', 'post', 'failed'] as const;
export type Moment = (typeof MOMENTS)[number];

type Written = Promise<Result<string, SessionProblem>>;

export interface CheckpointParts extends SessionParts {
  /** What the user has to know beside the value, in words. */
  readonly tell: (note: string) => void;
}

/** Paths are from the root. */
export async function writeCheckpoint(parts: CheckpointParts, name: string, summary: string): Written {
  if (name.trim() === '') return err(nameless('a checkpoint', 'PRE_GROUP_2'));
  const at = now(parts);
  const session = await sessionOf(parts);
  if (!session.ok) return session;
  const { state, id } = session.value;
  const text = `# ${name}\n\nGenerated: ${at}\nSession: ${id}\nPhase: ${state}\n\n## Summary\n\n${summary}\n`;
  const written = await writeAnew(parts, `phase-${fileNameOf(name.toLowerCase())}-summary.md`, text);
  return written.ok ? await noted(parts, written.value, []) : written;
}

export interface GroupRequest {
  readonly group: number;
  readonly moment: Moment;
  readonly summary: string;
}

/** What is known of the group is what the progress file says. */
export async function writeGroup(parts: CheckpointParts, request: GroupRequest): Written {
  const session = await sessionOf(parts);
  if (!session.ok) return session;
  const { tasks, unknown } = await readProgress(parts.root);
  const isKnown = tasks.some(({ group }) => group === request.group);
  if (!isKnown) {
    const why = unknown ?? `no task of ${PROGRESS_FILE} is of group ${request.group}`;
    parts.tell(
      `${why}; so the checkpoint has no tasks and is not verified, and which groups are left is ${unknown === null ? 'what the others say' : 'not known'}`,
    );
  }
  const checkpoint = groupCheckpoint(tasks, {
    ...request,
    session: session.value,
    at: now(parts),
  });
  const written = await writeMemory(parts.root, groupFileName(request.group), groupText(checkpoint));
  if (!written.ok) return written;
  return await noted(parts, written.value, [
    ['last_parallel_group', request.group],
    ['last_group_status', request.moment],
  ]);
}

const STATUS = { pre: 'starting', post: 'complete', failed: 'failed' } as const;

function groupCheckpoint(
  tasks: readonly ProgressTask[],
  {
    group,
    moment,
    summary,
    session,
    at,
  }: GroupRequest & { readonly session: KnownSession; readonly at: string },
): GroupCheckpoint {
  const own = tasks.filter((task) => task.group === group);
  const done = own.filter(isDone);
  const open = tasks.flatMap((task) =>
    task.group !== null && task.group > group && !isDone(task) ? [task.group] : [],
  );
  const remaining = [...new Set(open)].sort((left, right) => left - right);
  return {
    group_number: group,
    status: STATUS[moment],
    tasks_completed: done.map(({ id, name }) => ({ [id]: name })),
    tasks_failed: own.filter(({ status }) => status === 'failed').map(({ id, error }) => ({ [id]: error })),
    branches_created: own.flatMap(({ branch }) => branch ?? []),
    verification_passed: moment === 'post' && own.length > 0 && done.length === own.length,
    next_group: remaining[0] ?? null,
    remaining_groups: remaining,
    session_id: session.id,
    started_at: session.startedAt,
    timestamp: at,
    summary,
  };
}

function isDone({ status }: ProgressTask): boolean {
  return status === 'done' || status === 'qa_approved';
}

export async function writeLearning(parts: CheckpointParts, id: string, learning: string): Written {
  if (id.trim() === '') return err(nameless('a task', 'task-3'));
  const { tasks, unknown } = await readProgress(parts.root);
  if (unknown !== null) parts.tell(`${unknown}; so nothing is known of the task`);
  const task = tasks.find((each) => each.id === id);
  const facts = [
    `- Status: ${task?.status ?? 'unknown'}`,
    `- Iterations: ${task?.iterations ?? 'unknown'}`,
    `- Approved by QA: ${task === undefined ? 'unknown' : task.qa ? 'yes' : 'no'}`,
  ];
  const text = `# Task ${id}\n\nGenerated: ${now(parts)}\n\n## Learnings\n\n${learning}\n\n## Verification\n\n${facts.join('\n')}\n`;
  return await writeAnew(parts, `task-${fileNameOf(id)}-learnings.md`, text);
}

/** What somebody has said under that name before may be all that is known of it. */
async function writeAnew(parts: CheckpointParts, name: string, text: string): Written {
  const written = await writeMemoryAnew(parts, name, text);
  if (!written.ok) return written;
  const { path, kept } = written.value;
  if (kept !== null) parts.tell(`what ${path} said before is kept as ${kept}`);
  return ok(path);
}

function nameless(what: string, example: string): SessionProblem {
  return { reason: 'invalid', message: `${what} needs a name`, remedy: `Give e.g. ${example}.` };
}

/** What the next session has to know, written beside the checkpoints; the value is the text. */
export async function writeContext(parts: CheckpointParts): Written {
  const session = await sessionOf(parts);
  if (!session.ok) return session;
  const { id, state, workType, focus, completed } = session.value;
  const { tasks, unknown } = await readProgress(parts.root);
  const files = await memoryFiles(parts.root);
  const list = (lines: readonly string[]): string => (lines.length === 0 ? '- none' : lines.join('\n'));
  const text = `# Context summary

Generated: ${now(parts)}
Session: ${id}

## Where it stands

- Phase: ${state}
- Work type: ${workType}
- Focus: ${focus.join(', ')}
- Completed phases: ${completed.join(', ')}

## Tasks

${unknown === null ? list(tasks.map((task) => `- ${task.id} (${task.status}): ${task.name}`)) : `- not known: ${unknown}`}

## Checkpoints

${list(files.filter((path) => !path.endsWith('/context-summary.md')).map((path) => `- ${printableLine(path)}`))}
`;
  const written = await writeMemory(parts.root, 'context-summary.md', text);
  return written.ok ? ok(printable(text)) : written;
}

/** What is to be done next, by whoever goes on: in a new conversation, whose tokens count from nothing. The value is the text. */
export async function writeHandoff(parts: CheckpointParts): Written {
  const context = await writeContext(parts);
  if (!context.ok) return context;
  const session = await sessionOf(parts);
  if (!session.ok) return session;
  const { state, completed } = session.value;
  const { tasks, unknown, openRun } = await readProgress(parts.root);
  const left = tasks.filter((task) => !isDone(task));
  const groups = left.flatMap(({ group }) => group ?? []);
  const how = openRun === null ? '' : `: cox resume ${shellWord(openRun)}`;
  const next = groups.length === 0 ? [] : [`Go on with parallel group ${Math.min(...groups)}${how}`];
  const steps = [
    'Read .claude/auto-memory/context-summary.md',
    `Go on from the phase ${state}`,
    ...next,
    ...(unknown === null ? [] : [`Find out which tasks are left: ${unknown}`]),
    ...left.map(({ id, name, status }) => `${id} is ${status}: ${name}`),
  ];
  const again =
    completed.length === 0 ? '' : `\n## Done, and not to be done again\n\n- ${completed.join('\n- ')}\n`;
  const text = `# Next actions\n\nGenerated: ${now(parts)}\n\n## To do\n\n${steps.map((step, index) => `${index + 1}. ${step}`).join('\n')}\n${again}`;
  const written = await writeMemory(parts.root, 'next-actions.md', text);
  if (!written.ok) return written;
  const counted = await changeIfThere(parts, () => [[['token_usage', 'estimated'], 0]]);
  return counted.ok ? ok(printable(text)) : counted;
}

interface KnownSession {
  readonly id: string;
  readonly state: string;
  readonly startedAt: string;
  readonly workType: string;
  readonly focus: readonly string[];
  readonly completed: readonly string[];
}

/** Checkpoints may be written without a session. */
async function sessionOf({ root }: SessionParts): Promise<Result<KnownSession, SessionProblem>> {
  const opened = await openSession(root);
  if (!opened.ok) return opened;
  const session = opened.value?.session;
  return ok({
    id: printableLine(session?.session_id ?? ''),
    state: printableLine(session?.current_state ?? 'IDLE'),
    startedAt: printableLine(session?.started_at ?? ''),
    workType: printableLine(session?.work_type ?? ''),
    focus: (session?.focus ?? []).map(printableLine),
    completed: (session?.completed_phases ?? []).map(printableLine),
  });
}

/** The session is told of the checkpoint, where there is one, and the context is written anew. */
async function noted(
  parts: CheckpointParts,
  path: string,
  more: readonly (readonly [string, string | number])[],
): Written {
  const changed = await changeIfThere(parts, ({ session: { checkpoint_files: files } }) => [
    ['checkpoint_files', files.includes(path) ? files : [...files, path]],
    ['last_checkpoint', now(parts)],
    ...more,
  ]);
  if (!changed.ok) return changed;
  const context = await writeContext(parts);
  return context.ok ? ok(path) : context;
}

/** Begins no session for it. */
async function changeIfThere(
  parts: SessionParts,
  change: (file: SessionFile) => SessionChange,
): Promise<Result<void, SessionProblem>> {
  const opened = await openSession(parts.root);
  if (!opened.ok) return opened;
  if (opened.value === null) return ok(undefined);
  return await changeSession(parts, (file) => ok({ change: change(file), value: undefined }));
}

function now(parts: SessionParts): string {
  return new Date(parts.now()).toISOString();
}
