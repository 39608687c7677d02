import type { PackageChange } from '../../core/plan.ts';
import { parseTomlTable, type Table, tableAt, tableOf } from '../detect/parsed.ts';
import type { Argv, PackageFiles, PackageTool } from './package-tool.ts';

/** The lock file is brought up to date, and no environment is made: each worktree makes its own. */
const NO_SYNC = '--no-sync';

/** A list of requirements in pyproject.toml. */
interface Place {
  /** By which uv is told of it. */
  readonly flags: Argv;
  /** As `normal` writes them. */
  readonly specs: readonly string[];
}

/** https://docs.astral.sh/uv/reference/cli/ */
export function pythonTool(files: PackageFiles): PackageTool {
  const project = parseTomlTable(files.texts.get('pyproject.toml'));
  const places = placesIn(project);
  const poetry = poetryNames(project);
  const [main, dev] = [places[0]?.specs ?? [], places[1]?.specs ?? []];
  const own = (spec: string): readonly Place[] => places.filter((place) => has(place, nameOf(spec)));
  const isNamed = (spec: string): boolean => own(spec).length > 0 || poetry.includes(nameOf(spec));
  return {
    nameOf,
    isDone(action, spec) {
      const wanted = normal(spec);
      switch (action) {
        case 'remove':
          return !isNamed(spec);
        case 'upgrade':
          return own(spec).length > 0 && own(spec).every(({ specs }) => specs.includes(wanted));
        case 'add':
          return main.includes(wanted);
        case 'add-dev':
          return dev.includes(wanted);
      }
    },
    names: (spec) => (isPlain(spec) ? isNamed(spec) : null),
    argvs: (change) => argvsOf(change, places),
  };
}

function argvsOf({ action, packages }: PackageChange, places: readonly Place[]): readonly Argv[] {
  if (action === 'add') return [['uv', 'add', NO_SYNC, ...packages]];
  if (action === 'add-dev') return [['uv', 'add', NO_SYNC, '--dev', ...packages]];
  const isNowhere = (spec: string): boolean => !places.some((place) => has(place, nameOf(spec)));
  return places.flatMap((place, index): Argv[] => {
    // What is nowhere is looked for in the first, or put there; uv says so where that cannot be.
    const some = packages.filter((spec) => has(place, nameOf(spec)) || (index === 0 && isNowhere(spec)));
    if (some.length === 0) return [];
    if (action === 'remove') return [['uv', 'remove', NO_SYNC, ...place.flags, ...some.map(nameOf)]];
    // Only those: `--upgrade` alone would move everything else that is locked.
    const upgraded = some.flatMap((spec) => ['--upgrade-package', nameOf(spec)]);
    return [['uv', 'add', NO_SYNC, ...place.flags, ...upgraded, ...some]];
  });
}

/** The project's own first, then those for development. */
function placesIn(project: Table): readonly Place[] {
  const groups = tableAt(project, 'dependency-groups');
  const extras = tableAt(project, 'project', 'optional-dependencies');
  const dev = [
    ...requirements(groups, 'dev'),
    ...requirements(tableAt(project, 'tool', 'uv'), 'dev-dependencies'),
  ];
  return [
    { flags: [], specs: requirements(tableAt(project, 'project'), 'dependencies') },
    { flags: ['--dev'], specs: dev },
    ...Object.keys(groups)
      .filter((name) => name !== 'dev')
      .map((name) => ({ flags: ['--group', name], specs: requirements(groups, name) })),
    ...Object.keys(extras).map((name) => ({
      flags: ['--optional', name],
      specs: requirements(extras, name),
    })),
  ];
}

/** uv does not change them, and says so when it is told to. */
function poetryNames(project: Table): readonly string[] {
  const poetry = tableAt(project, 'tool', 'poetry');
  const groups = Object.values(tableAt(poetry, 'group')).map((group) =>
    tableAt(tableOf(group), 'dependencies'),
  );
  const tables = [tableAt(poetry, 'dependencies'), tableAt(poetry, 'dev-dependencies'), ...groups];
  return tables.flatMap((table) => Object.keys(table)).map(nameOf);
}

function has({ specs }: Place, name: string): boolean {
  return specs.some((spec) => nameOf(spec) === name);
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

/** No address of a repository, a file or an archive. */
function isPlain(spec: string): boolean {
  return /^\s*[A-Za-z0-9._-]+\s*(?:$|[[<>=!~;@])/.test(spec);
}
