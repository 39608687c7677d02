/** How an agent's own program says that it failed. */

import { clipEnd } from './clip.ts';

/** Of words of others, in characters. */
const LONGEST_WORDS = 300;

/** In the words of the agent's program; untrusted. */
export interface AgentProblem {
  readonly kind:
    | 'service'
    | 'options'
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

export function agentErrorWords(problem: AgentProblem): string {
  const { kind, detail } = problem;
  return `${WORDS[kind]}${isOfModel(problem) ? ' for this model' : ''}${inOneLine(detail)}`;
}

function isOfModel({ kind, of }: AgentProblem): boolean {
  return kind === 'credentials' && of === 'model';
}

const WORDS: Readonly<Record<AgentProblem['kind'], string>> = {
  service: "the agent's service gave no answer",
  options: 'the agent cannot work with its options',
  credentials: REFUSED_CREDENTIALS,
  turns: 'the agent used up its turns',
  budget: 'the agent used up its budget',
  context: "the agent's conversation became too long",
  session: "the agent's earlier session could not be taken up",
  'no-verdict': "the agent ended without its program's last word",
  other: "the agent's program says that it failed",
};

/** What a person can do about it. */
export function agentErrorRemedy(problem: AgentProblem): string {
  return isOfModel(problem) ? 'log in, set its key, or choose another model' : REMEDIES[problem.kind];
}

const REMEDIES: Readonly<Record<AgentProblem['kind'], string>> = {
  service: 'see its log',
  options: 'mend them in coxswain.config.yaml, for a new run',
  credentials: 'log in, or set its key',
  turns: 'raise the limit or make the task smaller',
  budget: 'raise it or make the task smaller',
  context: 'make the task smaller',
  session: 'it begins anew',
  'no-verdict': 'see its log',
  other: 'see its log',
};

/** The first line that says something, as a rule the reason. */
export function inOneLine(report: string): string {
  const line = report
    .split('\n')
    .map((each) => each.trim())
    .find((each) => /\p{L}/u.test(each));
  return line === undefined ? '' : `: ${clipEnd(line, LONGEST_WORDS)}`;
}
