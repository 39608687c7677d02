/** Opening the repository that a command is about. */

import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type Resolved, resolveSettings, type SettingsSources } from '../config/resolve.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { RunState } from '../core/run-state.ts';
import { shellWord } from '../core/shell-word.ts';
import type { CoxApi } from '../engine/api.ts';
import type { Cli } from './cli.ts';
import type { OpenedRepository } from './context.ts';
import { EXIT, type Stop, stopOf, stopOfConfig } from './exit.ts';
import { readConfigs } from './read-config.ts';

/** Everything that has a say, put together. `root` is null outside of a repository. */
export async function settle(
  cli: Cli,
  root: string | null,
  said: Pick<SettingsSources, 'flags' | 'planWishes' | 'agentsKnown'>,
): Promise<Result<Resolved, Stop>> {
  const { env } = cli.host;
  const configs = await readConfigs(root, env);
  if (!configs.ok) return err(stopOfConfig(configs.error));
  const resolved = resolveSettings({ ...said, ...configs.value, env });
  return resolved.ok ? resolved : err(stopOfConfig(resolved.error));
}

/** Opens the repository to look at its runs, or to ask something of them. A broken config must not keep one from that. */
export async function openRuns(
  cli: Cli,
): Promise<Result<OpenedRepository & { readonly root: string }, Stop>> {
  const found = await cli.parts.findRepository(cli.folder);
  if (!found.ok) return err(stopOf(found.error));
  const root = found.value;
  const builtIn = resolveSettings({ flags: {}, env: {}, planWishes: {} });
  if (!builtIn.ok) return err(stopOfConfig(builtIn.error));
  const opened = await cli.parts.openRepository({ root, local: builtIn.value.local });
  return opened.ok ? ok({ ...opened.value, root }) : err(stopOf(opened.error));
}

export interface FoundRun {
  readonly api: CoxApi;
  readonly state: RunState;
}

/** Finds the run that is meant, does something with it, and closes the log again. The value is the exit code. */
export async function withRun(
  cli: Cli,
  what: string | undefined,
  use: (found: FoundRun) => Promise<number>,
): Promise<number> {
  const opened = await openRuns(cli);
  if (!opened.ok) return cli.stop(opened.error);
  const { api } = opened.value;
  try {
    const state = await findRun(cli, api, what);
    return state.ok ? await use({ api, state: state.value }) : cli.stop(state.error);
  } finally {
    await api.close();
  }
}

/** The run meant by an id, the start of one, a plan's id or path; the newest without a word. */
export async function findRun(
  cli: Cli,
  api: CoxApi,
  what: string | undefined,
): Promise<Result<RunState, Stop>> {
  const named = what === undefined ? undefined : resolve(cli.folder, what);
  const isThere = named !== undefined && existsSync(named);
  const path = named === undefined ? undefined : await withoutLinks(named);
  const byPath = path === undefined ? null : await api.find(path);
  const found = byPath?.ok === true ? byPath : await api.find(what);
  if (!found.ok)
    return err(isThere && found.error.reason === 'no-such-run' ? notRunYet(what) : stopOf(found.error));
  const state = await api.read(found.value);
  return state.ok ? state : err(stopOf(state.error));
}

/** Runs know their plan by such a path. What is gone has no links any more, but its folder may. */
async function withoutLinks(path: string): Promise<string | undefined> {
  const whole = realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
  return await whole.catch(() => undefined);
}

function notRunYet(path = '.'): Stop {
  return {
    code: EXIT.usage,
    message: `there is no run of ${path} yet`,
    remedy: `Start one with: cox run ${shellWord(path)}`,
  };
}

/** A task by its id, or by the start of it when only one begins so. */
export function findTask(state: RunState, what: string): Result<string, Stop> {
  if (state.tasks.has(what)) return ok(what);
  const ids = [...state.tasks.keys()];
  const near = ids.filter((id) => id.startsWith(what));
  const [only, ...others] = near;
  if (only !== undefined && others.length === 0) return ok(only);
  return err({
    code: EXIT.usage,
    message:
      near.length > 1 ? `${what} could mean ${near.join(', ')}` : `run ${state.run} has no task ${what}`,
    remedy: `Its tasks are ${ids.slice(0, 20).join(', ')}${ids.length > 20 ? ' …' : ''}.`,
  });
}

/** The repository's top level; outside of one the current folder. */
export async function rootOrFolder(cli: Cli): Promise<string> {
  const found = await cli.parts.findRepository(cli.folder);
  return found.ok ? found.value : cli.folder;
}
