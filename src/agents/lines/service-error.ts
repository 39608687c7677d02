/** What an HTTP status of a model's service means for an attempt. */

import type { AgentProblem } from '../../core/agent-problem.ts';
import type { AgentEvent } from '../driver.ts';

/** 429 is a rate limit, 529 Anthropic's word for overload; both pass. */
const BUSY: readonly number[] = [429, 503, 529];
/** 402 where nothing is left to pay with, which waiting does not change. */
const FORBIDDEN = 403;
const REFUSED: readonly number[] = [401, 402, FORBIDDEN];
/** No such model, or no such service at the address. */
const UNKNOWN = 404;

export interface ServiceError {
  /** Undefined where the agent does not tell. */
  readonly status: number | undefined;
  readonly detail: string;
}

/** The verdict, and for a service that is only busy now that it is to be waited for. */
export function serviceErrorEvents({ status, detail }: ServiceError): readonly AgentEvent[] {
  // Who may not use one model is known to the service, and may use another.
  const of = status === FORBIDDEN ? ({ of: 'model' } as const) : {};
  const verdict: AgentEvent = { type: 'verdict', problem: { kind: kindOf(status), detail, ...of } };
  return isBusy(status) ? [{ type: 'quota' }, verdict] : [verdict];
}

export function isBusy(status: number | undefined): boolean {
  return status !== undefined && BUSY.includes(status);
}

function kindOf(status: number | undefined): AgentProblem['kind'] {
  if (status === UNKNOWN) return 'options';
  return status !== undefined && REFUSED.includes(status) ? 'credentials' : 'service';
}
