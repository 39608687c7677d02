/** The verbs of `cox state`: data for scripts on standard output, everything else on standard error. */

import type { Result } from '../core/result.ts';
import { memoryFiles, noteCheckpoint } from '../project/session/memory.ts';
import {
  beginSession,
  changeSession,
  openSession,
  type SessionParts,
  type SessionProblem,
} from '../project/session/session.ts';
import {
  addCheckpoint,
  checkState,
  setWorkType,
  skillsOf,
  transition as transitionStep,
  useTokens,
} from '../project/session/session-steps.ts';
import { jsonText } from '../views/json.ts';
import type { Cli } from './cli.ts';
import { EXIT } from './exit.ts';
import { clean } from './render/clean.ts';
import { stopOfSession } from './session-parts.ts';

/** As scripts know them. They mean nothing else here: what cannot be counted is refused with a code of its own. */
const TOKENS_WARN = 1;
const TOKENS_CHECKPOINT = 2;

export interface OpenedState {
  readonly cli: Cli;
  readonly parts: SessionParts;
}

/** Prints what was found, or says why nothing was: a state or type that cannot be with the word that scripts look for. */
function told<T>(cli: Cli, result: Result<T, SessionProblem>, show: (value: T) => readonly string[]): number {
  if (result.ok) {
    cli.print(show(result.value));
    return EXIT.ok;
  }
  if (result.error.reason === 'invalid') cli.print(['ERROR: Invalid state']);
  if (result.error.reason === 'invalid-type') cli.print(['ERROR: Invalid work type']);
  return stopOfSession(cli, result.error);
}

/** In JSON all of the session; null without one. */
export async function state({ cli, parts }: OpenedState, json: boolean): Promise<number> {
  return told(cli, await openSession(parts.root), (file) => [
    json ? jsonText(file?.session ?? null) : clean(file?.session.current_state ?? 'IDLE'),
  ]);
}

export async function init({ cli, parts }: OpenedState, first: string): Promise<number> {
  const known = checkState(first);
  if (!known.ok) return told(cli, known, () => []);
  const begun = await beginSession(parts, known.value);
  if (begun.ok && begun.value !== null) cli.say(`cox: the session before is kept as ${begun.value}`);
  return told(cli, begun, () => [known.value]);
}

export async function transition({ cli, parts }: OpenedState, to: string, force: boolean): Promise<number> {
  const at = new Date(cli.host.now()).toISOString();
  const done = await changeSession(parts, (file) => transitionStep(file, { to, force, at }));
  return told(cli, done, ({ from, skills: needed }) => [
    `Transitioned: ${clean(from)} -> ${to}`,
    ...(needed.length === 0 ? [] : [`MANDATORY_SKILLS: ${needed.join(',')}`]),
  ]);
}

export interface WorkTypeArguments {
  readonly type: string | undefined;
  readonly focus: string;
  readonly confidence: string;
}

export async function workType({ cli, parts }: OpenedState, given: WorkTypeArguments): Promise<number> {
  const { type } = given;
  if (type === undefined)
    return told(cli, await openSession(parts.root), (file) => [clean(file?.session.work_type ?? '')]);
  const confidence = Number(given.confidence);
  if (!(confidence >= 0 && confidence <= 1))
    return cli.stop({
      code: EXIT.usage,
      message: `${given.confidence} is no number from 0 to 1`,
      remedy: '',
    });
  const focus = given.focus
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  const done = await changeSession(parts, (file) => setWorkType(file, { type, focus, confidence }));
  return told(cli, done, (value) => [value]);
}

export async function skills({ cli, parts }: OpenedState, given?: string, type?: string): Promise<number> {
  const opened = await openSession(parts.root);
  const found = opened.ok ? skillsOf(opened.value?.session, { state: given, type }) : opened;
  return told(cli, found, (names) => [names.join(',')]);
}

export async function checkpoint({ cli, parts }: OpenedState, file: string, text?: string): Promise<number> {
  const opened = await openSession(parts.root);
  if (!opened.ok) return stopOfSession(cli, opened.error);
  if (opened.value === null) return noSession(cli);
  const { current_state: state } = opened.value.session;
  // The notes first: a session that names a checkpoint has it.
  const noted = await noteCheckpoint(parts, { state, file, text: text ?? '' });
  if (!noted.ok) return stopOfSession(cli, noted.error);
  const done = await changeSession(parts, (session) => addCheckpoint(session, file));
  return told(cli, done, (path) => [clean(path)]);
}

export async function resume({ cli, parts }: OpenedState): Promise<number> {
  const opened = await openSession(parts.root);
  if (!opened.ok) return told(cli, opened, () => []);
  if (opened.value === null) {
    cli.print(['NO_SESSION']);
    return EXIT.failed;
  }
  const { session } = opened.value;
  const files = await memoryFiles(parts.root);
  cli.print([
    `SESSION_ID: ${clean(session.session_id)}`,
    `CURRENT_STATE: ${clean(session.current_state)}`,
    `WORK_TYPE: ${clean(session.work_type)}`,
    `COMPLETED_PHASES: ${clean(session.completed_phases.join(','))}`,
    ...(files.length === 0 ? [] : ['MEMORY_FILES:', ...files.map((path) => `  - ${clean(path)}`)]),
  ]);
  return EXIT.ok;
}

function noSession(cli: Cli): number {
  const remedy = 'Begin one with `cox state init`.';
  return cli.stop({ code: EXIT.failed, message: 'there is no session', remedy });
}

export async function tokens({ cli, parts }: OpenedState, given: string): Promise<number> {
  if (!/^\d{1,9}$/.test(given))
    return cli.stop({
      code: EXIT.refused,
      message: `${JSON.stringify(given)} is no number of tokens`,
      remedy: 'Give how many were used since the last call, e.g. 1500.',
    });
  const opened = await openSession(parts.root);
  if (opened.ok && opened.value === null) {
    cli.say('cox: there is no session, so that nothing is counted');
    return EXIT.ok;
  }
  const done = await changeSession(parts, (file) => useTokens(file, Number(given)));
  if (!done.ok) return cli.stop({ ...done.error, code: EXIT.refused });
  const { used, budget, level } = done.value;
  const share = `Usage at ${Math.floor((used / budget) * 100)}%`;
  const figures = `(${used} of ${budget} tokens)`;
  switch (level) {
    case 'fine':
      return EXIT.ok;
    case 'warning':
      cli.print([`TOKEN_WARNING: ${share} - start summarization ${figures}`]);
      return TOKENS_WARN;
    case 'checkpoint':
      cli.print([`TOKEN_CHECKPOINT: ${share} - checkpoint required ${figures}`]);
      return TOKENS_CHECKPOINT;
  }
}
