/** What an HTTP status of a model's service means for an attempt. */

import type { AgentProblem } from '../../core/failure.ts';
import type { AgentEvent } from '../driver.ts';

/** 429 is a rate limit, 529 Anthropic's word for overload; both pass. */
const BUSY: readonly number[] = [429, 503, 529];
/** 402 where nothing is left to pay with, which waiting does not change. */
const REFUSED: readonly number[] = [401, 402, 403];

export interface ServiceError {
  /** Undefined where the agent does not tell. */
  readonly status: number | undefined;
  readonly detail: string;
}

/** The verdict, and for a service that is only busy now that it is to be waited for. */
export function serviceErrorEvents({ status, detail }: ServiceError): readonly AgentEvent[] {
  const verdict: AgentEvent = { type: 'verdict', problem: { kind: kindOf(status), detail } };
  return isBusy(status) ? [{ type: 'quota' }, verdict] : [verdict];
}

export function isBusy(status: number | undefined): boolean {
  return status !== undefined && BUSY.includes(status);
}

function kindOf(status: number | undefined): AgentProblem['kind'] {
  return status !== undefined && REFUSED.includes(status) ? 'credentials' : 'service';
}
