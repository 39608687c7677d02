/** What the agents of a run have told one another, in figures and for people. */

import type { RunState } from '../core/run-state.ts';

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
