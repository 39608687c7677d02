import type { Request } from '../../core/request.ts';
import { unreachable } from '../../core/result.ts';
import type { Amount } from '../../core/usage.ts';

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
      return `limits changed${limitWords(request)}`;
    case 'requested.heed':
      return `${request.decision.from_agent} has decided "${request.decision.subject}"; who begins now is told`;
    default:
      return unreachable(request);
  }
}

function limitWords({ maxParallel, budget = {} }: Extract<Request, { type: 'requested.limit' }>): string {
  const words = [
    ...(maxParallel === undefined ? [] : [`${maxParallel} agents at once`]),
    ...amountWords('the run', budget),
    ...amountWords('each task', budget.task ?? {}),
    ...amountWords('each attempt', budget.attempt ?? {}),
  ];
  return words.length === 0 ? '' : `: ${words.join(', ')}`;
}

function amountWords(whose: string, { usd, tokens }: Amount): readonly string[] {
  return [
    ...(usd === undefined ? [] : [`${usd} USD for ${whose}`]),
    ...(tokens === undefined ? [] : [`${tokens} tokens for ${whose}`]),
  ];
}
