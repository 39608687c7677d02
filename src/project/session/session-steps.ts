/** What may happen to a session, each as the change that it makes in the file. */

import { WORK_TYPES } from '../../core/plan.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { Session, SessionFile } from '../../formats/auto/session-file.ts';
import {
  isSessionState,
  isWorkType,
  mandatorySkills,
  mayFollow,
  nextStates,
  SESSION_STATES,
} from '../../formats/auto/session-states.ts';
import type { SessionProblem, SessionStep } from './session.ts';

type Step<T> = Result<SessionStep<T>, SessionProblem>;

export interface Transition {
  readonly from: string;
  readonly to: string;
  readonly skills: readonly string[];
}

export interface TransitionRequest {
  readonly to: string;
  /** Also from where it may not follow. */
  readonly force: boolean;
  /** ISO 8601. */
  readonly at: string;
}

export function transition({ session }: SessionFile, { to, force, at }: TransitionRequest): Step<Transition> {
  const known = checkState(to);
  if (!known.ok) return known;
  const { current_state: from, work_type: type, completed_phases: before } = session;
  if (!force && !mayFollow(from, known.value)) {
    const next = nextStates(from).join(', ');
    const message = `${to} may not follow ${from}; ${next} may`;
    return err({ reason: 'invalid', message, remedy: 'Go by one of these, or add --force.' });
  }
  const skills = mandatorySkills(to, type);
  const completed = from === to || before.includes(from) ? before : [...before, from];
  return ok({
    change: [
      ...(from === to ? [] : [['previous_state', from] as const]),
      ['current_state', to],
      ['last_transition', at],
      ['completed_phases', completed],
      ['mandatory_skills', skills],
    ],
    value: { from, to, skills },
  });
}

/** What is asked about has to be known; what the session says may be somebody else's, and needs none. */
export function skillsOf(
  session: Pick<Session, 'current_state' | 'work_type'> | undefined,
  asked: { readonly state: string | undefined; readonly type: string | undefined },
): Result<readonly string[], SessionProblem> {
  const state = asked.state === undefined ? ok(session?.current_state ?? 'IDLE') : checkState(asked.state);
  if (!state.ok) return state;
  const type = asked.type === undefined ? ok(session?.work_type ?? '') : checkType(asked.type);
  return type.ok ? ok(mandatorySkills(state.value, type.value)) : type;
}

export function checkState(state: string) {
  if (isSessionState(state)) return ok(state);
  const message = `${JSON.stringify(state)} is no state`;
  return err<SessionProblem>({ reason: 'invalid', message, remedy: `Use ${SESSION_STATES.join(', ')}.` });
}

function checkType(type: string): Result<string, SessionProblem> {
  if (isWorkType(type)) return ok(type);
  const message = `${JSON.stringify(type)} is no type of work`;
  return err({ reason: 'invalid-type', message, remedy: `Use ${WORK_TYPES.join(', ')}.` });
}

export interface WorkTypeRequest {
  readonly type: string;
  readonly focus: readonly string[];
  readonly confidence: number;
}

export function setWorkType({ session }: SessionFile, request: WorkTypeRequest): Step<string> {
  const { type, focus, confidence } = request;
  const known = checkType(type);
  if (!known.ok) return known;
  return ok({
    change: [
      ['work_type', type],
      ['classification_confidence', confidence],
      ...(focus.length === 0 ? [] : [['focus', focus] as const]),
      ['mandatory_skills', mandatorySkills(session.current_state, type)],
    ],
    value: type,
  });
}

export function addCheckpoint({ session }: SessionFile, path: string): Step<string> {
  const files = session.checkpoint_files;
  return ok({
    change: [['checkpoint_files', files.includes(path) ? files : [...files, path]]],
    value: path,
  });
}

export interface TokenUse {
  readonly used: number;
  readonly budget: number;
  readonly level: 'fine' | 'warning' | 'checkpoint';
}

/** Adds to what the conversation has used before; the budget may be overdrawn. */
export function useTokens({ session }: SessionFile, tokens: number): Step<TokenUse> {
  const {
    estimated,
    budget,
    warning_threshold: warning,
    checkpoint_threshold: checkpoint,
  } = session.token_usage;
  const used = estimated + tokens;
  const share = used / budget;
  const level = share >= checkpoint ? 'checkpoint' : share >= warning ? 'warning' : 'fine';
  return ok({ change: [[['token_usage', 'estimated'], used]], value: { used, budget, level } });
}
