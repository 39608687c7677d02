import type { PackageChange } from '../../core/plan.ts';
import { type Manager, managerOf } from '../detect/node.ts';
import { parseJsonTable, type Table, tableAt, textAt } from '../detect/parsed.ts';
import type { Argv, PackageFiles, PackageTool } from './package-tool.ts';

interface Tool {
  readonly remove: Argv;
  /** Takes names with versions, and the flag of a kind. */
  readonly add: Argv;
  readonly kinds: Readonly<Record<Kind, Argv>>;
}

/** A package that is in several is one of the first. */
const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;
type Kind = (typeof KINDS)[number];

const LONG_FLAGS: Tool['kinds'] = {
  dependencies: ['--save-prod'],
  devDependencies: ['--save-dev'],
  optionalDependencies: ['--save-optional'],
  peerDependencies: ['--save-peer'],
};
const SHORT_FLAGS: Tool['kinds'] = {
  dependencies: [],
  devDependencies: ['--dev'],
  optionalDependencies: ['--optional'],
  peerDependencies: ['--peer'],
};

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
  const kindOf = (name: string): Kind => kindIn(manifest, name) ?? 'dependencies';
  return {
    nameOf,
    isDone: (action, spec) => isDone(manifest, action, spec),
    names: (spec) => (isPlain(nameOf(spec)) ? kindIn(manifest, nameOf(spec)) !== null : null),
    argvs({ action, packages }) {
      if (action === 'remove') return [[...tool.remove, ...packages.map(nameOf)]];
      const wanted = (spec: string): Kind => {
        if (action === 'upgrade') return kindOf(nameOf(spec));
        return action === 'add' ? 'dependencies' : 'devDependencies';
      };
      return KINDS.flatMap((kind) => {
        const own = packages.filter((spec) => wanted(spec) === kind);
        return own.length === 0 ? [] : [[...tool.add, ...tool.kinds[kind], ...own]];
      });
    },
  };
}

function kindIn(manifest: Table, name: string): Kind | null {
  return KINDS.find((kind) => textAt(tableAt(manifest, kind), name) !== null) ?? null;
}

function toolOf(manager: Manager, { paths }: PackageFiles, declared: string | null): Tool {
  switch (manager) {
    case 'npm':
      return {
        remove: ['npm', 'uninstall', ...NPM],
        add: ['npm', 'install', '--save-exact', ...NPM],
        kinds: LONG_FLAGS,
      };
    case 'pnpm': {
      // At the root of a workspace it wants to be told that the root is meant.
      const root = paths.has('pnpm-workspace.yaml') ? ['--workspace-root'] : [];
      return {
        remove: ['pnpm', 'remove', '--lockfile-only', ...root],
        add: ['pnpm', 'add', '--save-exact', ...LOCK_ONLY, ...root],
        kinds: LONG_FLAGS,
      };
    }
    case 'yarn': {
      const isClassic = /^yarn@1\./.test(declared ?? '') || (declared === null && !paths.has('.yarnrc.yml'));
      const flags = isClassic ? CLASSIC : ['--mode=update-lockfile'];
      return {
        remove: ['yarn', 'remove', ...flags],
        add: ['yarn', 'add', '--exact', ...flags],
        kinds: SHORT_FLAGS,
      };
    }
    case 'bun':
      return {
        remove: ['bun', 'remove', ...LOCK_ONLY],
        add: ['bun', 'add', '--exact', ...LOCK_ONLY],
        kinds: SHORT_FLAGS,
      };
  }
}

function isDone(manifest: Table, action: PackageChange['action'], spec: string): boolean {
  const name = nameOf(spec);
  const versionIn = (kind: Kind): string | null => textAt(tableAt(manifest, kind), name);
  const version = spec.slice(name.length + 1);
  switch (action) {
    case 'remove':
      return kindIn(manifest, name) === null;
    case 'upgrade':
      return version !== '' && versionIn(kindIn(manifest, name) ?? 'dependencies') === version;
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

/** No address of a repository, a file or an archive. */
function isPlain(name: string): boolean {
  return /^(?:@[^@/:]+\/)?[^@/:]+$/.test(name);
}
