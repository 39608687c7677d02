/**
 * The file in which Qwen Code keeps a session, measured with 0.24.4: of each answer a line that holds what it read and
 * wrote, and how much the model's context holds, of a model that it knows or that its settings describe. What is printed
 * tells of use, but not of that.
 */

import type { CountEvent, SessionLog } from '../driver.ts';
import { numberIn, objectIn, readObject, textIn } from '../lines/json-line.ts';

export const qwenSessionLog: SessionLog = {
  folder: '.qwen/projects',
  home: { variable: 'QWEN_HOME', folder: 'projects' },
  nameEnd: (session) => `${session}.jsonl`,
  parse: parseChatLine,
};

/** Nothing of what was said is taken. Lines of attempts before are true of the session as well. */
export function parseChatLine(line: string): readonly CountEvent[] {
  // Most lines are long, and tell nothing of it.
  if (!line.includes('"contextWindowSize":')) return [];
  const answer = readObject(line);
  if (textIn(answer, 'type') !== 'assistant') return [];
  const used = numberIn(objectIn(answer, 'usageMetadata'), 'totalTokenCount');
  const size = numberIn(answer, 'contextWindowSize');
  return used === undefined || size === undefined ? [] : [{ type: 'context', used, size }];
}
