/** When a task's agents ran, drawn to the scale of the whole run. */

import type { RunState } from '../core/run-state.ts';
import type { AttemptRecord, TaskRecord } from '../core/task-state.ts';
import { outcomeWords } from './attempt-log.ts';
import { shortDuration } from './duration.ts';
import { type Html, html } from './html.ts';

/** Units of the drawing's own; the page scales it. */
const WIDTH = 1000;
const HEIGHT = 40;
const NARROWEST = 4;

export function timeline(state: RunState, record: TaskRecord): Html {
  const bars = record.attempts.map((attempt) => bar(state, attempt));
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label(record)}"><rect class="ground" x="0" y="${HEIGHT / 2 - 1}" width="${WIDTH}" height="2"/>${bars}</svg>`;
}

function bar(state: RunState, attempt: AttemptRecord): Html {
  const from = state.createdAt;
  const to = Math.max(from + 1, state.phase.is === 'running' ? state.lastEventAt : state.phase.at);
  const begun = attempt.startedAt ?? attempt.requestedAt;
  const ended = attempt.endedAt ?? to;
  const x = place(begun, from, to);
  const width = Math.max(NARROWEST, place(ended, from, to) - x);
  const open = state.phase.is === 'running' ? 'running' : 'interrupted';
  const words = attempt.outcome === undefined ? open : outcomeWords(attempt.outcome);
  const title = `attempt ${attempt.number}, ${shortDuration(ended - begun)}: ${words}`;
  return html`<rect class="bar ${attempt.outcome?.is ?? 'running'}" x="${x}" y="4" width="${width}" height="${HEIGHT - 8}" rx="4"><title>${title}</title></rect>`;
}

function place(at: number, from: number, to: number): number {
  const share = Math.min(1, Math.max(0, (at - from) / (to - from)));
  return Math.round(share * (WIDTH - NARROWEST));
}

function label({ attempts }: TaskRecord): string {
  return attempts.length === 0
    ? 'not started'
    : `${attempts.length} attempt${attempts.length === 1 ? '' : 's'}`;
}
