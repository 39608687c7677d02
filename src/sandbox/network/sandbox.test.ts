import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { startJob } from '../../process/job.ts';
import { jobBench, numberIn, until } from '../../testing/jobs.ts';
import { type ConfinedCall, confined, noSandbox, type Ran, ran, start } from '../../testing/network-bench.ts';
import { readRefusals } from './refusals.ts';

const skip = noSandbox();
const isRoot = process.getuid?.() === 0;
const bench = jobBench();
chmodSync(bench.root, 0o777);
const servers: Server[] = [];
afterEach(() => bench.assertNoneLeft());
after(() => {
  for (const server of servers) server.close();
  bench.dispose();
});

/** On all addresses of the machine. */
async function portOf(server: Server): Promise<number> {
  servers.push(server.listen(0, '0.0.0.0'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const sitePort = await portOf(createHttpServer((request, response) => response.end(`site ${request.url}`)));
const otherPort = await portOf(createHttpServer((_request, response) => response.end('other')));
/** Answers when the other side has said everything. */
const echo = createServer({ allowHalfOpen: true }, (socket) => {
  const parts: string[] = [];
  socket.on('data', (part) => parts.push(part.toString()));
  socket.on('end', () => socket.end(`echo ${parts.join('')}`));
});
const echoPort = await portOf(echo);

/** Names lead to this machine, so its address is listed too; it is one that no test of a direct way uses. */
const NAMES = {
  'site.example': ['127.0.0.9'],
  'other.example': ['127.0.0.9'],
  'inner.example': ['127.0.0.8'],
};
const HOSTS = [
  `site.example:${sitePort}`,
  `127.0.0.9:${sitePort}`,
  `inner.example:${otherPort}`,
  `127.0.0.1:${echoPort}`,
];

let calls = 0;
function call(change: Partial<ConfinedCall> = {}): ConfinedCall {
  calls += 1;
  return { hosts: HOSTS, refusals: join(bench.root, `refusals-${calls}`), names: NAMES, ...change };
}

const ENV = { ...bench.script('').env, LANG: 'C.UTF-8' };

function run(given: ConfinedCall, program: readonly string[], stdin = ''): Promise<Ran> {
  return ran(start(confined(given, program), ENV), stdin);
}

const shell = (text: string, ...args: string[]): string[] => ['/bin/sh', '-c', text, 'sh', ...args];
const node = (text: string, ...args: string[]): string[] => [
  process.execPath,
  '--input-type=module',
  '-e',
  text,
  ...args,
];

describe('inside a sandbox with a list of hosts', { skip }, () => {
  test('listed hosts are reached through the proxy, by tunnel and without', async () => {
    const url = `http://site.example:${sitePort}/a`;
    const { stdout, stderr, code } = await run(call(), shell('curl -sSf "$1" && curl -sSfp "$1"', url));
    assert.deepEqual([stdout, stderr, code], ['site /asite /a', '', 0]);
  });

  test('other hosts are refused, and recorded', async () => {
    const given = call();
    const urls = [
      `http://other.example:${otherPort}/`,
      'https://evil.example/',
      `http://inner.example:${otherPort}/`,
    ];
    const { stdout } = await run(given, shell('curl -sS "$1"; curl -sS "$2"; curl -sS "$3"', ...urls));
    assert.match(
      stdout,
      /other\.example:\d+ is not among the hosts[\s\S]*inner\.example leads to 127\.0\.0\.8/,
    );
    assert.deepEqual(readRefusals(given.refusals), [
      { target: `other.example:${otherPort}`, why: 'not-listed' },
      { target: 'evil.example:443', why: 'not-listed' },
      { target: `inner.example:${otherPort}`, why: 'not-public' },
    ]);
  });

  test('there is no other way out', async () => {
    const own = Object.values(networkInterfaces()).flatMap((device) => device ?? []);
    const addresses = [
      '127.0.0.1',
      '127.0.0.9',
      '169.254.169.254',
      '8.8.8.8',
      ...own.map(({ address }) => address),
    ];
    const script = `
      import { connect } from 'node:net';
      import { createSocket } from 'node:dgram';
      import { lookup, Resolver } from 'node:dns/promises';
      const tries = process.argv.slice(1).map((host) => new Promise((resolve) => {
        const socket = connect({ host, port: ${otherPort}, timeout: 5000 });
        socket.on('connect', () => resolve('reached ' + host));
        socket.on('error', (error) => resolve(error.code));
        socket.on('timeout', () => resolve('silence from ' + host));
      }));
      const dns = new Resolver({ timeout: 1000, tries: 1 });
      dns.setServers(['8.8.8.8']);
      tries.push(lookup('site.example').then(() => 'looked up', () => 'no name'));
      tries.push(dns.resolve4('site.example').then(() => 'resolved', () => 'no name'));
      tries.push(new Promise((resolve) => createSocket('udp4').send('x', 53, '8.8.8.8', (error) => resolve(error?.code ?? 'sent'))));
      console.log((await Promise.all(tries)).join('\\n'));
      process.exit();`;
    const { stdout } = await run(call(), node(script, ...addresses));
    const said = stdout.trim().split('\n');
    assert.equal(said.length, addresses.length + 3);
    for (const [index, line] of said.entries())
      assert.match(
        line,
        /^(?:ECONNREFUSED|ENETUNREACH|EADDRNOTAVAIL|EINVAL|EHOSTUNREACH|no name)$/,
        `${line} ${addresses[index]}`,
      );
  });

  test('nor by the network’s sockets in memory, which are no files', async () => {
    const name = `\0cox-test-${process.pid}`;
    const server = createServer((socket) => socket.end('reached'));
    servers.push(server.listen(name));
    await once(server, 'listening');
    const script = `import { connect } from 'node:net';
      connect('\\0' + process.argv[1]).on('error', (e) => console.log(e.code)).on('data', (d) => console.log(String(d)));`;
    const said = await run(call(), node(script, name.slice(1)));
    assert.equal(said.stdout, 'ECONNREFUSED\n');
  });

  test('a listed service of this machine is found at its own port, whatever it speaks', async () => {
    const script = `
      import { connect } from 'node:net';
      import { text } from 'node:stream/consumers';
      const socket = connect({ port: ${echoPort}, host: '127.0.0.1', allowHalfOpen: true });
      socket.end('hello'.repeat(100000));
      const said = await text(socket);
      console.log(said.slice(0, 10), said.length);`;
    const said = await run(call(), node(script));
    assert.deepEqual([said.stdout, said.stderr], ['echo hello 500005\n', '']);
  });

  test('a server of its own is reached without the proxy', async () => {
    const script = `
      import { createServer } from 'node:http';
      const server = createServer((_, response) => response.end('mine')).listen(0, '127.0.0.1', async () => {
        console.log(await (await fetch('http://localhost:' + server.address().port)).text());
        process.exit();
      });`;
    const said = await run(call(), node(script));
    assert.deepEqual([said.stdout, said.stderr], ['mine\n', '']);
  });

  test('the user’s own proxy is used, and cannot be seen', async () => {
    const asked: string[] = [];
    const upstream = createHttpServer((request, response) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
      response.end('upstream');
    });
    const env = { ...ENV, http_proxy: `me:secret@127.0.0.1:${await portOf(upstream)}` };
    const { names: _, ...given } = call({ hosts: ['nobody.invalid'] });
    const script = shell('curl -sS http://nobody.invalid/; env; cat /proc/[0-9]*/environ | tr "\\0" "\\n"');
    const said = await ran(start(confined(given, script), env));
    assert.match(said.stdout, /^upstream/);
    assert.deepEqual(asked, [`http://nobody.invalid:80/ Basic ${btoa('me:secret')}`]);
    assert.doesNotMatch(said.stdout, /secret/);
  });
});

describe('to its parent the sandbox is the program', { skip }, () => {
  test('in its streams and its exit status', async () => {
    const said = await run(call(), shell('cat; echo wrong >&2; exit 7'), 'given');
    assert.deepEqual(said, { code: 7, signal: null, stdout: 'given', stderr: 'wrong\n' });
  });

  test('and nothing of how it was entered is left in it', async () => {
    const script = 'env | grep -ci -e channel -e listeners; [ -e /proc/$$/fd/3 ]; echo $?; echo /proc/[0-9]*';
    const said = await run(call(), shell(script));
    // The channel is closed; and there is only bubblewrap's first process, and the shell.
    assert.match(said.stdout, /^0\n1\n\S+ \S+\n$/);
  });

  test('its own options for Node.js reach it, and nobody outside', async () => {
    const file = join(bench.root, 'required.cjs');
    writeFileSync(file, 'require("fs").writeSync(1, process.argv[1] + "\\n")');
    const env = { ...ENV, NODE_OPTIONS: `--require ${file}` };
    const argv = confined(call({ shown: [bench.root] }), [process.execPath, '-p', '1', 'program']);
    const said = await ran(start(argv, env));
    assert.deepEqual([said.stdout, said.stderr], ['program\n1\n', '']);
  });

  test('a program that does not exist is said', async () => {
    const said = await run(call(), ['/nowhere/program']);
    assert.equal(said.code, 127);
    assert.match(said.stderr, /\/nowhere\/program/);
    const none = await ran(start(confined(call(), [], '/nowhere/bwrap'), ENV));
    assert.equal(none.code, 127);
    assert.match(none.stderr, /^cox: \/nowhere\/bwrap was not found/);
  });

  test('a signal to it ends everything, and is its end', async () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      const mark = join(bench.root, `begun-${signal}`);
      const child = start(
        confined(call({ shown: [bench.root] }), shell(': >"$1"; exec sleep 600', mark)),
        ENV,
      );
      assert.ok(await until(() => existsSync(mark)));
      child.kill(signal);
      const { code, signal: ended } = await ran(child);
      assert.deepEqual([code, ended], [null, signal]);
      await bench.assertNoneLeft();
    }
  });

  test('when it is killed, everything ends', async () => {
    const mark = join(bench.root, 'begun-kill');
    const script = shell('setsid sleep 600 & : >"$1"; exec sleep 600', mark);
    const child = start(confined(call({ shown: [bench.root] }), script), ENV);
    assert.ok(await until(() => existsSync(mark)));
    assert.ok(await until(() => bench.living().length >= 4));
    child.kill('SIGKILL');
    await bench.assertNoneLeft();
  });

  test('when its parent is gone, everything ends', async () => {
    const file = join(bench.root, 'keeper');
    const argv = confined(call({ shown: [bench.root] }), shell(': >"$1"; exec sleep 600', `${file}-begun`));
    const parent = start(
      ['/bin/sh', '-c', 'f=$1; shift; "$@" & echo $! >"$f"; wait', 'sh', file, ...argv],
      ENV,
    );
    await numberIn(file);
    assert.ok(await until(() => existsSync(`${file}-begun`)));
    parent.kill('SIGKILL');
    await bench.assertNoneLeft();
  });

  test('a job in it is stopped whole', async () => {
    const mark = join(bench.root, 'begun-job');
    const argv = confined(
      call({ shown: [bench.root] }),
      shell('setsid sleep 600 & : >"$1"; exec sleep 600', mark),
    );
    const job = await startJob({ ...bench.script(''), argv });
    assert.ok(await until(() => existsSync(mark)));
    job.stop();
    assert.deepEqual(await job.end, { is: 'stopped', truncated: false });
  });
});

const asUser = skip || (isRoot ? false : 'needs root to become somebody else');
test('all of it works for a user without rights over the machine', { skip: asUser }, async (context) => {
  // The project may lie where only root may look.
  const seen = spawnSync('setpriv', [
    '--reuid=65534',
    '--regid=65534',
    '--clear-groups',
    'ls',
    dirname(process.execPath),
  ]);
  if (seen.status !== 0) return context.skip(`no other user may run ${process.execPath}`);
  const given = call();
  const url = `http://site.example:${sitePort}/user`;
  const program = shell(
    'id -u; curl -sSf "$1"; curl -sS http://evil.example/; curl -sS -m 5 "$2"',
    url,
    `http://127.0.0.1:${otherPort}`,
  );
  const argv = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...confined(given, program)];
  const said = await ran(start(argv, ENV));
  assert.match(said.stdout, /^65534\nsite \/usercox: evil\.example:80 is not among/);
  assert.match(said.stderr, /127\.0\.0\.1/);
  assert.deepEqual(readRefusals(given.refusals), [{ target: 'evil.example:80', why: 'not-listed' }]);
});
