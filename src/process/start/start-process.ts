/**
 * How every short command and every job is started. A process that starts many gets a helper for it, which is worth its
 * 50 ms and 50 MB only then; a command that shows a status never has one.
 */

import type { Start } from './start.ts';
import { startHere } from './start-here.ts';
import { Starter } from './starter.ts';

/** So many are started here first. */
const FEW = 24;
/** Without a start for so long the helper is ended, if all that it has started has. */
const IDLE_MS = 30_000;

let count = 0;
let starter: Starter | null = null;
let idle: NodeJS.Timeout | undefined;

export const startProcess: Start = (request, events) => {
  count += 1;
  if (count < FEW) return startHere(request, events);
  const open = starter ?? openStarter();
  idle?.refresh();
  return open.isOpen ? open.start(request, events) : startHere(request, events);
};

function openStarter(): Starter {
  const opened = new Starter(() => {
    if (starter !== opened) return;
    starter = null;
    count = 0;
    clearInterval(idle);
    idle = undefined;
  });
  starter = opened;
  idle = setInterval(() => {
    if (opened.isIdle) opened.close();
  }, IDLE_MS);
  idle.unref();
  return opened;
}
