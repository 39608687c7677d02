/** One query of the Claude Agent SDK, which is the user's and is loaded from where it is installed. */

import { pathToFileURL } from 'node:url';
import { findModule } from '../../process/find-module.ts';
import { DEFAULT_PATH, findProgram } from '../../process/find-program.ts';
import type { BridgeRequest } from '../bridges/bridge-program.ts';
import { eventLine } from '../lines/event-line.ts';
import { fieldsOf, textIn } from '../lines/json-line.ts';
import { mcpEntries } from '../tools/mcp.ts';
import { type BridgeSettings, PACKAGE } from './settings.ts';

type Request = BridgeRequest<BridgeSettings>;

/** What is used of the package. */
interface Sdk {
  query(request: { prompt: string; options: Readonly<Record<string, unknown>> }): AsyncIterable<unknown>;
}

/** Gives the exit status: 0 when the agent came to a good end. */
export async function runBridge(request: Request): Promise<number> {
  const { print, prompt } = request;
  let isTold = false;
  try {
    const sdk = await loadSdk(request);
    for await (const message of sdk.query({ prompt, options: optionsOf(request) })) {
      isTold ||= textIn(fieldsOf(message), 'type') === 'result';
      print(JSON.stringify(message));
    }
    return 0;
  } catch (error) {
    // Behind a result that tells of a failure it throws as well, and knows less.
    if (!isTold) print(eventLine({ type: 'verdict', problem: { kind: 'other', detail: wordsOf(error) } }));
    return 1;
  }
}

async function loadSdk({ settings, worktree: cwd, env }: Request): Promise<Sdk> {
  const searchPath = env['PATH'] || DEFAULT_PATH;
  const main = findModule({ name: PACKAGE, folder: settings.sdk, cwd, searchPath });
  if (!main.ok) throw new Error(main.error);
  const loaded: unknown = await import(pathToFileURL(main.value).href);
  if (!isSdk(loaded)) throw new Error(`${main.value} has no query(); install a current ${PACKAGE}`);
  return loaded;
}

function isSdk(loaded: unknown): loaded is Sdk {
  return typeof fieldsOf(loaded)?.['query'] === 'function';
}

function optionsOf(request: Request): BridgeSettings['query'] {
  const { settings, worktree, env, cancel, complain } = request;
  const { program, query, mcp } = settings;
  const found =
    program === undefined ? undefined : findProgram(program, env['PATH'] || DEFAULT_PATH, worktree);
  if (found?.ok === false) throw new Error(found.error);
  return {
    ...query,
    cwd: worktree,
    abortController: cancel,
    stderr: complain,
    mcpServers: mcpEntries(mcp, (variable) => env[variable]),
    ...(found === undefined ? {} : { pathToClaudeCodeExecutable: found.value }),
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
