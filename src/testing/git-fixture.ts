/** Real repositories for tests, in folders of their own, untouched by the configuration of the machine they run on. */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Path → content; `null` removes the file, an object says more. */
export type FileMap = Readonly<Record<string, string | Uint8Array | null>>;

export interface GitFixture {
  /** Everything of the fixture lies in here, also what a test adds. */
  readonly root: string;
  /** The checkout. */
  readonly path: string;
  /** What a process of the test should be started with: no configuration but the repository's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs git in the checkout (or `cwd`) and gives what it printed, without the last line feed; throws on failure. */
  git(args: readonly string[], options?: GitOptions): string;
  /** Writes files into the checkout. */
  write(files: FileMap, cwd?: string): void;
  /** Writes files, commits everything and gives the commit. */
  commit(files: FileMap, message?: string): string;
  /** Removes the whole folder. */
  remove(): void;
}

export interface GitOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

export interface FixtureOptions {
  /** First commit; without it the repository has one with a README.md. `null` leaves it without any commit. */
  readonly files?: FileMap | null;
  readonly branch?: string;
  readonly initArgs?: readonly string[];
}

/** A new repository on branch `main` with one commit. */
export function makeRepository(options: FixtureOptions = {}): GitFixture {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'cox-git-')));
  const path = join(root, 'checkout');
  mkdirSync(path);
  const fixture = fixtureAt(root, path);
  fixture.git([
    'init',
    '--quiet',
    `--initial-branch=${options.branch ?? 'main'}`,
    ...(options.initArgs ?? []),
  ]);
  fixture.git(['config', 'user.name', 'Ada Tester']);
  fixture.git(['config', 'user.email', 'ada@example.org']);
  const files = options.files === undefined ? { 'README.md': '# Sample\n' } : options.files;
  if (files !== null) fixture.commit(files, 'First');
  return fixture;
}

/** A clone of the fixture's repository beside it, in the same root. */
export function cloneRepository(source: GitFixture, name: string, args: readonly string[] = []): GitFixture {
  const path = join(source.root, name);
  source.git([
    '-c',
    'protocol.file.allow=always',
    'clone',
    '--quiet',
    ...args,
    `file://${source.path}`,
    path,
  ]);
  const clone = fixtureAt(source.root, path);
  clone.git(['config', 'user.name', 'Ada Tester']);
  clone.git(['config', 'user.email', 'ada@example.org']);
  return clone;
}

/** A repository of many small files, made by `git fast-import`, which is hundreds of times faster than adding them. */
export function makeLargeRepository(fileCount: number): GitFixture {
  const fixture = makeRepository({ files: null });
  const lines = [
    'commit refs/heads/main',
    'committer Ada Tester <ada@example.org> 1700000000 +0000',
    'data 5',
    'Large',
  ];
  for (let index = 0; index < fileCount; index += 1) {
    const text = `file ${index}\n${'content '.repeat(index % 40)}\n`;
    lines.push(`M 100644 inline ${largePath(index)}`, `data ${text.length}`, text);
  }
  fixture.git(['fast-import', '--quiet'], { input: `${lines.join('\n')}\n` });
  fixture.git(['reset', '--quiet', '--hard', 'main']);
  return fixture;
}

/** Where `makeLargeRepository` puts its file of that number. */
export function largePath(index: number): string {
  return `src/part-${Math.floor(index / 1000)}/folder-${Math.floor(index / 50) % 20}/file-${index}.txt`;
}

function fixtureAt(root: string, path: string): GitFixture {
  const env = fixtureEnvironment(root);
  const git = (args: readonly string[], options: GitOptions = {}): string =>
    execFileSync('git', args, {
      cwd: options.cwd ?? path,
      env: { ...env, ...options.env },
      input: options.input ?? '',
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      stdio: ['pipe', 'pipe', 'pipe'],
    }).replace(/\n$/, '');
  const write = (files: FileMap, cwd = path): void => {
    for (const [name, content] of Object.entries(files)) {
      const file = join(cwd, name);
      if (content === null) {
        rmSync(file, { recursive: true, force: true });
        continue;
      }
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  };
  const commit = (files: FileMap, message = 'Change'): string => {
    write(files);
    git(['add', '--all']);
    git(['commit', '--quiet', '--allow-empty', '-m', message]);
    return git(['rev-parse', 'HEAD']);
  };
  return { root, path, env, git, write, commit, remove: () => removeFolder(root) };
}

function fixtureEnvironment(root: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: root,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
  };
}

/** Also when a test has left folders in it that may not be written to. */
function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  } catch {
    execFileSync('chmod', ['-R', 'u+rwX', folder]);
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
