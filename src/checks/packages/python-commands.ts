import type { PackageChange } from '../../core/plan.ts';
import { parseTomlTable, type Table, tableAt } from '../detect/parsed.ts';
import type { Argv, PackageFiles, PackageTool } from './package-tool.ts';

/** The lock file is brought up to date, and no environment is made: each worktree makes its own. */
const NO_SYNC = '--no-sync';

/** https://docs.astral.sh/uv/reference/cli/ */
export function pythonTool(files: PackageFiles): PackageTool {
  const project = parseTomlTable(files.texts.get('pyproject.toml'));
  const main = requirements(tableAt(project, 'project'), 'dependencies');
  const dev = [
    ...requirements(tableAt(project, 'dependency-groups'), 'dev'),
    ...requirements(tableAt(project, 'tool', 'uv'), 'dev-dependencies'),
  ];
  const has = (list: readonly string[], name: string): boolean => list.some((spec) => nameOf(spec) === name);
  const isDev = (spec: string): boolean => !has(main, nameOf(spec)) && has(dev, nameOf(spec));
  return {
    nameOf,
    isDone(action, spec) {
      const wanted = normal(spec);
      switch (action) {
        case 'remove':
          return !has([...main, ...dev], nameOf(spec));
        case 'upgrade':
          return [...main, ...dev].includes(wanted);
        case 'add':
          return main.includes(wanted);
        case 'add-dev':
          return dev.includes(wanted);
      }
    },
    argvs: (change) => argvsOf(change, isDev),
  };
}

function argvsOf({ action, packages }: PackageChange, isDev: (spec: string) => boolean): readonly Argv[] {
  if (action === 'add') return [['uv', 'add', NO_SYNC, ...packages]];
  if (action === 'add-dev') return [['uv', 'add', NO_SYNC, '--dev', ...packages]];
  const split = [packages.filter((spec) => !isDev(spec)), packages.filter(isDev)] as const;
  return split.flatMap((some, index): Argv[] => {
    if (some.length === 0) return [];
    const kind = index === 0 ? [] : ['--dev'];
    if (action === 'remove') return [['uv', 'remove', NO_SYNC, ...kind, ...some]];
    // Only those: `--upgrade` alone would move everything else that is locked.
    const upgraded = some.flatMap((spec) => ['--upgrade-package', nameOf(spec)]);
    return [['uv', 'add', NO_SYNC, ...kind, ...upgraded, ...some]];
  });
}

function requirements(table: Table, key: string): readonly string[] {
  const list = Object.hasOwn(table, key) ? table[key] : null;
  return Array.isArray(list) ? list.flatMap((each) => (typeof each === 'string' ? [normal(each)] : [])) : [];
}

/** https://packaging.python.org/en/latest/specifications/name-normalization/ */
function nameOf(spec: string): string {
  const name = /^\s*[A-Za-z0-9._-]*/.exec(spec)?.[0] ?? '';
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[-_.]+/g, '-');
}

function normal(spec: string): string {
  const name = /^\s*[A-Za-z0-9._-]*/.exec(spec)?.[0] ?? '';
  return nameOf(spec) + spec.slice(name.length).replaceAll(/\s+/g, '');
}
