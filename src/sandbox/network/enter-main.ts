/**
 * Runs inside the sandbox, before its program: opens listeners on the sandbox's own loopback device and hands them to
 * the keeper outside, over the channel that Node.js has for it. `enter-main.ts <listeners as JSON>`.
 */

// It imports nothing of the project, so that the sandbox has to show this one file.
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { Listener } from './listeners.ts';

const listeners: readonly Listener[] = JSON.parse(process.argv[2] ?? '[]');

for (const [index, { address, port }] of listeners.entries()) {
  const server = createServer();
  try {
    server.listen(port, address);
    await once(server, 'listening');
    await send({ index }, server);
  } catch (error) {
    // Where the kernel has no IPv6, nobody asks for it.
    if (!address.includes(':')) throw error;
  }
}
await send({ index: null });
process.exit();

function send(message: { readonly index: number | null }, server?: Server): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (process.send === undefined) throw new Error('nobody is there to take the listeners');
  process.send(message, server, {}, (error) => (error === null ? resolve() : reject(error)));
  return promise;
}
