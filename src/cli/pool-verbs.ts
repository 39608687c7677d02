/** The verbs of `cox pool`: data for scripts on standard output, everything else on standard error. */

import type { Result } from '../core/result.ts';
import { dependenciesIn } from '../project/pool/plan-order.ts';
import { acquireSlot, initPool, readExisting, releaseSlot } from '../project/pool/pool.ts';
import { findPaths, type GivenPaths, type PoolPaths, type PoolProblem } from '../project/pool/pool-file.ts';
import { type MergeParts, mergeBranches, mergePool } from '../project/pool/pool-merge.ts';
import { allOf, cleanPool, poolHealth, resetPool, syncPool } from '../project/pool/pool-upkeep.ts';
import { makeSingle } from '../project/pool/single-worktree.ts';
import { isWithin } from '../project/read-folder.ts';
import { jsonLine, jsonText } from '../views/json.ts';
import type { Cli } from './cli.ts';
import { EXIT, stopOf } from './exit.ts';
import { pathsInside } from './plan-argument.ts';
import { clean } from './render/clean.ts';
import { healthText, mergeSummary, poolText } from './render/pool-text.ts';
import { settle } from './repository.ts';

export interface OpenedCommand {
  readonly cli: Cli;
  readonly parts: MergeParts;
  /** How many slots a new pool has. */
  readonly size: number;
  /** Short name of the branch that is checked out; null for none. */
  readonly branch: string | null;
}

const USUAL_SIZE = 8;

/** Opens the pool of the repository, does something with it, and waits for what is done in the background. */
export async function withPool(cli: Cli, verb: (opened: OpenedCommand) => Promise<number>): Promise<number> {
  const { env } = cli.host;
  const found = await cli.parts.findRepository(cli.folder);
  if (!found.ok) return cli.stop(stopOf(found.error));
  const about = await cli.parts.aboutRepository(found.value);
  const given: GivenPaths = {
    folder: env['POOL_DIR'] || '.claude/worktree-pool',
    file: env['POOL_STATE_FILE'] || '.claude/pool-state.json',
    gitFolder: about?.gitFolder ?? null,
  };
  const root = await poolRoot(found.value, about?.mainCheckout ?? null, given);
  const size = sizeOf(env['POOL_SIZE'] || String(USUAL_SIZE));
  if (size === null)
    return cli.stop({
      code: EXIT.usage,
      message: 'POOL_SIZE is no whole number',
      remedy: 'Set it to e.g. 8.',
    });
  const settled = await settle(cli, root, { flags: {}, planWishes: {}, agentsKnown: true });
  if (!settled.ok) return cli.stop(settled.error);
  const paths = await findPaths(root, given);
  if (!paths.ok) return failed(cli, paths.error);
  const opened = await cli.parts.openPool({ root, local: settled.value.local });
  if (!opened.ok) return cli.stop(stopOf(opened.error));
  const { branch, close, ...adapters } = opened.value;
  const parts: MergeParts = {
    ...adapters,
    paths: paths.value,
    now: () => cli.host.now(),
    say: (text) => cli.say(text),
    dependsOn: (tasks) => dependenciesIn(root, tasks),
  };
  try {
    return await verb({ cli, parts, size, branch });
  } finally {
    await close();
  }
}

/** In a slot the pool is the one that the slot is of, and not a pool within it. */
async function poolRoot(root: string, main: string | null, given: GivenPaths): Promise<string> {
  const around = main === null ? null : await findPaths(main, given);
  return main !== null && around?.ok === true && isWithin(around.value.folder, root) ? main : root;
}

function sizeOf(text: string): number | null {
  return /^\d{1,6}$/.test(text) ? Number(text) : null;
}

function failed(cli: Cli, { message, remedy }: PoolProblem): number {
  return cli.stop({ code: EXIT.failed, message, remedy });
}

/** Prints what was found, or says why nothing was. */
function told<T>(
  { cli }: OpenedCommand,
  result: Result<T, PoolProblem>,
  show: (value: T) => readonly string[],
): number {
  if (!result.ok) return failed(cli, result.error);
  cli.print(show(result.value));
  return EXIT.ok;
}

/** Asks for the number behind a verb; the value is an exit code when there is none. */
async function withSize(
  { cli, size: usual }: OpenedCommand,
  given: string | undefined,
  use: (size: number) => Promise<number>,
): Promise<number> {
  const size = given === undefined ? usual : sizeOf(given);
  if (size !== null) return await use(size);
  return cli.stop({ code: EXIT.usage, message: `${given} is no whole number`, remedy: 'Give e.g. 8.' });
}

