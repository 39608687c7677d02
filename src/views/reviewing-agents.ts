/** Agents of a plan that have no task of their own, and look at the work of others. */

import type { RunState } from '../core/run-state.ts';
import { isLeftOut, isSettled, type TaskRecord } from '../core/task-state.ts';
import { agentKey, agentTasks, freeName } from './agent-names.ts';
import { stepAsLeft } from './left-run.ts';
import { agentOf, errorOf, openAttempt } from './task-facts.ts';
import { type FamilyWords, taskWords } from './task-words.ts';

export interface ReviewingAgent {
  /** One segment of a path, and no other agent's. */
  readonly name: string;
  /** As the plan writes it. */
  readonly agent: string;
  /** What it looks at, will look at next, or has looked at last. */
  readonly record: TaskRecord;
  readonly status: FamilyWords['agent'];
  readonly step: string;
  readonly hasError: boolean;
}

/** `off`: it is not asked any more. */
type Look = 'to come' | 'under way' | 'blocked' | 'approved' | 'off';

interface Looking {
  readonly record: TaskRecord;
  readonly look: Look;
}

const URGENCY: readonly Look[] = ['under way', 'blocked', 'to come', 'off', 'approved'];

/** Without QA nobody is asked, and there are none. */
export function reviewingAgents(state: RunState): readonly ReviewingAgent[] {
  if (state.settings.qa === null) return [];
  const records = [...state.tasks.values()].filter((record) => !isLeftOut(record.state));
  const doers = new Set(records.map((record) => agentKey(agentOf(state, record))));
  const found = new Map<string, { readonly agent: string; readonly looks: Looking[] }>();
  for (const record of records) {
    const { reviewers = [] } = state.index.task.get(record.id) ?? {};
    for (const [place, agent] of reviewers.entries()) {
      const key = agentKey(agent);
      if (doers.has(key)) continue;
      const known = found.get(key) ?? { agent, looks: [] };
      known.looks.push({ record, look: lookAt(record, place) });
      found.set(key, known);
    }
  }
  const taken = new Set(agentTasks(state).map(({ name }) => name));
  return [...found].map(([key, { agent, looks }]) => {
    const name = freeName(key, taken);
    taken.add(name);
    return { name, agent, ...standing(state, looks) };
  });
}

function lookAt(record: TaskRecord, place: number): Look {
  const { state } = record;
  switch (state.is) {
    case 'reviewing':
    case 'qa-blocked': {
      if (state.approvals !== place) return state.approvals > place ? 'approved' : 'to come';
      if (state.is === 'qa-blocked') return 'blocked';
      return openAttempt(record) === undefined ? 'to come' : 'under way';
    }
    case 'accepted':
    case 'merging':
    case 'conflicted':
    case 'needs-user':
    case 'merged':
      return 'approved';
    default:
      return isSettled(state) ? 'off' : 'to come';
  }
}

function standing(
  state: RunState,
  looks: readonly Looking[],
): Pick<ReviewingAgent, 'record' | 'status' | 'step' | 'hasError'> {
  const found = URGENCY.map((look) => looks.findLast((each) => each.look === look)).find(
    (each) => each !== undefined,
  );
  if (found === undefined) throw new Error('a reviewer without a task');
  const { record, look } = found;
  const error = errorOf(record.state);
  const isLeft = state.phase.is !== 'running';
  switch (look) {
    case 'under way':
      return {
        record,
        status: isLeft ? 'interrupted' : 'in_progress',
        step: stepAsLeft(state, 'looks at the work'),
        hasError: false,
      };
    case 'blocked':
      return { record, status: 'needs_user', step: error ?? 'QA is blocked', hasError: true };
    case 'to come':
      return { record, status: 'pending', step: 'waits for the work', hasError: false };
    case 'off':
      return {
        record,
        status: record.state.is === 'cancelled' ? 'cancelled' : 'blocked',
        step: `the task: ${taskWords(state, record).word}`,
        hasError: false,
      };
    case 'approved':
      return { record, status: 'completed', step: 'has approved the work', hasError: false };
  }
}
