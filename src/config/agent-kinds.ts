/** Agents as config files name them beside the one that does the tasks. */

import { err, ok, type Result } from '../core/result.ts';
import type { AgentPart, AgentRule, AgentWhen } from '../core/settings.ts';
import { explained, isMap } from './kinds.ts';

/** What stands beside `driver` and `options`, as options that drivers have in common. */
const SHORT = ['model', 'effort', 'tools', 'args'];
const WHEN = ['agent', 'workType', 'complexity', 'task', 'role'] as const;
const PART = '{driver, model, effort, tools, args, options}, at least one of them';
/** Those of the others are any text. */
const VALUES: Partial<Record<(typeof WHEN)[number], readonly string[]>> = {
  role: ['executor', 'qa', 'resolver', 'adviser'],
  complexity: ['small', 'medium', 'large'],
};

/** What of an agent is another. */
export function agentPart() {
  return explained(PART, (value) => (isMap(value) ? partOf(value) : undefined));
}

export function agentParts() {
  return explained(`a list of ${PART}`, (value) => all('entry', value, (map) => partOf(map)));
}

export function agentRules() {
  const wanted = `a list of {when: {${WHEN.join(', ')}}, …}; behind \`when\` stand ${PART}`;
  return explained(wanted, (value) => all('rule', value, ruleOf));
}

type Fields = Readonly<Record<string, unknown>>;

function ruleOf({ when: written, ...rest }: Fields): Result<AgentRule, string> {
  const when = whenOf(written);
  if (!when.ok) return when;
  const part = partOf(rest);
  return part.ok ? ok({ when: when.value, part: part.value }) : part;
}

function whenOf(value: unknown): Result<AgentWhen, string> {
  if (!isMap(value))
    return err(`needs \`when\`, with one or more of ${WHEN.join(', ')}, or {} for every task`);
  const when: { -readonly [K in keyof AgentWhen]: string } = {};
  for (const [name, text] of Object.entries(value)) {
    const key = WHEN.find((each) => each === name);
    if (key === undefined) return err(`knows no \`when.${name}\`, but ${WHEN.join(', ')}`);
    if (typeof text !== 'string' || text === '') return err(`needs a text for \`when.${key}\``);
    const known = VALUES[key];
    if (known !== undefined && !known.includes(text))
      return err(`has \`when.${key}: ${text}\`, which must be one of ${known.join(', ')}`);
    when[key] = text;
  }
  return ok(when);
}

function partOf({ driver, options = {}, ...short }: Fields): Result<AgentPart, string> {
  if (driver !== undefined && (typeof driver !== 'string' || driver === ''))
    return err('needs the name of an agent for `driver`');
  if (!isMap(options)) return err('needs a map for `options`');
  const odd = Object.keys(short).find((name) => !SHORT.includes(name));
  if (odd !== undefined) return err(`knows no \`${odd}\`, but driver, ${SHORT.join(', ')} and options`);
  const together = { ...options, ...short };
  if (driver === undefined && Object.keys(together).length === 0)
    return err(`changes nothing of the agent: it needs a driver, ${SHORT.join(', ')} or options`);
  return ok({ ...(driver === undefined ? {} : { driver }), options: together });
}

/** The error names the first that is wrong. */
function all<T>(
  what: string,
  value: unknown,
  read: (map: Fields) => Result<T, string>,
): Result<readonly T[], string> | undefined {
  if (!Array.isArray(value)) return undefined;
  const found: T[] = [];
  for (const [at, each] of value.entries()) {
    const one = isMap(each) ? read(each) : err('must be a map');
    if (!one.ok) return err(`${what} ${at + 1} ${one.error}`);
    found.push(one.value);
  }
  return ok(found);
}
