/** Who looks at the agents' work, who resolves its conflicts, and who is asked. */

import type { Result } from '../core/result.ts';
import type { OriginLayer } from './agent-choice.ts';
import { type HelperChoice, type HelperQuestion, helperChoice } from './helper-choice.ts';
import type { ConfigProblem } from './problem.ts';

type Asked = Pick<HelperQuestion, 'doer' | 'isOn'>;

export function qaChoice(layers: readonly OriginLayer[], asked: Asked): Result<HelperChoice, ConfigProblem> {
  const names = { command: 'qaCommand', agent: 'qaAgent', options: 'qaOptions' } as const;
  return helperChoice(layers, { what: 'QA', ...names, ...asked });
}

export function resolverChoice(
  layers: readonly OriginLayer[],
  asked: Asked,
): Result<HelperChoice, ConfigProblem> {
  const names = { command: 'resolverCommand', agent: 'resolverAgent', options: 'resolverOptions' } as const;
  return helperChoice(layers, { what: 'resolving conflicts', ...names, ...asked });
}

export function adviserChoice(
  layers: readonly OriginLayer[],
  asked: Asked,
): Result<HelperChoice, ConfigProblem> {
  const names = { command: 'adviserCommand', agent: 'adviserAgent', options: 'adviserOptions' } as const;
  return helperChoice(layers, { what: 'answering questions', ...names, ...asked });
}
