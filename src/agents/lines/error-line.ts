/** Words on standard error with which a program ends before it has done anything. */

import { stripVTControlCharacters } from 'node:util';
import type { AgentProblem } from '../../core/agent-problem.ts';
import type { AgentEvent } from '../driver.ts';

/** Of a line of standard error. `words` are those that it begins with when a session is not there. */
export function lostSession(words: string): (line: string) => readonly AgentEvent[] {
  return endsWith({ [words]: 'session' });
}

/** By the words that a line begins with. */
export function endsWith(
  kinds: Readonly<Record<string, AgentProblem['kind']>>,
): (line: string) => readonly AgentEvent[] {
  return (line) => {
    const detail = stripVTControlCharacters(line);
    const kind = Object.entries(kinds).find(([words]) => detail.startsWith(words))?.[1];
    return kind === undefined ? [] : [{ type: 'verdict', problem: { kind, detail } }];
  };
}
