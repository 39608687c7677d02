/**
 * The file in which Claude Code keeps a session, measured with 2.1.329: a line for each part of an answer, with the counts
 * of the whole, written before what the part calls is run. Each of its helpers has a file like it. Behind ACP nothing else
 * tells what helpers use before the end of the turn.
 */

import type { CountEvent, SessionLog } from '../driver.ts';
import { objectIn, readObject, textIn } from '../lines/json-line.ts';
import { claudeCounts } from './events.ts';

export const claudeSessionLog: SessionLog = {
  folder: '.claude/projects',
  home: { variable: 'CLAUDE_CONFIG_DIR', folder: 'projects' },
  nameEnd: (session) => `${session}.jsonl`,
  helpers: (session) => ({ folders: [session, 'subagents'] }),
  parse: parseTranscript,
};

/** Nothing of what was said is taken. */
export function parseTranscript(line: string, since: number): readonly CountEvent[] {
  // Most lines are long, and tell of no use.
  if (!line.includes('"output_tokens":')) return [];
  const entry = readObject(line);
  const message = objectIn(entry, 'message');
  const counts = objectIn(message, 'usage');
  const [id, model] = [textIn(message, 'id'), textIn(message, 'model')];
  const at = Date.parse(textIn(entry, 'timestamp') ?? '');
  // Of an attempt before, in whose session this one goes on.
  if (textIn(entry, 'type') !== 'assistant' || !(at >= since)) return [];
  if (counts === null || id === undefined || model === undefined) return [];
  return [{ type: 'usage-added', id, model, usage: claudeCounts(counts) }];
}
