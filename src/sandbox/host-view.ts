/**
 * What of the machine's files a confined process may read: the system, tool chains, and what the user names. All
 * else is not there for it. Read once for each start of the program.
 */

import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export type ViewEntry =
  /** Shown read-only at its own path. */
  | { readonly is: 'shown'; readonly path: string }
  /** A link of the machine's, made anew. */
  | { readonly is: 'link'; readonly path: string; readonly target: string }
  /** Something below a shown folder that is not shown. */
  | { readonly is: 'hidden'; readonly path: string; readonly folder: boolean };

export interface HostFacts {
  /** Absolute; the user's home. */
  readonly home: string;
  /** As PATH has it. */
  readonly searchPath: string;
  /** Absolute paths that are needed beside them: Coxswain itself, what the configuration names. */
  readonly readable: readonly string[];
  /** Absolute; what lies in it counts as no tool: the user's own checkout. */
  readonly checkout: string | null;
}

const SYSTEM = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/etc',
  '/opt',
  '/nix',
  '/snap',
];
/** Of folders that are not shown as a whole. */
const SYSTEM_PARTS = [
  '/var/cache/fontconfig',
  '/run/current-system',
  '/var/lib/snapd',
  '/sys/devices/system/cpu',
  '/home/linuxbrew',
];

/** Keys and passwords of the machine: root may read them, and an agent of root's would. */
const SECRETS = [
  '/etc/shadow',
  '/etc/shadow-',
  '/etc/gshadow',
  '/etc/gshadow-',
  '/etc/sudoers',
  '/etc/sudoers.d',
  '/etc/ssl/private',
  '/etc/krb5.keytab',
  '/etc/wireguard',
  '/etc/openvpn',
  '/etc/ppp',
  '/etc/NetworkManager/system-connections',
  '/etc/docker',
  '/etc/kubernetes',
  '/etc/rancher',
  '/etc/letsencrypt',
];
const SSH = '/etc/ssh';

/** Where tool chains are installed below the home. */
const TOOL_CHAINS = [
  '.nvm', '.fnm', '.volta', '.n', '.nodenv', '.bun', '.deno', '.yarn', '.npm-global', '.config/yarn/global',
  '.asdf', '.proto', '.local/share/mise', '.local/share/fnm', '.local/share/pnpm', '.local/share/uv', '.local/share/pipx',
  '.pyenv', '.local/bin', '.local/lib', '.local/pipx', '.rbenv', '.rvm', '.gem', '.rustup', '.cargo', 'go', '.goenv', '.gvm',
  '.sdkman', '.jenv', '.dotnet', '.ghcup', '.cabal/bin', '.stack', '.elan', '.opam', '.juliaup', '.julia', '.linuxbrew',
]; // biome-ignore format: a list of names
/** What a program finds beside its own folder, in `../lib` and the like. */
const BESIDE_PROGRAMS = [
  'lib',
  'lib32',
  'lib64',
  'libexec',
  'include',
  'share',
  'pkg',
  'conf',
  'jmods',
  'versions',
  'plugins',
];

/** Settings of theirs that may hold a token. */
const TOOL_SETTINGS = ['.cargo/config', '.cargo/config.toml', '.gem/config', '.yarn/config'];

/** Credentials that some of them keep there. */
const TOOL_SECRETS = [
  '.cargo/credentials',
  '.cargo/credentials.toml',
  '.gem/credentials',
  '.dotnet/NuGet',
  '.julia/servers',
];

export function hostView(facts: HostFacts, isRoot: boolean): readonly ViewEntry[] {
  const system = [...SYSTEM.flatMap(systemEntry), ...SYSTEM_PARTS.flatMap(shown)];
  const tools = toolFolders(facts);
  const secrets = outermost([
    ...SECRETS,
    ...sshKeys(),
    ...(isRoot ? notForEverybody('/etc') : []),
    ...TOOL_SECRETS.map((path) => join(facts.home, path)),
    ...TOOL_SETTINGS.map((path) => join(facts.home, path)).filter(holdsToken),
  ]);
  const seen = [...system, ...resolverFile(), ...outermost([...tools, ...facts.readable]).flatMap(shown)];
  const open = seen.filter(({ is }) => is === 'shown').map(({ path }) => path);
  return [
    ...seen,
    ...secrets.filter((path) => open.some((folder) => isWithin(path, folder))).flatMap(hidden),
  ];
}

