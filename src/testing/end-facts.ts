import type { Signs } from '../agents/completion/scanner.ts';
import type { EndFacts } from '../agents/ends/end-facts.ts';

export const NO_SIGNS: Signs = {
  promisedDone: false,
  promisedFailure: null,
  promisedQuestion: null,
  review: null,
  advice: null,
  summary: null,
};

/** Of an executor that has ended by itself, with nothing said. */
export const END_FACTS: EndFacts = {
  role: 'executor',
  job: { is: 'exited', code: 0, signal: null, truncated: false },
  cause: null,
  observed: {
    usage: {},
    session: undefined,
    strayed: false,
    context: undefined,
    summary: undefined,
    model: undefined,
    signs: NO_SIGNS,
    question: null,
    quotaUntil: null,
    quotaUntold: false,
    quotaOf: undefined,
    verdict: undefined,
    recentText: '',
  },
  marker: false,
  rule: 'signal',
  hasVerdict: false,
  keepsSessions: true,
  limits: { hardMs: 10, idleMs: 20, graceMs: 1, logBytes: 1 },
  peaks: null,
  tail: 't',
};
