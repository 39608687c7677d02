/**
 * The attempt's own folder, outside the worktree:
 *
 *   prompt.txt   what the agent is started with
 *   marker       which marker file lay in the worktree before the agent began
 *   context/     shared context, contracts, feedback.md of the last try
 *   settings/    what its program reads, beside its command line
 *   inbox/       messages for the agent
 *   outbox/      messages from it
 *   agent/       the job: logs and state of the process
 *   scratch/     temporary files and home of an agent that is confined, while it runs
 */

import { lstat, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AttemptSpec } from '../../core/attempt.ts';
import { err, ok, type Result } from '../../core/result.ts';
import { MARKER_FILE } from '../completion/judge.ts';
import type { AttemptPaths, Launch } from '../driver.ts';

export function attemptPaths(folder: string, worktree: string): AttemptPaths {
  return {
    worktree,
    prompt: join(folder, 'prompt.txt'),
    context: join(folder, 'context'),
    inbox: join(folder, 'inbox'),
    outbox: join(folder, 'outbox'),
    settings: join(folder, 'settings'),
    job: join(folder, 'agent'),
    scratch: join(folder, 'scratch'),
  };
}

/**
 * Writes what the agent is given. Nothing is touched once its job has begun: from then on the folder is the agent's
 * too, and may hold links of its making. The error is for people.
 */
export async function prepareAttemptFolder(
  spec: AttemptSpec,
  paths: AttemptPaths,
  settings: Launch['files'] = {},
): Promise<Result<void, string>> {
  const strange = spec.context.find((file) => !isPlainPath(file.path));
  if (strange !== undefined)
    return err(`the context file ${JSON.stringify(strange.path)} would leave its folder`);
  try {
    if ((await modifiedAt(paths.job)) !== null) return ok(undefined);
    for (const folder of [paths.context, paths.inbox, paths.outbox]) await mkdir(folder, { recursive: true });
    await mkdir(paths.settings, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(settings)) await writeWhole(join(paths.settings, name), text);
    for (const file of spec.context) await writeWhole(join(paths.context, file.path), file.text);
    await writeWhole(markerBefore(paths), (await sightOfMarker(paths)) ?? '');
    await writeWhole(paths.prompt, spec.prompt);
    return ok(undefined);
  } catch (error) {
    return err(`its folder cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Milliseconds since the epoch; null when there is no such file. */
export async function modifiedAt(path: string): Promise<number | null> {
  try {
    return (await lstat(path)).mtimeMs;
  } catch {
    return null;
  }
}

/** A marker that was there before, for somebody committed it, says nothing of this attempt. */
export async function markerMade(paths: AttemptPaths): Promise<boolean> {
  const marker = await sightOfMarker(paths);
  const before = await readFile(markerBefore(paths), 'utf8').catch(() => '');
  return marker !== null && marker !== before;
}

function markerBefore({ prompt }: AttemptPaths): string {
  return join(dirname(prompt), 'marker');
}

/** Other than before when it was made or written since, also by a clock that was set back. Null when there is none. */
async function sightOfMarker({ worktree }: AttemptPaths): Promise<string | null> {
  try {
    const { ino, mtimeNs, ctimeNs } = await lstat(join(worktree, MARKER_FILE), { bigint: true });
    return `${ino} ${mtimeNs} ${ctimeNs}`;
  } catch {
    return null;
  }
}

function isPlainPath(path: string): boolean {
  if (path.startsWith('/') || /[\\\u0000-\u001f\u007f]/.test(path)) return false;
  return !path.split('/').some((segment) => segment === '' || segment === '.' || segment === '..');
}

async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