function systemEntry(path: string): ViewEntry[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return [];
  return stat.isSymbolicLink() ? [{ is: 'link', path, target: readlinkSync(path) }] : shown(path);
}

function shown(path: string): ViewEntry[] {
  return exists(path) ? [{ is: 'shown', path }] : [];
}

function hidden(path: string): ViewEntry[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.isSymbolicLink()) return [];
  return [{ is: 'hidden', path, folder: stat.isDirectory() }];
}

function holdsToken(file: string): boolean {
  try {
    return /^\s*"?(?:token|secret-key|password|_auth\w*)"?\s*[=:]/im.test(readFileSync(file, 'utf8'));
  } catch {
    return false;
  }
}

/** What only root and some groups may read: settings with passwords in them, mostly. */
function notForEverybody(folder: string): string[] {
  return readNames(folder).flatMap((name) => {
    const path = join(folder, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined || stat.isSymbolicLink()) return [];
    const needed = stat.isDirectory() ? 0o005 : 0o004;
    if ((stat.mode & needed) !== needed) return [path];
    return stat.isDirectory() ? notForEverybody(path) : [];
  });
}

function sshKeys(): string[] {
  return readNames(SSH)
    .filter((name) => name.startsWith('ssh_host_') && name.endsWith('_key'))
    .map((name) => join(SSH, name));
}

/** Often a link into /run, which is not shown. */
function resolverFile(): ViewEntry[] {
  const real = realPath('/etc/resolv.conf');
  return real === null || real.startsWith('/etc/') ? [] : shown(real);
}

function toolFolders({ home, searchPath, checkout }: HostFacts): string[] {
  const known = TOOL_CHAINS.map((name) => join(home, name));
  const searched = searchPath
    .split(':')
    .filter((folder) => folder.startsWith('/') && !isSystem(folder))
    .filter((folder) => checkout === null || !isWithin(folder, checkout));
  const folders = [...known, ...searched.flatMap((folder) => toolChainOf(folder, { home, checkout }))].filter(
    exists,
  );
  const linked = [join(home, '.local/bin'), ...searched].flatMap((folder) =>
    linkedPrograms(folder, checkout),
  );
  return [...folders, ...linked];
}

/** Programs in `x/bin` need what lies beside it; but a folder may hold more than a tool chain. */
function toolChainOf(folder: string, { home, checkout }: Pick<HostFacts, 'home' | 'checkout'>): string[] {
  const parent = dirname(folder);
  if (/\/(?:node_modules\/\.bin)$/.test(folder)) return [parent];
  const holds = [home, ...(checkout === null ? [] : [checkout])].some((path) => isWithin(path, parent));
  const tooMuch = parent === '/' || holds || parent === join(home, '.local');
  if (!folder.endsWith('/bin') || tooMuch) return [folder];
  return [folder, ...BESIDE_PROGRAMS.map((name) => join(parent, name))];
}

/** What the links of a folder of programs lead to: the programs alone, for they may lie in anything. */
function linkedPrograms(folder: string, checkout: string | null): string[] {
  const targets = new Set<string>();
  for (const name of readNames(folder)) {
    const path = join(folder, name);
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) continue;
    const real = realPath(path);
    const isOwn = real !== null && checkout !== null && isWithin(real, checkout);
    if (real !== null && !isOwn && !isSystem(real) && isFile(real)) targets.add(real);
  }
  return [...targets];
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isSystem(folder: string): boolean {
  return SYSTEM.some((top) => isWithin(folder, top));
}

/** True also for the folder itself. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

function outermost(paths: readonly string[]): string[] {
  const unique = [...new Set(paths.map((path) => resolve(path)))].sort();
  return unique.filter((path) => !unique.some((other) => other !== path && isWithin(path, other)));
}

function exists(path: string): boolean {
  return realPath(path) !== null;
}

export function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
