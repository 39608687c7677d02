/** Agents of a manifest in a repository that describes none. Where it describes others, a finding says so of each. */

import type { Resolved } from '../config/resolve.ts';
import { fewOf } from '../core/few-of.ts';
import type { ValidPlan } from './plan-argument.ts';

/** Null where none is told less than the plan may mean; untrusted text may be part of it. A recipe reads no prompt. */
export function plainAgents({ plan, findings }: ValidPlan, { agent }: Resolved): string | null {
  const isTold = findings.some(({ rule }) => rule === 'agent-unknown');
  if (plan.format !== 'manifest' || isTold || plan.profiles !== undefined || agent.is === 'recipe')
    return null;
  const names = [...new Set(plan.tasks.flatMap((task) => task.agent ?? []))];
  if (names.length === 0) return null;
  const tasks = names.length === 1 ? 'its tasks get' : 'their tasks get';
  return `the repository does not describe ${fewOf(names)} in .claude/: ${tasks} a plain prompt`;
}
