/**
 * Starts processes for its parent, as it is small and so can do it fast. It keeps nothing: when the parent is gone it
 * goes, and what it has started runs on or notices that nobody reads it, as a child of the parent itself would.
 */

import type { Answer, Order } from './messages.ts';
import type { StartedProcess } from './start.ts';
import { startHere } from './start-here.ts';

const started = new Map<number, StartedProcess>();

process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  switch (order.is) {
    case 'start':
      return start(order);
    case 'signal':
      return started.get(order.id)?.signal(order.signal, order.to);
    case 'let-go':
      return started.get(order.id)?.letGo();
  }
});

function start({ id, request }: Extract<Order, { is: 'start' }>): void {
  const child = startHere(request, {
    notStarted(detail) {
      started.delete(id);
      say({ is: 'not-started', id, detail });
    },
    output: (from, chunk) => say({ is: 'output', id, from, chunk }),
    exited: (code, signal) => say({ is: 'exited', id, code, signal }),
    closed(code, signal) {
      started.delete(id);
      say({ is: 'closed', id, code, signal });
    },
    outOfSight() {},
  });
  started.set(id, child);
  const pid = child.pid();
  if (pid !== undefined) say({ is: 'started', id, pid });
}

function say(answer: Answer): void {
  // Nobody listens any more when the parent has just gone.
  process.send?.(answer, () => undefined);
}
