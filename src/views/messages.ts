/** What the agents of a run have told one another, in figures and for people. */

import type { MailRecord } from '../core/mail.ts';
import type { RunState } from '../core/run-state.ts';
import { isoTime } from './duration.ts';

export interface MessageFacts {
  /** By agents, acknowledgments among them. */
  readonly sent: number;
  /** By everybody whom they were for. */
  readonly acknowledged: number;
  /** Not acknowledged within five minutes by somebody who had them. */
  readonly escalated: number;
  /** Files that were no messages, or for nobody. */
  readonly refused: number;
  /** From a message to its first answer or acknowledgment by each of those it was for; null when there was none. */
  readonly meanResponseMs: number | null;
}

export function messageFacts({ mail }: Pick<RunState, 'mail'>): MessageFacts {
  const records = [...mail.records.values()];
  const waits = records.flatMap(({ at, heard }) => [...heard.values()].map((when) => when - at));
  return {
    sent: records.length,
    acknowledged: records.filter(({ to, heard }) => to.length > 0 && to.every((id) => heard.has(id))).length,
    escalated: records.filter(({ escalatedAt }) => escalatedAt !== null).length,
    refused: mail.refused,
    meanResponseMs:
      waits.length === 0 ? null : waits.reduce((sum, each) => sum + Math.max(0, each), 0) / waits.length,
  };
}

/**
 * One line of JSON each, in the order of sending: the message, when who acknowledged it, and when it was escalated.
 * Decisions from outside of the run are among them, and wait for nobody.
 */
export function messageLines({ mail }: Pick<RunState, 'mail'>): readonly string[] {
  const own = [...mail.records.values()].map((each) => ({ ...each, answers: answersTo(each) }));
  const others = [...mail.announced.values()].map((each) => ({ ...each, answers: NO_ANSWERS }));
  return [...own, ...others]
    .toSorted((one, other) => one.at - other.at)
    .map(({ message, answers }) => JSON.stringify({ ...message, ...answers }));
}

const NO_ANSWERS = { acknowledged: [], waiting: [], escalated_at: null };

function answersTo({ to, heard, escalatedAt }: MailRecord) {
  return {
    acknowledged: to.flatMap((task) => {
      const at = heard.get(task);
      return at === undefined ? [] : [{ task, at: isoTime(at) }];
    }),
    waiting: to.filter((task) => !heard.has(task)),
    escalated_at: escalatedAt === null ? null : isoTime(escalatedAt),
  };
}
