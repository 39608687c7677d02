import type { PackageChange } from '../../core/plan.ts';
import { type Manager, managerOf } from '../detect/node.ts';
import { parseJsonTable, type Table, tableAt, textAt } from '../detect/parsed.ts';
import type { Argv, PackageFiles, PackageTool } from './package-tool.ts';

interface Tool {
  readonly remove: Argv;
  /** Takes names with versions, and one of the two flags. */
  readonly add: Argv;
  readonly prod: Argv;
  readonly dev: Argv;
}

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** Only the project's files are changed: nothing is put on the disk, and no script of a package is run. */
const NPM: Argv = ['--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
const LOCK_ONLY: Argv = ['--lockfile-only', '--ignore-scripts'];
/** Yarn 1 has no such way; what it puts on the disk stays in the slot. */
const CLASSIC: Argv = ['--ignore-scripts', '--non-interactive', '--ignore-workspace-root-check'];

export function nodeTool(files: PackageFiles): PackageTool {
  const manifest = parseJsonTable(files.texts.get('package.json'));
  const declared = textAt(manifest, 'packageManager');
  const manager = managerOf(files, declared);
  const tool = toolOf(manager, files, declared);
  const isDev = (name: string): boolean =>
    textAt(tableAt(manifest, 'dependencies'), name) === null &&
    textAt(tableAt(manifest, 'devDependencies'), name) !== null;
  return {
    nameOf,
    isDone: (action, spec) => isDone(manifest, action, spec),
    argvs({ action, packages }) {
      const dev = packages.filter(
        (spec) => action === 'add-dev' || (action === 'upgrade' && isDev(nameOf(spec))),
      );
      const rest = packages.filter((spec) => !dev.includes(spec));
      if (action === 'remove') return [[...tool.remove, ...packages]];
      return [
        ...(rest.length === 0 ? [] : [[...tool.add, ...tool.prod, ...rest]]),
        ...(dev.length === 0 ? [] : [[...tool.add, ...tool.dev, ...dev]]),
      ];
    },
  };
}

function toolOf(manager: Manager, { paths }: PackageFiles, declared: string | null): Tool {
  switch (manager) {
    case 'npm':
      return {
        remove: ['npm', 'uninstall', ...NPM],
        add: ['npm', 'install', '--save-exact', ...NPM],
        prod: ['--save-prod'],
        dev: ['--save-dev'],
      };
    case 'pnpm': {
      // At the root of a workspace it wants to be told that the root is meant.
      const root = paths.has('pnpm-workspace.yaml') ? ['--workspace-root'] : [];
      return {
        remove: ['pnpm', 'remove', '--lockfile-only', ...root],
        add: ['pnpm', 'add', '--save-exact', ...LOCK_ONLY, ...root],
        prod: ['--save-prod'],
        dev: ['--save-dev'],
      };
    }
    case 'yarn': {
      const isClassic = /^yarn@1\./.test(declared ?? '') || (declared === null && !paths.has('.yarnrc.yml'));
      const flags = isClassic ? CLASSIC : ['--mode=update-lockfile'];
      return {
        remove: ['yarn', 'remove', ...flags],
        add: ['yarn', 'add', '--exact', ...flags],
        prod: [],
        dev: ['--dev'],
      };
    }
    case 'bun':
      return {
        remove: ['bun', 'remove', ...LOCK_ONLY],
        add: ['bun', 'add', '--exact', ...LOCK_ONLY],
        prod: [],
        dev: ['--dev'],
      };
  }
}

function isDone(manifest: Table, action: PackageChange['action'], spec: string): boolean {
  const name = nameOf(spec);
  const versionIn = (kind: string): string | null => textAt(tableAt(manifest, kind), name);
  const version = spec.slice(name.length + 1);
  switch (action) {
    case 'remove':
      return KINDS.every((kind) => versionIn(kind) === null);
    case 'upgrade':
      return version !== '' && KINDS.some((kind) => versionIn(kind) === version);
    case 'add':
      return version !== '' && versionIn('dependencies') === version;
    case 'add-dev':
      return version !== '' && versionIn('devDependencies') === version;
  }
}

/** `@scope/name` of `@scope/name@1.2.3`. */
function nameOf(spec: string): string {
  const at = spec.indexOf('@', 1);
  return at < 0 ? spec : spec.slice(0, at);
}
