/** The user's own commands for setting a slot up and taking it down: once for each slot and state of its lockfiles. */

import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../../core/printable.ts';
import { err, ok, type Result, unreachable } from '../../core/result.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import type { Slot } from '../../ports/worktree.ts';
import { envFileSecrets } from '../../process/env-files.ts';
import { allowedEnvironment, type HostEnvironment } from '../../process/environment.ts';
import { type JobEnd, type JobSpec, startJob } from '../../process/job.ts';
import { lastPart } from '../../process/output-text.ts';
import { Redactor, secretsOf } from '../../process/redact.ts';
import { isRecord, readJson, writeWhole } from '../base/small-files.ts';
import { isConfinementLost, readConfinement } from './private-git.ts';
import type { SlotPlace } from './slot-place.ts';

export interface SlotHooks {
  /** Shell command from the user's own configuration, run in the slot before an agent starts. */
  readonly setup?: string;
  /** Run in the slot when it is given back. The next holder's set-up then runs again. */
  readonly teardown?: string;
  /** For each of them. */
  readonly timeoutMs: number;
  /** What the commands see; the slot's own variables are added. */
  readonly env: Readonly<Record<string, string>>;
}

export interface HookSettings {
  readonly setup?: string;
  readonly teardown?: string;
  readonly setupMs: number;
}

/** They see what agents see of the user's environment, but for credentials. */
export function slotHooks(env: HostEnvironment, { setup, teardown, setupMs }: HookSettings): SlotHooks {
  return {
    ...(setup === undefined ? {} : { setup }),
    ...(teardown === undefined ? {} : { teardown }),
    timeoutMs: setupMs,
    env: allowedEnvironment(env),
  };
}

const GRACE_MS = 5_000;
const LOG_BYTES = 1024 * 1024;
const TAIL = { bytes: 2_000, lines: 20 };

/** The lockfiles' hash that the slot's ignored folders were made for; null when the set-up was never finished. */
export function readSetup(place: SlotPlace): { readonly key: string } | null {
  return readJson(place.setupFile, (value) =>
    isRecord(value) && typeof value['key'] === 'string' ? { key: value['key'] } : null,
  );
}

/** Ends a hook that a process of ours started before it died, so that nothing works in the slot any more. */
export async function endOldHooks(place: SlotPlace, hooks: SlotHooks): Promise<void> {
  for (const name of ['setup', 'teardown'] as const) {
    const folder = hookFolder(place, name);
    if (!existsSync(folder)) continue;
    // Takes up what runs there. Where nothing does, it starts a program that does nothing.
    const job = await startJob(
      hookJob(['true'], { folder, cwd: place.data, env: hooks.env, timeoutMs: hooks.timeoutMs }),
    );
    job.stop();
    await job.end;
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface SetUpRequest {
  readonly lockfiles: string;
  /** Ends the command. */
  readonly signal?: AbortSignal | undefined;
  readonly sandbox: Sandbox | null;
}

interface SetUpDone {
  readonly ran: boolean;
}

/** Runs the set-up unless it was done for these lockfiles already. The error is for people, with the end of its output. */
export async function setUp(
  place: SlotPlace,
  slot: Slot,
  hooks: SlotHooks,
  { lockfiles, signal, sandbox }: SetUpRequest,
): Promise<Result<SetUpDone, string>> {
  const key = createHash('sha256')
    .update(`${hooks.setup ?? ''}\0${lockfiles}`)
    .digest('hex');
  if (readSetup(place)?.key === key) return ok({ ran: false });
  if (signal?.aborted === true) return err('the setup command was called off');
  if (hooks.setup !== undefined) {
    const done = await runHook('setup', hooks.setup, { place, slot, hooks, signal, sandbox });
    if (!done.ok) return done;
  }
  writeWhole(place.setupFile, JSON.stringify({ key }));
  return ok({ ran: hooks.setup !== undefined });
}

/** Runs the teardown if the set-up was done. A failure of it changes nothing: the slot is cleaned anyway. */
export async function tearDown(place: SlotPlace, slot: Slot, { hooks, sandbox }: TearDown): Promise<void> {
  if (hooks.teardown === undefined || readSetup(place) === null) return;
  if (isConfinementLost(place)) return;
  rmSync(place.setupFile, { force: true });
  await runHook('teardown', hooks.teardown, { place, slot, hooks, sandbox });
}

interface TearDown {
  readonly hooks: SlotHooks;
  readonly sandbox: Sandbox | null;
}

interface HookContext extends TearDown {
  readonly place: SlotPlace;
  readonly slot: Slot;
  /** Ends the command. */
  readonly signal?: AbortSignal | undefined;
}

async function runHook(
  name: 'setup' | 'teardown',
  command: string,
  { place, slot, hooks, signal, sandbox }: HookContext,
): Promise<Result<void, string>> {
  const folder = hookFolder(place, name);
  rmSync(folder, { recursive: true, force: true });
  const env = { ...hooks.env, ...slot.environment };
  const redactor = new Redactor([...secretsOf(env), ...envFileSecrets(slot.path)]);
  const job = await startJob({
    ...hookJob(['sh', '-c', command], { folder, cwd: slot.path, env, timeoutMs: hooks.timeoutMs }),
    ...confinedJob(place, sandbox, folder),
  });
  const stop = (): void => job.stop();
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  const end = await job.end;
  signal?.removeEventListener('abort', stop);
  const said = await tailOf([job.stdoutPath, job.stderrPath], redactor);
  rmSync(folder, { recursive: true, force: true });
  if (end.is === 'exited' && end.code === 0) return ok(undefined);
  return err(`the ${name} command ${describeEnd(end, hooks.timeoutMs)}${said === '' ? '' : `:\n${said}`}`);
}

/** The commands run code of the branch. Without a sandbox no slot is made that asks for one. */
function confinedJob(
  place: SlotPlace,
  sandbox: Sandbox | null,
  folder: string,
): Pick<JobSpec, 'confine' | 'limits' | 'scratch'> {
  const confinement = readConfinement(place);
  if (confinement === null || sandbox === null) return {};
  const { scratch } = place;
  const bounds = { ...confinement, scratch, workplace: place.path };
  return {
    scratch,
    confine: (launch) => sandbox.confine(launch, bounds),
    limits: () => sandbox.watch(folder, bounds),
  };
}

function hookFolder(place: SlotPlace, name: 'setup' | 'teardown'): string {
  return join(place.data, `${name}-job`);
}

function hookJob(
  argv: readonly string[],
  at: Pick<JobSpec, 'folder' | 'cwd' | 'env'> & { readonly timeoutMs: number },
): JobSpec {
  const { timeoutMs, ...rest } = at;
  return { ...rest, argv, hardMs: timeoutMs, graceMs: GRACE_MS, logBytes: LOG_BYTES };
}

async function tailOf(files: readonly string[], redactor: Redactor): Promise<string> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return lastPart(printable(redactor.text(texts.join('\n'))), TAIL);
}

function describeEnd(end: JobEnd, timeoutMs: number): string {
  const excess = 'excess' in end ? end.excess : undefined;
  if (excess !== undefined) return `ran into a limit: ${excess.detail}`;
  switch (end.is) {
    case 'exited':
      return end.code === null ? `was ended by ${end.signal ?? 'a signal'}` : `exited with ${end.code}`;
    case 'hard-timeout':
      return `was stopped after ${Math.round(timeoutMs / 1000)} s`;
    case 'stopped':
      return 'was stopped';
    case 'lost':
      return 'was lost with the process that watched it';
    case 'not-started':
      return `could not be started: ${end.detail}`;
    default:
      return unreachable(end);
  }
}
