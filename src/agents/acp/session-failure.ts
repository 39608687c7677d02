/**
 * How codex-acp 2.6.0 and claude-agent-acp 0.100.0 tell that a turn has failed, to a client that says that it knows this extension of the protocol, of
 * JetBrains: in the answer to the prompt, which is a good one otherwise. To others it tells it in words alone, as the
 * agent's own.
 */

import { claudeStatus } from '../claude-code/events.ts';
import { codexProblem } from '../codex/events.ts';
import type { AgentEvent } from '../driver.ts';
import { type Fields, fieldsOf, objectIn, textIn } from '../lines/json-line.ts';
import { serviceErrorEvents } from '../lines/service-error.ts';
import { quotaTime } from '../listening/quota-time.ts';

/** Of the client's abilities, `_meta`. */
export const KNOWS_FAILURES = {
  jetbrains: { air: { version: 1, capabilities: ['sessionFailure'] } },
};

/** Null where the turn has not failed. `at`, in milliseconds since the epoch, is when it was told. */
export function turnFailure(answer: unknown, at: number): readonly AgentEvent[] | null {
  const meta = objectIn(fieldsOf(answer), '_meta');
  const failure = objectIn(objectIn(objectIn(meta, 'jetbrains'), 'air'), 'sessionFailure');
  if (failure === null || textIn(failure, 'severity') !== 'error') return null;
  return eventsOf(failure).map((event) => inTime(event, at));
}

function eventsOf(failure: Fields): readonly AgentEvent[] {
  const detail = textIn(failure, 'title') ?? 'its turn has failed';
  const category = textIn(failure, 'category');
  if (category === 'access') return [{ type: 'verdict', problem: { kind: 'credentials', detail } }];
  const actions = failure['actions'];
  const told = problemIn(detail);
  if (category !== 'limit' || told.some(({ type }) => type === 'quota')) return told;
  // That of one conversation.
  if (Array.isArray(actions) && actions.includes('new_session'))
    return [{ type: 'verdict', problem: { kind: 'context', detail } }];
  return told.some((event) => event.type === 'verdict' && event.problem?.kind === 'credentials')
    ? told
    : serviceErrorEvents({ status: 429, detail });
}

/** Of services with too much to do nothing but the words tells. */
function problemIn(detail: string): readonly AgentEvent[] {
  const status = claudeStatus(detail);
  return status === undefined ? codexProblem(detail) : serviceErrorEvents({ status, detail });
}

/** A time of day means nothing to whoever reads it later. */
function inTime(event: AgentEvent, at: number): AgentEvent {
  if (event.type !== 'quota') return event;
  const until = quotaTime(event, at);
  return { type: 'quota', ...(until === undefined ? {} : { until }) };
}
