/** A call of a tool, and what it gave back, in short. */

import type { AgentEvent } from '../driver.ts';
import { type Fields, objectsIn, textIn } from './json-line.ts';

/** What a call is about stands in one of these, the more telling first. */
const TELLING = [
  'command',
  'cmd',
  'file_path',
  'absolute_path',
  'filePath',
  'path',
  'pattern',
  'url',
  'query',
  'prompt',
  'skill',
];
/** UTF-16 code units that are kept of a call or a result: whole files are among them. */
const MOST_TEXT = 1000;

export function toolEvent(tool: string, input: Fields | null): AgentEvent {
  const what = inputText(input);
  const about = textIn(input, 'description');
  return {
    type: 'tool',
    tool,
    ...(what === undefined ? {} : { input: what }),
    ...(about === undefined || about === '' ? {} : { about }),
  };
}

export function inputText(input: Fields | null): string | undefined {
  if (input === null) return undefined;
  const telling = TELLING.map((name) => textIn(input, name)).find(
    (text) => text !== undefined && text !== '',
  );
  if (telling !== undefined) return beginning(telling);
  return Object.keys(input).length === 0 ? undefined : beginning(JSON.stringify(input));
}

export function resultEvent(failed: boolean, text: string): AgentEvent {
  return { type: 'result', failed, text: beginning(text) };
}

/** Of a content that is a text, or blocks of which some are. */
export function contentText(fields: Fields | null, name: string): string {
  const text = textIn(fields, name);
  if (text !== undefined) return text;
  return objectsIn(fields, name)
    .map((block) => textIn(block, 'text') ?? '')
    .filter((part) => part !== '')
    .join('\n');
}

/** `Bash: run the tests` */
export function stepText({ tool, input, about }: Extract<AgentEvent, { type: 'tool' }>): string {
  const what = about ?? input;
  return what === undefined ? tool : `${tool}: ${what}`;
}

function beginning(text: string): string {
  return text.slice(0, MOST_TEXT);
}
