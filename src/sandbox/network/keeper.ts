/**
 * Stands between whoever starts a sandbox and bubblewrap, for as long as it runs: serves the listeners that the
 * sandbox hands out, and is to its parent as the program itself.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { type HostRule, parseHostList } from '../../core/host-list.ts';
import { spawnErrorDetail } from '../../process/spawn-error.ts';
import { proxiedEnvironment } from './environment.ts';
import type { Resolve } from './gate.ts';
import { type Listener, listenersFor } from './listeners.ts';
import { RefusalLog } from './refusal-log.ts';

export interface KeeperSettings {
  readonly hosts: readonly string[];
  /** Absolute; the file for RefusalLog. */
  readonly refusals: string;
}

export interface KeeperCall {
  readonly settings: KeeperSettings;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly resolve: Resolve;
}

type End =
  | { readonly is: 'exited'; readonly code: number }
  | { readonly is: 'killed'; readonly signal: NodeJS.Signals }
  /** Nothing was run. For people. */
  | { readonly is: 'failed'; readonly detail: string };

const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** As a shell has it. */
const NOT_STARTED = 127;
const SIGNALLED = 128;
const PARENT_LOOK_MS = 500;
/** At once, for each listener. */
const MOST_CONNECTIONS = 512;

/** Gives the exit status to end with; or ends this process as the program was ended, by its signal. */
export async function keep(call: KeeperCall): Promise<number> {
  const end = await run(call);
  switch (end.is) {
    case 'exited':
      return end.code;
    case 'killed':
      process.removeAllListeners(end.signal);
      process.kill(process.pid, end.signal);
      return SIGNALLED;
    case 'failed':
      process.stderr.write(`cox: ${end.detail}\n`);
      return NOT_STARTED;
  }
}

async function run(call: KeeperCall): Promise<End> {
  const { settings, argv, env, cwd } = call;
  const [program = '', ...args] = argv;
  const rules = parseHostList(settings.hosts);
  if (!rules.ok) return { is: 'failed', detail: rules.error.join('; ') };
  const listeners = listenersFor(rules.value);
  const child = spawn(program, args, {
    cwd,
    env: proxiedEnvironment(env, listeners[0].port),
    // Node.js hands listeners over by a channel between processes: descriptor 3 of the child.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const end = endOf(child, (error) => spawnErrorDetail(error, program, cwd));
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  endWithParent(child);
  const proxy = loadProxy(call, rules.value);
  takeListeners(child, listeners, proxy);
  // Without a proxy the sandbox is of no use, and ends with the error.
  const [ended] = await Promise.all([end, proxy]);
  return ended;
}

function endOf(child: ChildProcess, describe: (error: unknown) => string): Promise<End> {
  const { promise, resolve } = Promise.withResolvers<End>();
  child.on('error', (error) => {
    if (child.pid === undefined) resolve({ is: 'failed', detail: describe(error) });
  });
  child.on('exit', (code, signal) =>
    resolve(signal === null ? { is: 'exited', code: code ?? 1 } : { is: 'killed', signal }),
  );
  return promise;
}

/** Whoever is told of the end must live to hear it; a sandbox that nobody watches must not go on. */
function endWithParent(child: ChildProcess): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGKILL');
  }, PARENT_LOOK_MS).unref();
}

/** From the sandbox, as soon as they come; the proxy is loaded while the sandbox is being made. */
function takeListeners(child: ChildProcess, listeners: readonly Listener[], proxy: Promise<Server>): void {
  child.on('message', (message, handle) => {
    const index = indexIn(message);
    const listener = listeners[index ?? -1];
    // After that, nobody in the sandbox can say anything here.
    if (index === null) child.disconnect();
    if (handle === undefined || listener === undefined) return;
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => socket.destroy());
      if (index === 0)
        proxy.then(
          (loaded) => loaded.emit('connection', socket),
          () => socket.destroy(),
        );
      else connectService(socket, listener);
    });
    server.maxConnections = MOST_CONNECTIONS;
    server.listen(handle);
  });
}

/** Which listener a message is about; null when all have been handed over. */
function indexIn(message: unknown): number | null {
  const index = typeof message === 'object' && message !== null && 'index' in message ? message.index : null;
  return typeof index === 'number' ? index : null;
}

async function loadProxy({ settings, resolve }: KeeperCall, rules: readonly HostRule[]): Promise<Server> {
  const [{ createProxy }, { getProxyForUrl }] = await Promise.all([
    import('./proxy.ts'),
    import('proxy-from-env'),
  ]);
  const log = new RefusalLog(settings.refusals);
  return createProxy({
    rules,
    resolve,
    upstream: getProxyForUrl,
    onRefused: (refusal) => log.add(refusal),
  });
}

/** The service of the machine that listens where the sandbox was asked. */
function connectService(socket: Socket, { address, port }: Listener): void {
  const service = connect({ host: address, port, allowHalfOpen: true });
  pipeline(socket, service, socket, () => {
    service.destroy();
    socket.destroy();
  });
}
