/** A host with hostile and honest agents on it: a repository, a home with secrets, services, and one run of `cox`. */

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hash32 } from '../../../src/core/names.ts';
import { COX, makeProject, type Project } from '../project.ts';
import type { Aftermath, Attempt, Ground } from './attempt.ts';
import { SILENT } from './attempts-words.ts';
import { type FolderState, folderStates } from './folder-state.ts';
import { HONEST, type Honest } from './honest.ts';
import { type HostServices, startServices } from './services.ts';

export interface HostileRun {
  readonly attempts: readonly Attempt[];
  /** `user`: as an ordinary user, where the test runs as root. */
  readonly as: 'self' | 'user';
  readonly sandbox: 'required' | 'off';
}

export interface HostileResult {
  readonly exitCode: number | null;
  readonly said: string;
  readonly ids: ReadonlyMap<Attempt, string>;
  readonly honest: ReadonlyMap<Honest, string>;
  readonly after: Aftermath;
  /** How it shows that the attempt got through; null when it did not. */
  through(attempt: Attempt): string | null;
  /** False when its script did not run to its end. */
  wasTried(attempt: Attempt): boolean;
  remove(): void;
}

export const USER = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
const INSTALLED = fileURLToPath(new URL('../../..', import.meta.url));
/** So that the host's own git works in a repository of another user's. */
const TRUSTING = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };

const RUN_SCRIPT = `ROOT=$HOSTILE_ROOT; ID=$COX_TASK_ID; REPO=$ROOT/checkout; PLACE=$ROOT/places/$ID; VICTIM=victim/$ID
export ROOT ID REPO PLACE VICTIM
mkdir -p made "$PLACE" 2> /dev/null
case $ID in
  task-9*)
    sh -eu "attempts/$ID.sh" || exit ;;
  *)
    echo "$ID" > "made/$ID.txt"
    timeout -k 2 20 sh -u "attempts/$ID.sh" 2>&1
    echo "TRIED: $ID" ;;
esac
[ "$ID" = ${SILENT} ] || echo "<promise>TASK_DONE: $ID</promise>"
`;

function numbered<T>(items: readonly T[], first: number): Map<T, string> {
  return new Map(items.map((item, index) => [item, `task-${String(first + index).padStart(3, '0')}`]));
}

export async function runHostile({ attempts, as, sandbox }: HostileRun): Promise<HostileResult> {
  const ids = numbered(attempts, 1);
  const honest = numbered(HONEST, SILENT_NUMBER + 1);
  honest.set(WITNESS, 'task-901');
  const project = makeHost(ids, honest);
  const ground = groundOf(project);
  for (const [attempt, id] of ids) prepare(ground, attempt, id);
  const prefix = as === 'user' ? USER : [];
  if (as === 'user') execFileSync('chown', ['-R', '65534:65534', project.root]);
  const services = await startServices(project.root, prefix);
  const before = folderStates(ids.values(), ground.place);
  try {
    const env = environmentOf(project, { services, ground, sandbox, as });
    const cox = (args: readonly string[]): Promise<Ended> =>
      start([...prefix, ...services.withKey(COX), ...args], project.path, env);
    const ran = await cox(['run', project.plan]);
    const after = await aftermathOf(project, ground, { ran, cox, ids });
    const everything = evidence(project, after);
    return {
      exitCode: ran.code,
      said: ran.text,
      ids,
      honest,
      after,
      through: (attempt) => throughOf(attempt, ids.get(attempt) ?? '', { after, before, everything }),
      wasTried: (attempt) => after.log(ids.get(attempt) ?? '').includes(`TRIED: ${ids.get(attempt)}`),
      remove: () => project.remove(),
    };
  } finally {
    services.stop();
  }
}

const SILENT_NUMBER = Number(SILENT.slice(-3));
const WITNESS: Honest = { name: 'writes one file', script: 'echo honest > "made/$ID.txt"' };

function makeHost(ids: ReadonlyMap<Attempt, string>, honest: ReadonlyMap<Honest, string>): Project {
  const scripts = [...ids, ...honest].map(
    ([{ script }, id]) => [`attempts/${id}.sh`, `${script}\n`] as const,
  );
  const all = [...ids.values(), ...honest.values(), SILENT].sort();
  const offline = [...ids].filter(([{ offline: is }]) => is === true).map(([, id]) => `    ${id}: none\n`);
  const project = makeProject({
    files: {
      ...Object.fromEntries(scripts),
      [`attempts/${SILENT}.sh`]: 'echo x > "made/$ID.txt"\n',
      'attempts/run.sh': RUN_SCRIPT,
      'shared/a.txt': 'a\n',
      'package-lock.json': '{}\n',
      '.gitignore': 'node_modules/\n.env*\nparallel/*/logs/\n/untracked.txt\n',
    },
    waves: [{ tasks: Object.fromEntries(all.map((id) => [id, { create: `made/${id}.txt` }])) }],
    recipe: 'default: []\n',
    config: `logBytes: 2MB\n${offline.length === 0 ? '' : `sandbox:\n  taskNetwork:\n${offline.join('')}`}`,
  });
  project.write({ '.env': 'SETTING=1\n', 'untracked.txt': 'the user\n' });
  const other = join(project.root, 'other');
  mkdirSync(other);
  const git = (args: readonly string[]): string => project.git(args, { cwd: other });
  git(['init', '--quiet', '--initial-branch=main']);
  project.write({ 'private.txt': `${secretOf(project, 'stolen')}\n` }, other);
  git(['add', '.']);
  git(['-c', 'user.name=A', '-c', 'user.email=a@example.org', 'commit', '--quiet', '-m', 'Private']);
  return project;
}

