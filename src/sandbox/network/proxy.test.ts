import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, beforeEach, describe, test } from 'node:test';

import { parseHostList } from '../../core/host-list.ts';
import { createProxy } from './proxy.ts';
import type { Refusal } from './refusals.ts';

interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});

async function portOf(server: Server): Promise<number> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const seen: Seen[] = [];
const site: HttpServer = createServer(async (request, response) => {
  seen.push({
    line: `${request.method} ${request.url}`,
    headers: request.headers,
    body: await text(request),
  });
  response.end('from the site');
});
const sitePort = await portOf(site);

/** Answers CONNECT for whatever name with the site, as a proxy of a company would. */
const asked: string[] = [];
const upstream = createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`);
  response.end('from upstream');
});
upstream.on('connect', (request: IncomingMessage, socket) => {
  asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? '-'}`);
  socket.write('HTTP/1.1 200 OK\r\n\r\n');
  const target = connect(sitePort, '127.0.0.1');
  target.pipe(socket).pipe(target);
});
const upstreamPort = await portOf(upstream);
const UPSTREAM = `http://me:secret@127.0.0.1:${upstreamPort}`;

const refused: Refusal[] = [];
const lookups: string[] = [];
beforeEach(() => {
  for (const list of [seen, asked, refused, lookups]) list.length = 0;
});

const NAMES: Readonly<Record<string, string>> = { 'site.example': '127.0.0.1', 'inner.example': '10.0.0.1' };

/** A proxy of its own, by its port. The site's address is listed, else its name would lead to a forbidden place. */
async function proxy(hosts: readonly string[], upstreamUrl = ''): Promise<number> {
  const rules = parseHostList([...hosts, `127.0.0.1:${sitePort}`]);
  assert.ok(rules.ok);
  const server = createProxy({
    rules: rules.value,
    resolve: async (name) => {
      lookups.push(name);
      if (name === 'silent.example') return new Promise(() => undefined);
      const address = NAMES[name];
      if (address === undefined) throw new Error('ENOTFOUND');
      return [address];
    },
    upstream: () => upstreamUrl,
    onRefused: (refusal) => refused.push(refusal),
  });
  return portOf(server);
}

/** Everything that comes back for these bytes. */
async function say(port: number, bytes: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  socket.setTimeout(60_000, () => socket.destroy());
  socket.write(bytes);
  return text(socket);
}

const HERE = `site.example:${sitePort}`;
const get = (url: string, host: string, more = ''): string =>
  `GET ${url} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`;
const through = (authority: string): string =>
  `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n${get('/in', 'site.example')}`;

describe('a listed host is reached', () => {
  test('by a plain request, whose password for the proxy stays here', async () => {
    const port = await proxy([HERE]);
    const answer = await say(port, get(`http://${HERE}/a?b=c`, HERE, 'Proxy-Authorization: Basic eDp5\r\n'));
    assert.match(answer, /^HTTP\/1\.1 200 OK[\s\S]*from the site/);
    assert.equal(seen[0]?.line, 'GET /a?b=c');
    assert.equal(seen[0]?.headers.host, HERE);
    assert.equal(seen[0]?.headers['proxy-authorization'], undefined);
  });

  test('with a body of a length that is known or not', async () => {
    const port = await proxy([HERE]);
    const head = `POST http://${HERE}/ HTTP/1.1\r\nHost: ${HERE}\r\nConnection: close\r\n`;
    assert.match(await say(port, `${head}Content-Length: 5\r\n\r\nhello`), /200 OK/);
    assert.match(
      await say(port, `${head}Transfer-Encoding: chunked\r\n\r\n5\r\nworld\r\n0\r\n\r\n`),
      /200 OK/,
    );
    assert.deepEqual(
      seen.map(({ body }) => body),
      ['hello', 'world'],
    );
  });

  test('through a tunnel', async () => {
    const answer = await say(await proxy([HERE]), through(HERE));
    assert.match(
      answer,
      /^HTTP\/1\.1 200 Connection Established[\s\S]*HTTP\/1\.1 200 OK[\s\S]*from the site/,
    );
    assert.equal(seen[0]?.line, 'GET /in');
  });

  test('in whatever spelling, and the name is asked for once', async () => {
    const port = await proxy([HERE]);
    assert.match(await say(port, through(`SITE.Example.:${sitePort}`)), /from the site/);
    assert.match(await say(port, get(`http://SITE.Example.:${sitePort}/`, HERE)), /from the site/);
    assert.deepEqual(lookups, ['site.example', 'site.example']);
  });

  test('by an address in whatever spelling, when that address is listed', async () => {
    const port = await proxy([]);
    for (const address of ['127.0.0.1', '2130706433', '0x7f.1', '0177.0.0.1', '[::ffff:127.0.0.1]']) {
      assert.match(await say(port, through(`${address}:${sitePort}`)), /from the site/, address);
      assert.match(
        await say(port, get(`http://${address}:${sitePort}/`, `${address}:${sitePort}`)),
        /from the site/,
        address,
      );
    }
  });
});

