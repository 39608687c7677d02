import { budget } from './budget.ts';
import { declaredFailure } from './declared-failure.ts';
import { fullContext } from './full-context.ts';
import { idleTimeout } from './idle-timeout.ts';
import { logFlood } from './log-flood.ts';
import type { Policy } from './policy.ts';
import { question } from './question.ts';
import { quota } from './quota.ts';
import { stopRequest } from './stop-request.ts';
import { strayed } from './strayed.ts';

/** Asked in this order; the first that wants the agent ended names the cause. */
export const POLICIES: readonly Policy[] = [
  stopRequest,
  strayed,
  budget,
  quota,
  question,
  declaredFailure,
  fullContext,
  idleTimeout,
  logFlood,
];
