import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { listenedPorts } from './listened-ports.ts';

test('ports that somebody listens on are found, on either loopback, and no others', async (t) => {
  const first = await listen(t, '127.0.0.1');
  const second = await listen(t, '127.0.0.1');
  const ports = [first.port, second.port];
  assert.deepEqual(await listenedPorts(ports), ports);
  await new Promise((resolve) => second.server.close(resolve));
  assert.deepEqual(await listenedPorts(ports), [first.port]);
  assert.deepEqual(await listenedPorts([]), []);
});

test('a port that answers at once is found by a process that was too busy to hear it', async (t) => {
  const { port } = await listen(t, '127.0.0.1');
  const asked = listenedPorts([port]);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  assert.deepEqual(await asked, [port]);
});

async function listen(t: TestContext, host: string): Promise<{ server: Server; port: number }> {
  const server = createServer();
  t.after(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return { server, port: address.port };
}
