import type { Request } from '../../core/request.ts';
import { unreachable } from '../../core/result.ts';

/** What was asked of a run, in one line; to be cleaned. */
export function requestText(request: Request): string {
  switch (request.type) {
    case 'requested.pause':
      return 'pause asked for: nothing new starts';
    case 'requested.unpause':
      return 'the pause is over';
    case 'requested.stop':
      return request.mode === 'now'
        ? 'stop asked for: agents are stopped'
        : 'stop asked for: running agents may end';
    case 'requested.cancel':
      return `cancel asked for: ${request.task ?? 'the whole run'}`;
    case 'requested.retry':
      return `retry asked for: ${request.task}`;
    case 'requested.skip':
      return `skip asked for: ${request.task}`;
    case 'requested.answer':
      return `${request.task} has its answer`;
    case 'requested.limit':
      return `limits changed${request.maxParallel === undefined ? '' : `: ${request.maxParallel} agents at once`}`;
    case 'requested.heed':
      return `${request.decision.from_agent} has decided "${request.decision.subject}"; who begins now is told`;
    default:
      return unreachable(request);
  }
}
