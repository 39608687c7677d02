/** The same tasks by a careful script of bare commands: see the head of `task.ts` for what it does and leaves out. */

import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { AGENT, type TaskWorld } from './task-world.ts';

export interface BareScript {
  /** Runs the tasks to their end, so many at a time. */
  run(tasks: number, width: number): Promise<void>;
}

/** Makes a worktree for each of the tasks that run at once. */
export async function openBareScript(world: TaskWorld, slots: number): Promise<BareScript> {
  const { fixture } = world;
  const base = fixture.git(['rev-parse', 'HEAD']);
  const logs = join(fixture.root, 'bare-logs');
  mkdirSync(logs);
  const folders = Array.from({ length: slots }, (_, index) => join(fixture.root, `bare-${index}`));
  for (const folder of folders) fixture.git(['worktree', 'add', '--quiet', '--detach', folder]);
  let runs = 0;

  const git = (cwd: string, ...args: readonly string[]): Promise<string> =>
    command(['git', ...args], { cwd, env: world.env });

  const work = async (folder: string, branch: string, task: string): Promise<void> => {
    await git(folder, 'checkout', '--quiet', '-B', branch, base);
    await git(folder, 'clean', '--quiet', '-ffdx');
    const out = openSync(join(logs, `${task}.out`), 'w');
    const error = openSync(join(logs, `${task}.err`), 'w');
    const env = { ...world.env, COX_TASK_ID: task };
    await command(['sh', '-c', AGENT], { cwd: folder, env, stdio: ['ignore', out, error] });
    closeSync(out);
    closeSync(error);
    if ((await git(folder, 'status', '--porcelain')) !== '') throw new Error(`${task} left something`);
    if ((await git(folder, 'rev-list', '--count', `${base}..HEAD`)) !== '1')
      throw new Error(`${task} did nothing`);
    await git(folder, 'diff', '--numstat', base, 'HEAD');
  };

  const merge = async (integration: string, onto: string, branch: string): Promise<string> => {
    const { path } = fixture;
    const tree = await git(path, 'merge-tree', '--write-tree', onto, branch);
    const commit = await git(path, 'commit-tree', tree, '-p', onto, '-p', branch, '-m', `Merge ${branch}`);
    await git(path, 'update-ref', integration, commit, onto);
    return commit;
  };

  return {
    async run(tasks, width) {
      runs += 1;
      const integration = `refs/heads/bare/${runs}/integration`;
      await git(fixture.path, 'update-ref', integration, base);
      let merged = Promise.resolve(base);
      let next = 0;
      const row = async (folder: string): Promise<void> => {
        for (let index = next++; index < tasks; index = next++) {
          const branch = `bare/${runs}/task-${index}`;
          await work(folder, branch, `task-${index}`);
          merged = merged.then((onto) => merge(integration, onto, branch));
          // With one worker nothing overlaps.
          if (width === 1) await merged;
        }
      };
      await Promise.all(folders.slice(0, width).map(row));
      await merged;
    },
  };
}

/** Standard output without its last line feed; throws when it fails. */
async function command(argv: readonly [string, ...string[]], options: SpawnOptions): Promise<string> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${String(code)}`);
  return Buffer.concat(chunks).toString('utf8').trimEnd();
}