describe('anything else is refused with 403 and recorded', () => {
  test('a host that is not listed, with the way to allow it', async () => {
    const port = await proxy([HERE]);
    const plain = await say(port, get('http://evil.example/', 'evil.example'));
    assert.match(
      plain,
      /^HTTP\/1\.1 403 [\s\S]*evil\.example:80 is not among the hosts[\s\S]*add evil\.example:80 to the list/,
    );
    assert.match(await say(port, through('evil.example:443')), /^HTTP\/1\.1 403 [\s\S]*evil\.example:443/);
    assert.match(await say(port, through('site.example:22')), /^HTTP\/1\.1 403 /);
    assert.deepEqual(refused, [
      { target: 'evil.example:80', why: 'not-listed' },
      { target: 'evil.example:443', why: 'not-listed' },
      { target: 'site.example:22', why: 'not-listed' },
    ]);
    assert.deepEqual(lookups, [], 'nor is its name looked up');
  });

  test('an address that is not listed', async () => {
    const port = await proxy([HERE]);
    for (const address of [
      '169.254.169.254',
      '2852039166',
      '0xa9fea9fe',
      '[::ffff:169.254.169.254]',
      '[::1]',
    ]) {
      assert.match(await say(port, through(`${address}:80`)), /^HTTP\/1\.1 403 /, address);
      assert.match(await say(port, get(`http://${address}/`, address)), /^HTTP\/1\.1 403 /, address);
    }
    assert.ok(refused.every(({ target }) => target === '169.254.169.254:80' || target === '[::1]:80'));
  });

  test('a listed name that leads to a private address, which is named', async () => {
    const answer = await say(await proxy(['inner.example']), through('inner.example:443'));
    assert.match(
      answer,
      /^HTTP\/1\.1 403 [\s\S]*inner\.example leads to 10\.0\.0\.1[\s\S]*add 10\.0\.0\.1:443 to the list/,
    );
    assert.deepEqual(refused, [{ target: 'inner.example:443', why: 'not-public' }]);
  });
});

describe('a request that says two things is refused', () => {
  test('another host in its header, none, or two', async () => {
    const port = await proxy([HERE]);
    for (const headers of [
      'Host: evil.example\r\n',
      '',
      `Host: ${HERE}\r\nHost: evil.example\r\n`,
      'Host: site.example\r\n',
    ])
      assert.match(
        await say(port, `GET http://${HERE}/ HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`),
        /^HTTP\/1\.1 400 /,
        headers,
      );
    assert.deepEqual(seen, []);
  });

  test('a second request in the body of the first', async () => {
    const hidden = `GET /hidden HTTP/1.1\r\nHost: evil.example\r\n\r\n`;
    const chunked = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
    for (const method of ['GET', 'DELETE', 'OPTIONS']) {
      const head = `${method} http://${HERE}/ HTTP/1.1\r\nHost: ${HERE}\r\nTransfer-Encoding: chunked\r\n\r\n`;
      assert.match(await say(await proxy([HERE]), head + chunked), /^HTTP\/1\.1 411 /, method);
      assert.match(await say(await proxy([HERE], UPSTREAM), head + chunked), /^HTTP\/1\.1 411 /, method);
    }
    const both = `POST http://${HERE}/ HTTP/1.1\r\nHost: ${HERE}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n`;
    assert.match(await say(await proxy([HERE]), both + chunked), /^HTTP\/1\.1 400 /);
    assert.deepEqual([seen, asked], [[], []]);
  });

  test('a target that is more than a host and a port', async () => {
    const port = await proxy([HERE]);
    for (const target of [
      `${HERE}@evil.example:443`,
      `evil.example:443#${HERE}`,
      'site.example',
      `exa%6dple.org:443`,
      `${HERE}/`,
    ])
      assert.match(await say(port, through(target)), /^HTTP\/1\.1 400 /, target);
    for (const url of [
      '/',
      'ftp://site.example/',
      `https://${HERE}/`,
      'http://',
      `http://evil.example:80:80/`,
    ])
      assert.match(await say(port, get(url, HERE)), /^HTTP\/1\.1 400 /, url);
    assert.deepEqual(seen, []);
  });

  test('bytes that are no request, and the proxy goes on', async () => {
    const port = await proxy([HERE]);
    assert.match(await say(port, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'), /^HTTP\/1\.1 400 /);
    assert.match(await say(port, through(HERE)), /from the site/);
  });
});

describe('where the user has a proxy', () => {
  test('listed hosts are reached by it, also those that only it knows', async () => {
    const port = await proxy(['outside.example', HERE], UPSTREAM);
    assert.match(await say(port, through('Outside.example.:443')), /from the site/);
    assert.match(await say(port, get('http://x:y@Outside.Example/', 'outside.example')), /from upstream/);
    assert.deepEqual(asked, [
      `CONNECT outside.example:443 Basic ${btoa('me:secret')}`,
      `GET http://outside.example:80/ Basic ${btoa('me:secret')}`,
    ]);
  });

  test('it is not kept waiting for a name that nobody here answers', async () => {
    const port = await proxy(['silent.example'], UPSTREAM);
    assert.match(await say(port, through('silent.example:443')), /from the site/);
  });

  test('it hears nothing of others, nor of this machine’s services', async () => {
    const port = await proxy(['inner.example'], UPSTREAM);
    assert.match(await say(port, through('evil.example:443')), /^HTTP\/1\.1 403 /);
    assert.match(await say(port, through('inner.example:443')), /^HTTP\/1\.1 403 /);
    assert.match(await say(port, through(`127.0.0.1:${sitePort}`)), /from the site/);
    assert.deepEqual(asked, []);
  });

  test('a wrong setting is said without its password', async () => {
    const answer = await say(await proxy([HERE], 'gopher://me:secret@proxy'), through(HERE));
    assert.match(answer, /^HTTP\/1\.1 502 [\s\S]*HTTPS_PROXY/);
    assert.doesNotMatch(answer, /secret/);
  });
});

test('a listed host that has no address, or does not answer, is an error of the way', async () => {
  const closed = createTcpServer();
  const port = await portOf(closed);
  closed.close();
  assert.match(
    await say(await proxy(['nobody.example']), through('nobody.example:443')),
    /^HTTP\/1\.1 502 [\s\S]*nobody/,
  );
  assert.doesNotMatch(await say(await proxy([`127.0.0.1:${port}`]), through(`127.0.0.1:${port}`)), /200/);
});
