/** The client's side of the protocol, for one prompt: start or take up a session, answer what is asked, tell what happens. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { relative } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { client, methods, ndJsonStream, RequestError } from '@agentclientprotocol/sdk';
import type { BridgeRequest } from '../bridges/bridge-program.ts';
import { StepFailure, WorktreeFiles } from '../bridges/worktree-files.ts';
import type { AgentEvent } from '../driver.ts';
import { eventLine } from '../lines/event-line.ts';
import { openSession } from './open-session.ts';
import { answerPermission } from './permission.ts';
import { turnFailure } from './session-failure.ts';
import type { BridgeSettings } from './settings.ts';
import { errorEvents, stopProblem, Updates } from './updates.ts';
import { usageEvents } from './usage.ts';

type Request = BridgeRequest<BridgeSettings>;

/** For an agent whose input has ended: before it is asked to go, for some never do, and before it is ended. */
const POLITE_MS = 500;
const GRACE_MS = 2_000;
/** For one that was told to cancel, to say how its turn ended. Less than runs usually give an agent to end, with the above. */
const CANCEL_MS = 5_000;
/** Tells src/process/tree.sh that we tell it to end, so that it lives to answer. */
const STOPPED_BY_US = { COX_STOPPED_BY: 'parent' };

/** Gives the exit status: 0 when the turn came to its end. */
export async function runBridge(request: Request): Promise<number> {
  const emit = (event: AgentEvent): void => request.print(eventLine(event));
  const [program = '', ...args] = request.settings.command;
  const agent = spawn(program, args, {
    cwd: request.worktree,
    env: { ...request.env, ...STOPPED_BY_US },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = goneOf(agent);
  try {
    const turn = converse(agent, request, emit).catch((error: unknown) => insteadOf(error, gone));
    const isWell = await Promise.race([turn, gone, silenceOf(request, emit)]);
    return isWell ? 0 : 1;
  } catch (error) {
    for (const event of errorEvents(error)) emit(event);
    return 1;
  } finally {
    await end(agent);
  }
}

/**
 * Rejects when the agent could not be started, or is gone before its turn has ended. What it said last may still be on
 * its way to us then.
 */
async function goneOf(agent: ChildProcess): Promise<never> {
  const [code, signal] = await once(agent, 'exit');
  await sleep(GRACE_MS);
  throw new Error(`the agent ended with ${code ?? signal} in the middle of its turn`);
}

/** False when it was told to cancel, and says nothing for too long. */
async function silenceOf({ cancel }: Request, emit: (event: AgentEvent) => void): Promise<boolean> {
  if (!cancel.signal.aborted) await once(cancel.signal, 'abort');
  await sleep(CANCEL_MS);
  emit({ type: 'verdict', problem: { kind: 'other', detail: 'it was cancelled, and did not say so' } });
  return false;
}

/** That nothing more is heard of it says less than how it went. */
async function insteadOf(error: unknown, gone: Promise<never>): Promise<never> {
  if (!(error instanceof RequestError)) await Promise.race([gone, sleep(2 * GRACE_MS)]);
  throw error;
}

/** True when the turn came to a good end. */
async function converse(
  { stdin, stdout }: ReturnType<typeof spawn>,
  request: Request,
  emit: (event: AgentEvent) => void,
): Promise<boolean> {
  if (stdin === null || stdout === null) throw new Error('the agent has no input or output');
  const { settings, worktree } = request;
  const updates = new Updates(emit);
  const files = new WorktreeFiles(worktree);
  // What a session that is taken up says again was said before.
  let isLive = false;
  const inside = (path: string): string => relative(worktree, path);
  const app = client({ name: 'coxswain' })
    .onNotification(methods.client.session.update, ({ params }) => {
      if (isLive) updates.take(params.update);
    })
    .onRequest(methods.client.session.requestPermission, ({ params }) => answerPermission(settings, params))
    .onRequest(methods.client.fs.readTextFile, ({ params }) => {
      if (settings.permissions === 'none' || settings.withheld.includes('read'))
        throw RequestError.invalidParams(undefined, 'nothing may be read');
      const text = guarded(() => files.read(inside(params.path)));
      if (text === null) throw RequestError.resourceNotFound(params.path);
      return { content: linesOf(text, params) };
    })
    .onRequest(methods.client.fs.writeTextFile, ({ params }) => {
      if (settings.permissions === 'none' || settings.withheld.includes('edit'))
        throw RequestError.invalidParams(undefined, 'nothing may be written');
      guarded(() => files.write(inside(params.path), params.content));
      return {};
    });
  const stream = ndJsonStream(Writable.toWeb(stdin), toBytes(Readable.toWeb(stdout)));
  return app.connectWith(stream, async (context) => {
    const opened = await openSession(context, request);
    if (!opened.ok) {
      emit({ type: 'verdict', problem: opened.error });
      return false;
    }
    const { id: session, mayGoOn } = opened.value;
    if (mayGoOn) emit({ type: 'session', session });
    isLive = true;
    const cancelled = request.cancel.signal;
    if (cancelled.aborted) {
      emit({ type: 'verdict', problem: stopProblem('cancelled') });
      return false;
    }
    const cancel = (): void => {
      updates.flush();
      // It may be gone by then.
      context.notify(methods.agent.session.cancel, { sessionId: session }).catch(() => undefined);
    };
    cancelled.addEventListener('abort', cancel, { once: true });
    const answer = await context
      .request(methods.agent.session.prompt, {
        sessionId: session,
        prompt: [{ type: 'text', text: request.prompt }],
      })
      // What it said last may be all that tells why it ends so.
      .finally(() => updates.flush());
    for (const event of usageEvents(answer)) emit(event);
    const failure = turnFailure(answer, Date.now());
    for (const event of failure ?? []) emit(event);
    if (failure !== null) return false;
    const problem = stopProblem(answer.stopReason);
    emit({ type: 'verdict', problem });
    return problem === null;
  });
}

/** The protocol counts lines from 1. */
function linesOf(text: string, { line, limit }: { line?: number | null; limit?: number | null }): string {
  if ((line ?? null) === null && (limit ?? null) === null) return text;
  const from = Math.max(0, (line ?? 1) - 1);
  return text
    .split('\n')
    .slice(from, limit === null || limit === undefined ? undefined : from + limit)
    .join('\n');
}

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof StepFailure) throw RequestError.invalidParams(undefined, error.message);
    throw error;
  }
}

async function end(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null || agent.signalCode !== null || agent.pid === undefined) return;
  const ended = once(agent, 'exit');
  agent.stdin?.end();
  const timers = [
    setTimeout(() => agent.kill('SIGTERM'), POLITE_MS),
    setTimeout(() => agent.kill('SIGKILL'), GRACE_MS),
  ];
  await ended;
  for (const timer of timers) clearTimeout(timer);
}

function toBytes(stream: ReadableStream<unknown>): ReadableStream<Uint8Array> {
  return stream as ReadableStream<Uint8Array>;
}
