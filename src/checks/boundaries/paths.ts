/** What a scope says of one path. */

import {
  type PathPattern,
  parsePattern,
  patternCovers,
  patternMatchesPath,
} from '../../core/glob-overlap.ts';
import type { Scope, ScopeEntry } from '../../core/plan.ts';

export interface Rule {
  readonly entry: ScopeEntry;
  readonly pattern: PathPattern;
}

/** A scope made ready for many paths. */
export interface Rules {
  readonly create: readonly Rule[];
  readonly modify: readonly Rule[];
  readonly boundary: readonly Rule[];
  /** It names no path, or every path: nothing is outside of it. */
  readonly isUnlimited: boolean;
}

const EVERYTHING = parsePattern('**/*');

export function rulesOf({ create, modify, boundary }: Scope, verifyOnly: boolean): Rules {
  const rules = (entries: readonly ScopeEntry[]): readonly Rule[] =>
    entries.map((entry) => ({ entry, pattern: parsePattern(entry.pattern) }));
  const owned = [...rules(create), ...rules(modify)];
  const saysNothing = owned.some(
    ({ entry, pattern }) => entry.symbol === undefined && patternCovers(pattern, EVERYTHING),
  );
  return {
    create: rules(create),
    modify: rules(modify),
    boundary: rules(boundary),
    isUnlimited: saysNothing || (owned.length === 0 && !verifyOnly),
  };
}

export function matching(rules: readonly Rule[], path: string): readonly Rule[] {
  return rules.filter(({ pattern }) => patternMatchesPath(pattern, path));
}

/** As it stands in the plan. */
export function ruleText({ entry }: Rule): string {
  return entry.symbol === undefined ? entry.pattern : `${entry.pattern}::${entry.symbol}`;
}

export function isInScope(rules: Rules, path: string): boolean {
  return matching(rules.create, path).length + matching(rules.modify, path).length > 0;
}

/** For whoever did the work: one line for each key. */
export function rulesText({ create, modify, boundary }: Rules): string {
  const line = (what: string, rules: readonly Rule[]): string =>
    `${what}: ${rules.length === 0 ? 'nothing' : rules.map(ruleText).join(', ')}`;
  return [
    line('This task may create', create),
    line('This task may change', modify),
    line('This task must leave alone', boundary),
  ].join('\n');
}
