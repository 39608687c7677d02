/**
 * The file in which Codex keeps a session, measured with 0.169.0; each of its helpers has one like it. What is printed tells
 * nothing of use until the end, and then nothing of helpers.
 */

import type { CountEvent, SessionLog } from '../driver.ts';
import { type Fields, numberIn, objectIn, readObject, textIn } from '../lines/json-line.ts';
import { codexUsage } from './events.ts';

export const codexSessionLog: SessionLog = {
  folder: '.codex/sessions',
  home: { variable: 'CODEX_HOME', folder: 'sessions' },
  nameEnd: (session) => `-${session}.jsonl`,
  // Each begins with the name of the session that all of them belong to.
  helpers: (session) => ({
    isOne: (beginning) => beginning.includes(`"session_id":${JSON.stringify(session)}`),
  }),
  parse: parseRollout,
};

/** Without the sums of the whole conversation: for programs around Codex that tell at the end what the turn alone has used. */
export const codexTurnLog: SessionLog = {
  ...codexSessionLog,
  parse: (line, since) => parseRollout(line, since).filter(({ type }) => type !== 'usage'),
};

/**
 * Of the file that holds its session, or a helper's conversation, a line: `turn_context` names the model,
 * `token_usage_record` has what an answer used, before what it calls is run; `token_count` sums up the whole conversation
 * and tells of limits.
 */
export function parseRollout(line: string, since: number): readonly CountEvent[] {
  if (!ROLLOUT.test(line)) return [];
  const event = readObject(line);
  const payload = objectIn(event, 'payload');
  switch (textIn(event, 'type')) {
    case 'turn_context': {
      const model = textIn(payload, 'model');
      return model === undefined ? [] : [{ type: 'model', model }];
    }
    case 'token_usage_record': {
      const at = Date.parse(textIn(event, 'timestamp') ?? '');
      // Of an attempt before, in whose session this one goes on.
      return at >= since ? answer(payload) : [];
    }
    case 'event_msg':
      return textIn(payload, 'type') === 'token_count' ? tokenCount(payload) : [];
    default:
      return [];
  }
}

function answer(record: Fields | null): readonly CountEvent[] {
  const counts = objectIn(record, 'usage');
  if (counts === null) return [];
  const id = textIn(record, 'response_id');
  return [{ type: 'usage-added', usage: codexUsage(counts), ...(id === undefined ? {} : { id }) }];
}

function tokenCount(payload: Fields | null): readonly CountEvent[] {
  const info = objectIn(payload, 'info');
  const counts = objectIn(info, 'total_token_usage');
  const limits = limit(objectIn(payload, 'rate_limits'));
  return counts === null
    ? limits
    : [{ type: 'usage', usage: codexUsage(counts) }, ...context(info), ...limits];
}

/** The one of all models; others have a model's name. */
const OWN_LIMIT = 'codex';

/** As it stood with the last answer: of two windows either may be used up. */
function limit(limits: Fields | null): readonly CountEvent[] {
  if (limits === null) return [];
  const isUsedUp = ['primary', 'secondary'].some(
    (window) => (numberIn(objectIn(limits, window), 'used_percent') ?? 0) >= 100,
  );
  if (!isUsedUp) return [{ type: 'limit', of: null }];
  const isModels = (textIn(limits, 'limit_id') ?? OWN_LIMIT) !== OWN_LIMIT;
  return [{ type: 'limit', of: isModels ? 'model' : 'credential' }];
}

/** What the last answer read and wrote is what the next one reads. */
function context(info: Fields | null): readonly CountEvent[] {
  const used = numberIn(objectIn(info, 'last_token_usage'), 'total_tokens');
  const size = numberIn(info, 'model_context_window');
  return used === undefined || size === undefined ? [] : [{ type: 'context', used, size }];
}

/** Most of its lines are what was said and done, and long. */
const ROLLOUT = /"(?:turn_context|token_usage_record|token_count)"/;
