/** How an agent's own program says that it failed. */

import { clipEnd } from './clip.ts';
import { unreachable } from './result.ts';

/** Of words of others, in characters. */
const LONGEST_WORDS = 300;

/** In the words of the agent's program; untrusted. */
export interface AgentProblem {
  readonly kind:
    | 'service'
    | 'credentials'
    | 'turns'
    | 'budget'
    | 'context'
    | 'session'
    | 'no-verdict'
    | 'other';
  readonly detail: string;
  /** Of refused credentials: they may be good for other models. */
  readonly of?: 'model';
}

/** Where what to do is told once for all. */
export const REFUSED_CREDENTIALS = "the agent's service refused its credentials";

export function agentErrorWords({ kind, detail, of }: AgentProblem): string {
  const said = inOneLine(detail);
  switch (kind) {
    case 'service':
      return `the agent's service gave no answer${said}; see its log`;
    case 'credentials':
      return of === 'model'
        ? `${REFUSED_CREDENTIALS} for this model${said}; log in, set its key, or choose another model`
        : `${REFUSED_CREDENTIALS}${said}; log in, or set its key`;
    case 'turns':
      return `the agent used up its turns${said}; raise the limit or make the task smaller`;
    case 'budget':
      return `the agent used up its budget${said}; raise it or make the task smaller`;
    case 'context':
      return `the agent's conversation became too long${said}; make the task smaller`;
    case 'session':
      return `the agent's earlier session could not be taken up${said}; it begins anew`;
    case 'no-verdict':
      return `the agent ended without its program's last word${said}; see its log`;
    case 'other':
      return `the agent's program says that it failed${said}; see its log`;
    default:
      return unreachable(kind);
  }
}

/** The first line that says something, as a rule the reason. */
export function inOneLine(report: string): string {
  const line = report
    .split('\n')
    .map((each) => each.trim())
    .find((each) => /\p{L}/u.test(each));
  return line === undefined ? '' : `: ${clipEnd(line, LONGEST_WORDS)}`;
}
