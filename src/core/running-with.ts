import { credentialOf } from './agent-choice.ts';
import { type RunState, taskRecord } from './run-state.ts';
import { hasAgent, lastAttempt } from './task-state.ts';

/** Of attempts that run with a credential: when they were asked for. */
export function runningWith(state: RunState, key: string): readonly number[] {
  return [...state.running].flatMap((id) => {
    const record = taskRecord(state, id);
    const attempt = hasAgent(record.state) ? lastAttempt(record) : undefined;
    return attempt !== undefined && credentialOf(attempt.agent) === key ? [attempt.requestedAt] : [];
  });
}
