/** Words on standard error with which a program ends because a session is not there. */

import { stripVTControlCharacters } from 'node:util';
import type { AgentEvent } from '../driver.ts';

/** Of a line of standard error. `words` are those that it begins with. */
export function lostSession(words: string): (line: string) => readonly AgentEvent[] {
  return (line) => {
    const detail = stripVTControlCharacters(line);
    return detail.startsWith(words) ? [{ type: 'verdict', problem: { kind: 'session', detail } }] : [];
  };
}
