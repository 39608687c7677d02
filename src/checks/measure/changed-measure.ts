/** What a task has changed of the measure that it is held against. Pure. */

import type { CheckFinding } from '../../core/proof.ts';
import type { PathChange } from '../../ports/commit-reader.ts';
import type { FoundCheck, ProjectFiles } from '../detect/found-check.ts';
import { type Defining, definingFile, type Ecosystem, ecosystemOf } from './defining-files.ts';
import {
  changedNodeSettings,
  changedPythonSettings,
  changedScripts,
  filesRunBy,
  reachesScript,
} from './manifest-parts.ts';

export interface ChangedMeasure {
  /** Each change, for people. */
  readonly findings: readonly CheckFinding[];
  /** Paths to be as on the base for a check by its measure; package.json only in part. */
  readonly restored: readonly string[];
  /** Whether what the check runs is no longer what the base says: then that has to pass as well. */
  readonly isReplaced: (check: Pick<FoundCheck, 'tool' | 'script'>) => boolean;
  /** Whether only settings of its tools have changed. */
  readonly isReset: (check: Pick<FoundCheck, 'tool'>) => boolean;
}

interface Changed extends Defining {
  readonly path: string;
}

export interface Sides {
  readonly base: ProjectFiles;
  readonly tip: ProjectFiles;
  readonly changes: readonly PathChange[];
  /** Of the base: where it has none, there is no measure to change. */
  readonly checks: readonly Pick<FoundCheck, 'tool' | 'script'>[];
}

export function changedMeasure({ base, tip, changes, checks }: Sides): ChangedMeasure {
  const ecosystems = new Set(checks.map(({ tool }) => ecosystemOf(tool)));
  const isMeasured = ({ ecosystem }: Changed): boolean => ecosystems.has(ecosystem) || ecosystems.has(null);
  const files = changes
    .flatMap(({ path }): Changed[] => {
      const defining = definingFile(path);
      return defining === null ? [] : [{ ...defining, path }];
    })
    .filter(isMeasured);
  const [before, now] = [base.texts.get('package.json'), tip.texts.get('package.json')];
  const scripts = before === undefined ? new Set<string>() : changedScripts(before, now);
  const parts = changedParts(base, tip).filter(isMeasured);
  const run = new Set(
    checks.flatMap(({ script }) => (script === undefined ? [] : filesRunBy(before, script))),
  );
  const programs = changes
    .filter(({ path, kind }) => kind !== 'added' && run.has(path) && definingFile(path) === null)
    .map(({ path }): Changed => ({ path, ecosystem: 'node', weight: 'settings' }));
  const all = [...files, ...parts, ...programs];
  const concerns = (ecosystem: Ecosystem | null) => (each: Changed) =>
    ecosystem === null || each.ecosystem === ecosystem;
  return {
    findings: [
      ...[...scripts].map((name) => ({
        path: 'package.json',
        message: `the script ${JSON.stringify(name)} was changed`,
      })),
      ...all.map(({ path, weight }) => ({
        path,
        message:
          weight === 'command'
            ? 'decides what the checks run, and was changed'
            : `${run.has(path) ? 'is run as a check' : 'has settings of checks'}, and was changed`,
      })),
    ],
    restored: [...new Set([...all.map(({ path }) => path), ...(scripts.size > 0 ? ['package.json'] : [])])],
    isReplaced: ({ tool, script }) => {
      const own = ecosystemOf(tool);
      if (files.some((each) => each.weight === 'command' && concerns(own)(each))) return true;
      if (own === null) return scripts.size > 0;
      return script !== undefined && reachesScript(before, script, scripts);
    },
    isReset: ({ tool }) =>
      all.some((each) => each.weight === 'settings' && concerns(ecosystemOf(tool))(each)),
  };
}

function changedParts(base: ProjectFiles, tip: ProjectFiles): Changed[] {
  const pairOf = (path: string): [string | undefined, string | undefined] => [
    base.texts.get(path),
    tip.texts.get(path),
  ];
  const parts: Changed[] = [];
  if (changedNodeSettings(...pairOf('package.json')).length > 0)
    parts.push({ path: 'package.json', ecosystem: 'node', weight: 'settings' });
  if (changedPythonSettings(...pairOf('pyproject.toml')).length > 0)
    parts.push({ path: 'pyproject.toml', ecosystem: 'python', weight: 'settings' });
  return parts;
}