function secretOf({ root }: Pick<Project, 'root'>, id: string): string {
  return `secret-${hash32(`${root} ${id}`)}-of-${id}`;
}

function groundOf(project: Project): Ground {
  const { root, path: checkout } = project;
  const git: Ground['git'] = (args, options = {}) =>
    project.git(args, { ...options, env: { ...TRUSTING, ...options.env } });
  return {
    root,
    checkout,
    home: join(root, 'home'),
    git,
    place: (id) => join(root, 'places', id),
    secret: (id) => secretOf(project, id),
    victim: (id) => `victim/${id}`,
    stolen: git(['rev-parse', 'HEAD:private.txt'], { cwd: join(root, 'other') }),
  };
}

function prepare(ground: Ground, attempt: Attempt, id: string): void {
  mkdirSync(ground.place(id), { recursive: true });
  writeFileSync(join(ground.place(id), 'secret'), `${ground.secret(id)}\n`);
  ground.git(['branch', '--no-track', ground.victim(id), 'main']);
  attempt.before?.(ground, id);
}

interface Setting {
  readonly services: HostServices;
  readonly ground: Ground;
}

function environmentOf(
  project: Project,
  { services, ground, sandbox, as }: Setting & Pick<HostileRun, 'sandbox' | 'as'>,
): Record<string, string> {
  return {
    ...project.env,
    ...(as === 'user' ? { PATH: '/usr/local/bin:/usr/bin:/bin' } : {}),
    COX_SANDBOX: sandbox,
    COX_AGENT_COMMAND: 'sh attempts/run.sh',
    COX_AGENT_ENVIRONMENT: 'HOSTILE_*',
    COX_RETRIES: '0',
    // They write where no scope says that they may.
    COX_CHECKS_BOUNDARIES: 'warn',
    COX_MAX_PARALLEL: '4',
    COX_GRACE: '1s',
    COX_BREAKER_FAILURES: '1000',
    API_TOKEN: ground.secret('environment'),
    HOSTILE_ROOT: project.root,
    HOSTILE_INSTALLED: INSTALLED.replace(/\/$/, ''),
    HOSTILE_STOLEN: ground.stolen,
    ...services.env,
  };
}

interface Ended {
  readonly code: number | null;
  readonly text: string;
}

function start(argv: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<Ended> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text }));
  });
}

interface Ran {
  readonly ran: Ended;
  readonly cox: (args: readonly string[]) => Promise<Ended>;
  readonly ids: ReadonlyMap<Attempt, string>;
}

async function aftermathOf(project: Project, ground: Ground, { ran, cox, ids }: Ran): Promise<Aftermath> {
  const runs = join(project.path, '.git/coxswain/runs');
  const run = existsSync(runs) ? readdirSync(runs)[0] : undefined;
  if (run === undefined) throw new Error(`nothing was run: ${ran.text}`);
  const attemptFolder = (id: string): string => join(runs, run, 'attempts', id, '1');
  const asked = await Promise.all(
    [['status'], ['report'], ...[...ids.values()].slice(-4).map((id) => ['logs', id])].map(cox),
  );
  const json = await cox(['status', '--json']);
  const status: { readonly tasks: readonly { readonly id: string; readonly state: string }[] } = JSON.parse(
    json.text,
  );
  return {
    ...ground,
    attemptFolder,
    log: (id) => logOf(attemptFolder(id)),
    state: (id) => status.tasks.find((task) => task.id === id)?.state ?? 'unknown',
    printed: [ran.text, ...asked.map(({ text }) => text)].join('\n'),
    merged:
      ground.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads/integration']).split('\n')[0] ??
      '',
  };
}

function logOf(folder: string): string {
  return ['stdout.log', 'stderr.log'].map((name) => textOf(join(folder, 'agent', name))).join('\n');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/** All that the run has kept: every object of the repository, every log. */
function evidence({ root, path, env }: Project, { log }: Aftermath): (id: string) => string {
  const objects = execFileSync('git', ['cat-file', '--batch-all-objects', '--batch', '--unordered'], {
    cwd: path,
    env: { ...env, ...TRUSTING },
    maxBuffer: 512 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  }).toString('latin1');
  const refused = textOf(join(root, 'agent-said'));
  return (id) => `${objects}\n${refused}\n${log(id)}`;
}

interface Traces {
  readonly after: Aftermath;
  readonly before: ReadonlyMap<string, FolderState>;
  readonly everything: (id: string) => string;
}

function throughOf(attempt: Attempt, id: string, { after, before, everything }: Traces): string | null {
  const got = /^GOT:.*$/m.exec(after.log(id));
  if (got !== null) return got[0];
  const now = folderStates([id], after.place).get(id);
  if (now !== before.get(id)) return `its place on the host is changed:\n${before.get(id)}\nis now\n${now}`;
  const kept = everything(id);
  if (kept.includes(after.secret(id))) return 'its secret came out';
  if (kept.includes(after.secret('stolen')) && after.log(id).includes(after.secret('stolen')))
    return 'the secret of the neighbour came out';
  return attempt.sign?.(after, id) ?? null;
}
