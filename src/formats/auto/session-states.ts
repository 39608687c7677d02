/** The states of a session of the auto family: which may follow which, and what an agent is to use in each. */

import { WORK_TYPES, type WorkType } from '../../core/plan.ts';

export const SESSION_STATES = [
  'IDLE',
  'DETECT',
  'CLASSIFY',
  'PLAN',
  'PARALLELIZE',
  'EXECUTE',
  'INTEGRATE',
  'REVIEW',
  'COMPLETE',
] as const;

export type SessionState = (typeof SESSION_STATES)[number];

/**
 *     IDLE ─▶ DETECT ─▶ CLASSIFY ─▶ PLAN ─▶ PARALLELIZE ─▶ EXECUTE ─▶ INTEGRATE ─▶ REVIEW ─▶ COMPLETE
 *
 * A project that is known may be passed over, and so may cutting a plan into groups and merging where one agent does it
 * all. Work goes back to where it is mended: review to execution, a group's end to the next group. Every state may end
 * in IDLE, and be entered again, which changes nothing.
 */
const NEXT: Readonly<Record<SessionState, readonly SessionState[]>> = {
  IDLE: ['DETECT', 'CLASSIFY', 'PLAN'],
  DETECT: ['CLASSIFY', 'PLAN'],
  CLASSIFY: ['PLAN'],
  PLAN: ['CLASSIFY', 'PARALLELIZE', 'EXECUTE'],
  PARALLELIZE: ['PLAN', 'EXECUTE'],
  EXECUTE: ['PLAN', 'PARALLELIZE', 'INTEGRATE', 'REVIEW'],
  INTEGRATE: ['PARALLELIZE', 'EXECUTE', 'REVIEW'],
  REVIEW: ['PLAN', 'EXECUTE', 'INTEGRATE', 'COMPLETE'],
  COMPLETE: ['DETECT', 'CLASSIFY', 'PLAN'],
};

export function isSessionState(text: string): text is SessionState {
  return SESSION_STATES.some((state) => state === text);
}

export function isWorkType(text: string): text is WorkType {
  return WORK_TYPES.some((type) => type === text);
}

/** What may follow, the state itself left out. Of a state that is not ours only IDLE. */
export function nextStates(state: string): readonly SessionState[] {
  const next = isSessionState(state) ? NEXT[state] : [];
  return state === 'IDLE' ? next : [...next, 'IDLE'];
}

export function mayFollow(from: string, to: SessionState): boolean {
  return from === to || nextStates(from).includes(to);
}

const DESIGN: Partial<Record<WorkType, readonly string[]>> = {
  FRONTEND: ['frontend-design'],
  BACKEND: ['architecture-patterns'],
  FULLSTACK: ['frontend-design', 'architecture-patterns'],
};

/** Names of skills that an agent must use in the state, for that type of work if it is known. */
export function mandatorySkills(state: string, type: string): readonly string[] {
  const isResearch = type === 'RESEARCH';
  switch (state) {
    case 'DETECT':
      return ['project-detector', 'work-type-classifier'];
    case 'PLAN': {
      const plans = isResearch ? [] : ['superpowers:writing-plans'];
      return ['superpowers:brainstorming', ...plans, ...((isWorkType(type) && DESIGN[type]) || [])];
    }
    case 'PARALLELIZE':
      return ['task-decomposer', 'parallel-orchestrator'];
    case 'EXECUTE':
      if (isResearch) return [];
      return ['superpowers:test-driven-development', ...(type === 'FRONTEND' ? ['frontend-design'] : [])];
    case 'REVIEW': {
      if (isResearch) return [];
      const checks = ['superpowers:verification-before-completion', 'superpowers:requesting-code-review'];
      return [...checks, ...(type === 'FRONTEND' ? ['webapp-testing'] : [])];
    }
    default:
      return [];
  }
}
