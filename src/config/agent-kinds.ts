/** Agents as config files name them beside the one that does the tasks. */

import type { AgentPart, AgentRule, AgentWhen } from '../core/settings.ts';
import { isMap, kind } from './kinds.ts';

/** What stands beside `driver` and `options`, as options that drivers have in common. */
const SHORT = ['model', 'effort', 'tools', 'args'];
const WHEN = ['agent', 'workType', 'complexity', 'task', 'role'] as const;
const ROLES: readonly string[] = ['executor', 'qa', 'resolver'];
const SIZES: readonly string[] = ['small', 'medium', 'large'];
const PART = '{driver, model, effort, tools, args, options}, at least one of them';

/** What of an agent is another. */
export function agentPart() {
  return kind(PART, partOf);
}

export function agentParts() {
  return kind(`a list of ${PART}`, (value) => all(value, partOf));
}

export function agentRules() {
  return kind(
    `a list of {when: {${WHEN.join(', ')}}, …}; behind \`when\` stand ${PART}; a role is one of ${ROLES.join(', ')}, a complexity one of ${SIZES.join(', ')}`,
    (value) => all(value, ruleOf),
  );
}

function ruleOf(value: unknown): AgentRule | undefined {
  if (!isMap(value)) return undefined;
  const { when: written, ...rest } = value;
  const when = whenOf(written);
  const part = partOf(rest);
  return when === undefined || part === undefined ? undefined : { when, part };
}

function whenOf(value: unknown): AgentWhen | undefined {
  if (!isMap(value)) return undefined;
  const when: { -readonly [K in keyof AgentWhen]: string } = {};
  for (const [name, text] of Object.entries(value)) {
    const key = WHEN.find((each) => each === name);
    if (key === undefined || typeof text !== 'string' || text === '') return undefined;
    when[key] = text;
  }
  if (when.role !== undefined && !ROLES.includes(when.role)) return undefined;
  return when.complexity !== undefined && !SIZES.includes(when.complexity) ? undefined : when;
}

function partOf(value: unknown): AgentPart | undefined {
  if (!isMap(value)) return undefined;
  const { driver, options = {}, ...short } = value;
  const isGood =
    (driver === undefined || (typeof driver === 'string' && driver !== '')) &&
    isMap(options) &&
    Object.keys(short).every((name) => SHORT.includes(name));
  if (!isGood) return undefined;
  const together = { ...options, ...short };
  if (driver === undefined && Object.keys(together).length === 0) return undefined;
  return { ...(typeof driver === 'string' ? { driver } : {}), options: together };
}

function all<T>(value: unknown, read: (each: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found = value.map(read);
  return found.every((each) => each !== undefined) ? found : undefined;
}
