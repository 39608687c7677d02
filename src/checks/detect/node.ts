import type { CheckKind, FoundCheck, ProjectFiles } from './found-check.ts';
import { parseJsonTable, tableAt, textAt } from './parsed.ts';

export type Manager = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** The first of the names that the project has. */
const SCRIPTS: readonly (readonly [kind: CheckKind, names: readonly string[]])[] = [
  ['build', ['build']],
  ['type-check', ['typecheck', 'type-check', 'types', 'check-types', 'check:types', 'tsc']],
  ['lint', ['lint']],
  ['tests', ['test', 'tests']],
  ['coverage', ['coverage', 'test:coverage', 'test:cov']],
];
const LOCKFILES: readonly (readonly [file: string, manager: Manager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];
const TYPESCRIPT: Readonly<Record<Manager, string>> = {
  npm: 'npx --no-install tsc --noEmit',
  pnpm: 'pnpm exec tsc --noEmit',
  yarn: 'yarn run tsc --noEmit',
  bun: 'bun x --no-install tsc --noEmit',
};

export function detectNode(files: ProjectFiles): FoundCheck[] {
  if (!files.texts.has('package.json')) return [];
  const manifest = parseJsonTable(files.texts.get('package.json'));
  const manager = managerOf(files, textAt(manifest, 'packageManager'));
  const scripts = tableAt(manifest, 'scripts');
  const found = SCRIPTS.flatMap(([kind, names]): FoundCheck[] => {
    const script = names.find((name) => isScript(textAt(scripts, name)));
    return script === undefined ? [] : [{ kind, tool: 'node', command: `${manager} run ${script}`, script }];
  });
  const isTyped = found.some(({ kind }) => kind === 'type-check');
  if (!isTyped && hasTypeScript(files, manifest) && !/\btsc\b/.test(textAt(scripts, 'build') ?? ''))
    found.push({ kind: 'type-check', tool: 'node', command: TYPESCRIPT[manager] });
  const audit = auditCommand(files, manager);
  return audit === null ? found : [...found, { kind: 'security-audit', tool: manager, command: audit }];
}

export function managerOf({ paths }: Pick<ProjectFiles, 'paths'>, declared: string | null): Manager {
  const name = /^(npm|pnpm|yarn|bun)@/.exec(declared ?? '')?.[1];
  const byName = (['npm', 'pnpm', 'yarn', 'bun'] as const).find((manager) => manager === name);
  return byName ?? LOCKFILES.find(([file]) => paths.has(file))?.[1] ?? 'npm';
}

/** `npm init` writes a test that says there is none. */
function isScript(text: string | null): boolean {
  return text !== null && text.trim() !== '' && !text.includes('no test specified');
}

function hasTypeScript({ paths }: ProjectFiles, manifest: ReturnType<typeof parseJsonTable>): boolean {
  const depends = ['dependencies', 'devDependencies'].some(
    (key) => textAt(tableAt(manifest, key), 'typescript') !== null,
  );
  return depends && paths.has('tsconfig.json');
}

/** What goes to standard error is no part of the report. */
function auditCommand({ paths }: ProjectFiles, manager: Manager): string | null {
  if (paths.has('package-lock.json') || paths.has('npm-shrinkwrap.json')) {
    if (manager === 'npm') return 'npm audit --json 2>/dev/null';
  }
  if (paths.has('pnpm-lock.yaml') && manager === 'pnpm') return 'pnpm audit --json 2>/dev/null';
  if (!paths.has('yarn.lock') || manager !== 'yarn') return null;
  const isNew = paths.has('.yarnrc.yml');
  return isNew ? 'yarn npm audit --all --recursive --json 2>/dev/null' : 'yarn audit --json 2>/dev/null';
}
