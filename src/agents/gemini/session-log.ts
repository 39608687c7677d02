/**
 * The file in which Gemini CLI keeps a session, measured with 0.61.0: a line for each message, written before what the
 * message calls is run, and again when it has. What is printed tells nothing of use until the end.
 */

import type { Usage } from '../../core/attempt.ts';
import type { CountEvent, SessionLog } from '../driver.ts';
import { type Fields, numberIn, objectIn, readObject, textIn } from '../lines/json-line.ts';

export const geminiSessionLog: SessionLog = {
  folder: '.gemini/tmp',
  home: { variable: 'GEMINI_CLI_HOME', folder: '.gemini/tmp' },
  nameEnd: (session) => `-${session.slice(0, 8)}.jsonl`,
  helpers: (session) => ({ folders: [session] }),
  parse: parseSessionLine,
};

/** Of every model but Gemma, as the program has it. */
const CONTEXT_SIZE = 1_048_576;
const GEMMA_SIZE = 256_000;

/** Nothing of what was said is taken. */
export function parseSessionLine(line: string, since: number): readonly CountEvent[] {
  // Most lines are long, and tell of no use.
  if (!line.includes('"tokens":{')) return [];
  const message = readObject(line);
  const id = textIn(message, 'id');
  const tokens = objectIn(message, 'tokens');
  const at = Date.parse(textIn(message, 'timestamp') ?? '');
  if (textIn(message, 'type') !== 'gemini' || id === undefined || tokens === null) return [];
  // Of an attempt before, in whose session this one goes on.
  if (Number.isNaN(at) || at < since) return [];
  const model = textIn(message, 'model');
  const usage = usageIn(tokens);
  const size = model?.startsWith('gemma') === true ? GEMMA_SIZE : CONTEXT_SIZE;
  const used = usage.inputTokens + usage.outputTokens;
  return [
    { type: 'usage-added', id, usage, ...(model === undefined ? {} : { model }) },
    { type: 'context', used, size },
  ];
}

/** What it thinks is paid as what it writes. */
function usageIn(tokens: Fields): Required<Pick<Usage, 'inputTokens' | 'outputTokens' | 'cachedTokens'>> {
  const count = (name: string): number => numberIn(tokens, name) ?? 0;
  return {
    inputTokens: count('input') + count('tool'),
    outputTokens: count('output') + count('thoughts'),
    cachedTokens: count('cached'),
  };
}
