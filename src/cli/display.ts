/** What a run shows while this process drives it: JSON lines, plain lines, or a block that is drawn again and again. */

import type { LoggedEvent } from '../core/event.ts';
import { executionMode } from '../core/execution-mode.ts';
import type { RunState } from '../core/run-state.ts';
import { eventJson } from '../views/json.ts';
import type { Cli } from './cli.ts';
import { startLive } from './live.ts';
import { clean } from './render/clean.ts';
import { type E2eSaid, e2eBox, e2eSaid } from './render/e2e-box.ts';
import { plainLine } from './render/plain-line.ts';
import { progressBlock } from './render/progress.ts';
import type { Style } from './render/style.ts';
import { sizeOf } from './terminal.ts';

export type DisplayKind = 'json' | 'plain' | 'live';

export interface Display {
  event(event: LoggedEvent, state: RunState): void;
  /** Something to say beside the events; it goes to standard error wherever that is possible. */
  note(text: string): void;
  close(): void;
}

export interface DisplayOptions {
  readonly json: boolean;
  /** Plain lines even on a terminal. */
  readonly plain: boolean;
}

export function displayKind(cli: Cli, { json, plain }: DisplayOptions): DisplayKind {
  if (json) return 'json';
  return !plain && cli.host.stdout.isTTY && cli.host.env['TERM'] !== 'dumb' ? 'live' : 'plain';
}

export function startDisplay(cli: Cli, kind: DisplayKind, state: RunState): Display {
  switch (kind) {
    case 'json':
      return {
        event: (event) => cli.print([eventJson(event)]),
        note: (text) => cli.say(text),
        close: () => undefined,
      };
    case 'plain':
      return {
        event: (event, now) => printPlain(cli, event, now),
        note: (text) => cli.say(text),
        close: () => undefined,
      };
    case 'live':
      return liveDisplay(cli, state);
  }
}

function printPlain(cli: Cli, event: LoggedEvent, state: RunState): void {
  const line = plainLine(event, state);
  if (line !== null) cli.print([line]);
}

/** What stays readable above the block when it has scrolled by. */
const KEPT: ReadonlySet<LoggedEvent['type']> = new Set([
  'task.retrying',
  'task.failed',
  'task.blocked',
  'task.cancelled',
  'merge.ended',
  'test.ended',
  'blame.ended',
  'validation.ended',
  'integration.advanced',
  'integration.moved',
  'group.failed',
  'breaker.opened',
]);

function lookedAt(
  { task, seen }: E2eSaid,
  state: RunState,
  shown: { readonly width: number; readonly style: Style },
): string {
  const workType = state.index.task.get(task)?.workType ?? 'FRONTEND';
  const hasTests = state.settings.e2e?.test !== undefined;
  return [clean(task), ...e2eBox({ workType, seen, hasTests, ...shown })].join('\n');
}

function liveDisplay(cli: Cli, first: RunState): Display {
  const { stdout } = cli.host;
  const style = cli.style(stdout);
  const mode = executionMode(first.plan, first.settings).is;
  let state = first;
  const live = startLive({
    stream: stdout.terminal,
    render: ({ width, height }) => progressBlock({ state, now: cli.host.now(), mode, width, height, style }),
  });
  return {
    event(event, now) {
      state = now;
      const line = KEPT.has(event.type) || event.type.startsWith('requested.') ? plainLine(event, now) : null;
      if (line !== null) live.note(line);
      const look = e2eSaid(event);
      if (look !== null) live.note(lookedAt(look, now, { width: sizeOf(stdout.terminal).width, style }));
      live.changed();
    },
    note: (text) => live.note(style.warn(clean(text))),
    close: () => live.close(),
  };
}
