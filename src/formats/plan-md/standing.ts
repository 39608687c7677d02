/** How a task stands that is not done, by the words of its plan: `Blocked: legal`, `On hold`, `In progress (70%)`. */

import type { Place } from '../located-text.ts';

/** `begun`: somebody is, or was, at it. `held`: it cannot be done yet. `dropped`: nobody is to do it. */
export type Standing = 'open' | 'begun' | 'held' | 'dropped';

/** What is said of a task that cannot be done yet. */
export interface Hold extends Stands {
  /** Of whose words they are. */
  readonly at: Place;
}

export interface Stands {
  readonly is: Standing;
  /** As written. */
  readonly words: string;
  /** Behind the words for it; empty for none. */
  readonly reason: string;
  /** It may wait for nothing but what the plan has it wait for. */
  readonly mayWait: boolean;
}

/** The first that fits counts. */
const WORDS: readonly (readonly [Standing, string])[] = [
  [
    'dropped',
    "cancel(?:l)?ed|dropped|removed|skip(?:ped)?|obsolete|abandoned|superseded|(?:no longer|not) needed|won['’]t (?:do|fix)",
  ],
  ['held', 'blocked|on[ -]hold|hold|paused|suspended|deferred|postponed|parked|stalled'],
  ['held', '(?:waiting|waits) (?:for|on)|awaiting'],
  [
    'begun',
    'in[ -]?progress|in work|wip|work in progress|started|ongoing|under ?way|doing|running|partial(?:ly)?|(?:in|under|ready for) (?:review|qa|testing)',
  ],
  [
    'open',
    'pending|to[ -]?do|not (?:yet )?started|not done|open|ready|planned|scheduled|queued|new|next|backlog|unassigned|assigned|failed|incomplete|waiting',
  ],
];
const PATTERNS = WORDS.map(
  ([is, words]) => [is, new RegExp(`^(?:${words})(?![\\p{L}\\p{N}])`, 'iu')] as const,
);
const WAITS = /^(?:blocked|waiting|waits|awaiting)\b/i;

interface Found {
  readonly is: Standing;
  /** The words for it. */
  readonly said: string;
  readonly behind: string;
  readonly words: string;
}

function find(text: string): Found | null {
  const words = text.replace(/[*`]/g, '').trim();
  for (const [is, pattern] of PATTERNS) {
    const said = pattern.exec(words)?.[0];
    if (said !== undefined) return { is, said, behind: words.slice(said.length), words };
  }
  return null;
}

/** Null for words that are none of these. */
export function standsBy(text: string): Stands | null {
  const found = find(text);
  if (found === null) return null;
  const reason = found.behind.replace(/^[\s:;,.(–—-]+|[\s).]+$/g, '');
  return { is: found.is, words: found.words, reason, mayWait: WAITS.test(found.said) };
}

const BEHIND = /^\s*(?:$|[:;,.(–—-]|(?:by|on|until|till|for|due to|because|pending|since|with)\b)/i;

/** The same of a text that may as well be about something else; null, too, for what is to be done anyhow. */
export function standsInText(text: string): Stands | null {
  const found = find(text);
  if (found === null || found.is === 'open') return null;
  return /(?:for|on)$|^awaiting$/i.test(found.said) || BEHIND.test(found.behind) ? standsBy(text) : null;
}