export async function status(opened: OpenedCommand, json: boolean): Promise<number> {
  const { cli, parts } = opened;
  const { stdout } = cli.host;
  return told(opened, await readExisting(parts), (state) => {
    if (json) return [jsonLine(state)];
    return poolText(state, { width: cli.width(stdout), style: cli.style(stdout), isTTY: stdout.isTTY });
  });
}

export async function init(opened: OpenedCommand, given: string | undefined): Promise<number> {
  return await withSize(opened, given, async (size) =>
    told(opened, await initPool(opened.parts, size), initialised),
  );
}

function initialised({ pool_size: size }: { readonly pool_size: number }): readonly string[] {
  return [`Pool initialized: ${size} slots available`];
}

export async function acquire(opened: OpenedCommand, task: string, base?: string): Promise<number> {
  const { cli, parts, size } = opened;
  const done = await acquireSlot(parts, { task, base: base ?? null, size });
  if (!done.ok && done.error.reason === 'exhausted') cli.print(['POOL_EXHAUSTED']);
  return told(opened, done, ({ id, path, branch }) => [`${id}|${path}|${branch}`]);
}

export async function release(opened: OpenedCommand, id: string, force: boolean): Promise<number> {
  return told(opened, await releaseSlot(opened.parts, { id, force }), () => [`RELEASED:${id}`]);
}

export async function setUpWorktree(opened: OpenedCommand, task?: string, base?: string): Promise<number> {
  const temporary = opened.cli.host.env['TMPDIR'] || '/tmp';
  const done = await makeSingle(opened.parts, { task: task ?? null, base: base ?? null, temporary });
  return told(opened, done, ({ path, branch }) => [`${path}|${branch}`]);
}

/** Null names: the branches of busy slots. */
export async function merge(
  opened: OpenedCommand,
  into: string | undefined,
  named: readonly string[] | null,
): Promise<number> {
  const { cli, parts, branch } = opened;
  const target = into ?? branch;
  if (target === null)
    return cli.stop({
      code: EXIT.usage,
      message: 'no branch is checked out',
      remedy: 'Name the one to merge into.',
    });
  const request = { target, ignoreDirty: ownFiles(parts.paths) };
  const done = await (named === null ? mergePool(parts, request) : mergeBranches(parts, request, named));
  if (!done.ok) return failed(cli, done.error);
  for (const { branch: each, why } of done.value.failed) cli.say(`cox: ${each} is not merged: ${why}`);
  cli.print(mergeSummary(done.value));
  return done.value.failed.length === 0 ? EXIT.ok : EXIT.failed;
}

/** What is written while tasks are worked on, and may be tracked all the same. */
function ownFiles({ root, folder, file }: PoolPaths): readonly string[] {
  const session = ['auto-state-machine.yaml', 'auto-progress.yaml', 'auto-memory/**'];
  return [...pathsInside(root, [folder, file]), ...session.map((name) => `.claude/${name}`)];
}

export async function cleanup(opened: OpenedCommand, force: boolean): Promise<number> {
  const { cli, parts } = opened;
  const done = await cleanPool(parts, force);
  if (!done.ok) return failed(cli, done.error);
  const { removed, left } = done.value;
  cli.print([`Pool cleaned: ${removed.length} worktrees removed`]);
  return left.length === 0 ? EXIT.ok : failed(cli, allOf(left));
}

export async function reset(
  opened: OpenedCommand,
  given: string | undefined,
  force: boolean,
): Promise<number> {
  return await withSize(opened, given, async (size) =>
    told(opened, await resetPool(opened.parts, { size, force }), initialised),
  );
}

export async function health(opened: OpenedCommand, json: boolean): Promise<number> {
  const done = await poolHealth(opened.parts);
  const code = told(opened, done, (found) => (json ? [jsonText(found)] : healthText(found)));
  return done.ok && done.value.broken.length > 0 ? EXIT.failed : code;
}

export async function sync(opened: OpenedCommand): Promise<number> {
  return told(opened, await syncPool(opened.parts), (slots) =>
    slots.map(({ id, paths }) => `SYNCED:${id}${paths.length === 0 ? '' : `: ${clean(paths.join(', '))}`}`),
  );
}
