/** What an agent's output says, in lines for people: one line a step, the same for every driver. */

import type { AgentSettings } from '../core/settings.ts';
import type { AgentEvent } from './driver.ts';
import { findDriver } from './registry.ts';

/** A reader of the lines that these settings' driver prints. Its output is not cleaned of control characters. */
export function readableLines(settings: AgentSettings): (line: string) => readonly string[] {
  const found = findDriver(settings);
  // A log outlives the driver that wrote it.
  if (!found.ok) return (line) => [line];
  return (line) => {
    const events = found.value.ready.parse(line);
    const said = new Set(events.map((event) => (event.type === 'text' ? event.text : null)));
    return events.filter((event) => event.type !== 'summary' || !said.has(event.summary)).flatMap(describe);
  };
}

function describe(event: AgentEvent): readonly string[] {
  switch (event.type) {
    case 'text':
    case 'piece':
      return event.text.split('\n');
    case 'progress':
      return [progressLine(event)];
    case 'question':
      return [`asks: ${event.question}`];
    case 'quota':
      return ['its service refuses more work for now'];
    case 'summary':
      return [`summary: ${event.summary}`];
    case 'verdict':
      return event.problem === null ? [] : [`failed: ${event.problem.detail}`];
    case 'context':
    case 'usage':
    case 'usage-added':
    case 'model':
    case 'session':
      return [];
    default:
      return event satisfies never;
  }
}

/** `[40 %] Running the tests` */
function progressLine({ percent, step }: Extract<AgentEvent, { type: 'progress' }>): string {
  return `[${percent === undefined ? '…' : `${Math.round(percent)} %`}] ${step ?? ''}`.trimEnd();
}
