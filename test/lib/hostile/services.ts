/** What listens and runs on the host beside a hostile run. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';

export interface HostServices {
  /** What the agents are told of them. */
  readonly env: Readonly<Record<string, string>>;
  /** The words that start a program as a user would who keeps a key in the kernel. */
  withKey(program: string): readonly string[];
  /** Whether somebody ended the process that runs beside the run. */
  victimEnded(): boolean;
  stop(): void;
}

/** Joins a keyring of its own, puts a key there and in the user's, and becomes the program. */
const KEYRING = `import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
join, add = {"aarch64": (219, 217)}.get(os.uname().machine, (250, 248))
libc.syscall(join, 1, b"cox-hostile-test")
libc.syscall(add, b"user", b"cox-hostile-test", b"key-secret", 10, -3)
os.execv(sys.argv[1], sys.argv[1:])`;

export async function startServices(root: string, prefix: readonly string[]): Promise<HostServices> {
  const socket = join(root, 'agent.sock');
  const abstract = `cox-hostile-${process.pid}-${Date.now()}`;
  const servers = await Promise.all([
    listen({ path: socket }),
    listen({ path: `\0${abstract}` }),
    listen({ port: 0, host: '127.0.0.1' }),
  ]);
  chmodSync(socket, 0o777);
  const address = servers[2].address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const [program = '', ...args] = [...prefix, 'sleep', '600'];
  const victim = spawn(program, args, { stdio: 'ignore' });
  await once(victim, 'spawn');
  // By then it has become the program and the user that it is to be.
  await scheduler.wait(200);
  const segment = makeSegment(prefix);
  return {
    env: {
      SSH_AUTH_SOCK: socket,
      DISPLAY: ':0',
      DBUS_SESSION_BUS_ADDRESS: `unix:path=${socket}`,
      HOSTILE_ABSTRACT: abstract,
      HOSTILE_PORT: String(port),
      HOSTILE_VICTIM: String(victim.pid),
      HOSTILE_PIDS: readlinkSync('/proc/self/ns/pid'),
      HOSTILE_SEGMENT: segment ?? 'none',
    },
    withKey: (name) => ['python3', '-c', KEYRING, name],
    victimEnded: () => hasEnded(victim),
    stop() {
      victim.kill('SIGKILL');
      for (const server of servers) server.close();
      if (segment !== null) execFileSync('ipcrm', ['-m', segment]);
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function listen(
  at: { readonly path: string } | { readonly port: number; readonly host: string },
): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  server.listen(at);
  await once(server, 'listening');
  return server;
}

/** The number of a piece of shared memory; null where there is no program to make one. */
function makeSegment(prefix: readonly string[]): string | null {
  try {
    const [program = '', ...args] = [...prefix, 'ipcmk', '-M', '4096'];
    return /\d+/.exec(execFileSync(program, args, { encoding: 'utf8' }))?.[0] ?? null;
  } catch {
    return null;
  }
}
