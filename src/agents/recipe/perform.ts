/** Does the steps of a recipe, in the recipe agent's own process. */

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StepFailure, type WorktreeFiles } from '../bridges/worktree-files.ts';
import type { Assignment, Step } from './step.ts';

export interface Surroundings {
  readonly files: WorktreeFiles;
  readonly assignment: Assignment;
  /** Absolute. */
  readonly worktree: string;
  /** Absolute; where the feedback of the last try lies. */
  readonly contextFolder: string | undefined;
}

/** `end` ends the agent with this code; `promised` says that no promise is to be made at the end. */
type Effect = { readonly end?: number; readonly promised?: true };

const NOTHING: Effect = {};
const STDOUT = 1;
const FLOOD_LINE = `${'x'.repeat(1023)}\n`;
const MARKER_FILE = '.claude-task-complete';
const IDENTITY: readonly string[] = [
  '-c',
  'user.name=Recipe agent',
  '-c',
  'user.email=recipe-agent@localhost',
];

/** Gives the exit code. A step that fails ends the agent with 1, after saying which and why. */
export async function performSteps(around: Surroundings): Promise<number> {
  let promised = false;
  for (const [index, step] of around.assignment.steps.entries()) {
    try {
      const effect = await perform(step, around);
      if (effect.end !== undefined) return effect.end;
      promised ||= effect.promised === true;
    } catch (error) {
      say(
        `step ${index + 1} (${step.do}) failed: ${error instanceof Error ? error.message : 'unknown error'}`,
      );
      return 1;
    }
  }
  if (!promised) promise('TASK_DONE', '', around.assignment);
  return 0;
}

function perform(step: Step, around: Surroundings): Effect | Promise<Effect> {
  const { files, worktree } = around;
  switch (step.do) {
    case 'write':
      files.write(step.path, step.text);
      break;
    case 'append':
      files.append(step.path, step.text);
      break;
    case 'edit':
      files.edit(step.path, step.find, step.replace);
      break;
    case 'delete':
      files.delete(step.path);
      break;
    case 'assertFile':
      assertFile(step, files);
      break;
    case 'expectFeedback':
      expectFeedback(step.contains, around.contextFolder);
      break;
    case 'touchMarker':
      files.write(MARKER_FILE, '');
      break;
    case 'run':
      run(step.argv, worktree);
      break;
    case 'commit':
      commit(step.message, worktree);
      break;
    default:
      return performLife(step, around.assignment);
  }
  return NOTHING;
}

type WorkStep =
  | 'write'
  | 'append'
  | 'edit'
  | 'delete'
  | 'assertFile'
  | 'expectFeedback'
  | 'touchMarker'
  | 'run'
  | 'commit';
type LifeStep = Exclude<Step, { readonly do: WorkStep }>;

/** Steps about the agent's own life: what it says, how long it takes, how it misbehaves, how it ends. */
async function performLife(step: LifeStep, assignment: Assignment): Promise<Effect> {
  switch (step.do) {
    case 'say':
      say(step.text);
      return NOTHING;
    case 'progress':
      emit({ event: 'progress', percent: step.percent, step: step.step });
      return NOTHING;
    case 'usage': {
      const { do: _, ...usage } = step;
      emit({ event: 'usage', usage });
      return NOTHING;
    }
    case 'sleep':
      await sleep(step.ms);
      return NOTHING;
    case 'failTimes':
      return assignment.attempt <= step.times ? { end: step.code } : NOTHING;
    case 'exit':
      return { end: step.code };
    case 'hang':
      if (step.ignoreTerm) process.on('SIGTERM', () => say('SIGTERM is ignored'));
      return new Promise(() => setInterval(() => {}, 60_000));
    case 'lie':
      promise('TASK_DONE', '', assignment);
      return { end: 0 };
    case 'flood':
      for (let left = step.bytes; left > 0; left -= FLOOD_LINE.length) print(FLOOD_LINE.slice(-left));
      return NOTHING;
    case 'orphan':
      say(`orphan ${orphan(step.ms)}`);
      return NOTHING;
    case 'ask':
      emit({ event: 'question', question: step.question });
      return { end: 0 };
    case 'quota':
      emit({ event: 'quota', until: Date.now() + step.retryAfter });
      return { end: 1 };
    case 'promise':
      if (step.word !== 'NONE') promise(step.word, step.detail, assignment);
      return step.word === 'TASK_FAILED' ? { end: 1 } : { promised: true };
    default:
      return step satisfies never;
  }
}

function assertFile(step: Extract<Step, { readonly do: 'assertFile' }>, files: WorktreeFiles): void {
  const text = files.read(step.path);
  if (step.absent && text !== null) throw new StepFailure(`${step.path} is there`);
  if (!step.absent && text === null) throw new StepFailure(`${step.path} is not there`);
  if (step.contains !== undefined && text !== null && !text.includes(step.contains)) {
    throw new StepFailure(`${step.path} does not hold ${JSON.stringify(step.contains)}`);
  }
}

function expectFeedback(contains: string, folder: string | undefined): void {
  if (folder === undefined) throw new StepFailure('COX_CONTEXT_DIR is not set');
  if (!readFileSync(join(folder, 'feedback.md'), 'utf8').includes(contains)) {
    throw new StepFailure(`the feedback does not hold ${JSON.stringify(contains)}`);
  }
}

// What the program prints is the agent's own plain text.
function run(argv: readonly string[], cwd: string): void {
  const [program = '', ...args] = argv;
  const { status, signal, error } = spawnSync(program, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (error !== undefined) throw new StepFailure(`${program}: ${error.message}`);
  if (status !== 0) throw new StepFailure(`${program} ended with ${status ?? signal}`);
}

function commit(message: string, cwd: string): void {
  run(['git', 'add', '--all', '--', '.', `:(exclude)${MARKER_FILE}`], cwd);
  const named = spawnSync('git', ['config', '--get', 'user.email'], { cwd, stdio: 'ignore' }).status === 0;
  run(['git', ...(named ? [] : IDENTITY), 'commit', '--quiet', `--message=${message}`], cwd);
}

function orphan(ms: number): number | undefined {
  const child = spawn('sleep', [String(Math.ceil(ms / 1000))], { detached: true, stdio: 'ignore' });
  child.unref();
  return child.pid;
}

function promise(word: string, detail: string, assignment: Assignment): void {
  say(`<promise>${word}: ${assignment.task}${detail === '' ? '' : ` ${detail}`}</promise>`);
}

function say(text: string): void {
  emit({ event: 'text', text });
}

function emit(event: Readonly<Record<string, unknown>>): void {
  print(`${JSON.stringify(event)}\n`);
}

function print(text: string): void {
  let left = Buffer.from(text);
  while (left.length > 0) left = left.subarray(writeSync(STDOUT, left));
}
