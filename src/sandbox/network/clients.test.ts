/** The tools that agents use find the proxy by themselves. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { makeRepository } from '../../testing/git-fixture.ts';
import { jobBench } from '../../testing/jobs.ts';
import { confined, noSandbox, type Ran, ran, start } from '../../testing/network-bench.ts';

const bench = jobBench();
chmodSync(bench.root, 0o777);
afterEach(() => bench.assertNoneLeft());

/** Files by their paths, over HTTP. */
const files = new Map<string, Buffer>();
const served: string[] = [];
const server = createServer((request, response) => {
  const file = files.get(new URL(request.url ?? '', 'http://x').pathname);
  served.push(`${request.headers.host} ${request.url}`);
  response.writeHead(file === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(file);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
const site = `site.example:${port}`;
after(() => {
  server.close();
  bench.dispose();
});

const ENV = {
  ...bench.script('').env,
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: bench.root,
  LANG: 'C.UTF-8',
};

function run(...program: readonly string[]): Promise<Ran> {
  // The machine's own address is listed only for what the name leads to: nobody in the sandbox asks for it.
  const hosts = [site, `127.0.0.1:${port}`];
  const call = {
    hosts,
    refusals: join(bench.root, 'refusals'),
    names: { 'site.example': ['127.0.0.1'] },
    shown: [bench.root],
  };
  return ran(start(confined(call, program), ENV));
}

const without = (program: string): string | false =>
  noSandbox() ||
  (spawnSync(program, ['--version'], { env: ENV }).status === 0 ? false : `there is no ${program} in /usr`);

describe('listed hosts are reached, and others are refused, by', () => {
  test('fetch of Node.js', { skip: noSandbox() }, async () => {
    files.set('/text', Buffer.from('some text'));
    const script = `
      for (const url of process.argv.slice(1))
        console.log(await fetch(url).then((response) => response.text(), () => 'refused'));`;
    const said = await run(
      process.execPath,
      '-e',
      `(async () => {${script}})()`,
      `http://${site}/text`,
      'https://evil.example/',
    );
    assert.match(said.stdout, /^some text\nrefused\n$/);
    assert.ok(served.includes(`${site} /text`));
  });

  test('git', { skip: without('git') }, async () => {
    const fixture = makeRepository({ files: { 'a.txt': 'content\n' } });
    const bare = join(bench.root, 'served.git');
    fixture.git(['clone', '-q', '--bare', fixture.path, bare]);
    fixture.git(['update-server-info'], { cwd: bare });
    for (const path of execFileSync('find', ['.', '-type', 'f'], { cwd: bare, encoding: 'utf8' })
      .trim()
      .split('\n'))
      files.set(`/repo.git/${path.slice(2)}`, readFileSync(join(bare, path)));
    fixture.remove();
    const clone = join(bench.root, 'clone');
    const said = await run('git', 'clone', '-q', `http://${site}/repo.git`, clone);
    assert.deepEqual([said.stderr, said.code], ['', 0]);
    assert.equal(readFileSync(join(clone, 'a.txt'), 'utf8'), 'content\n');
    assert.match(
      (await run('git', 'clone', '-q', 'https://evil.example/repo.git', join(bench.root, 'none'))).stderr,
      /403/,
    );
  });

  test('npm', { skip: without('npm') }, async () => {
    const folder = join(bench.root, 'package');
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), '{"name":"thing","version":"1.0.0"}');
    const tarball = execFileSync('tar', ['-czf', '-', '-C', bench.root, 'package']);
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    const dist = { tarball: `http://${site}/thing.tgz`, integrity };
    const versions = { '1.0.0': { name: 'thing', version: '1.0.0', dist } };
    files.set('/thing.tgz', tarball);
    files.set(
      '/thing',
      Buffer.from(JSON.stringify({ name: 'thing', 'dist-tags': { latest: '1.0.0' }, versions })),
    );
    const to = join(bench.root, 'project');
    mkdirSync(to);
    const common = [
      'install',
      '--prefix',
      to,
      '--no-audit',
      '--no-fund',
      '--no-update-notifier',
      '--fetch-retries=0',
    ];
    const said = await run('npm', ...common, `--registry=http://${site}/`, 'thing');
    assert.equal(said.code, 0, said.stderr);
    assert.equal(
      JSON.parse(readFileSync(join(to, 'node_modules/thing/package.json'), 'utf8')).version,
      '1.0.0',
    );
    assert.match((await run('npm', ...common, '--registry=http://evil.example/', 'other')).stderr, /403/);
  });

  test('Python', { skip: without('python3') }, async () => {
    files.set('/python', Buffer.from('for python'));
    const script = `
import sys, urllib.request
for url in sys.argv[1:]:
    try: print(urllib.request.urlopen(url).read().decode())
    except Exception as error: print(error)`;
    const said = await run('python3', '-c', script, `http://${site}/python`, 'https://evil.example/');
    assert.match(said.stdout, /^for python\n.*403/);
  });

  test('pip', { skip: without('pip3') }, async () => {
    const wheel = 'thing-1.0-py3-none-any.whl';
    const make = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    z.writestr('thing.py', 'x = 1')
    z.writestr('thing-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: thing\\nVersion: 1.0\\n')
    z.writestr('thing-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr('thing-1.0.dist-info/RECORD', '')`;
    execFileSync('python3', ['-c', make, join(bench.root, wheel)], { env: ENV });
    files.set(`/simple/${wheel}`, readFileSync(join(bench.root, wheel)));
    files.set('/simple/thing/', Buffer.from(`<html><body><a href="../${wheel}">${wheel}</a></body></html>`));
    const common = [
      'download',
      '-q',
      '--no-deps',
      '--no-cache-dir',
      '--disable-pip-version-check',
      '--retries=0',
      '-d',
      join(bench.root, 'wheels'),
    ];
    const from = (host: string): string[] => [
      '--trusted-host',
      host,
      '--index-url',
      `http://${host}/simple/`,
      'thing',
    ];
    const said = await run('pip3', ...common, ...from(site));
    assert.equal(said.code, 0, said.stderr);
    assert.equal((await run('pip3', ...common, ...from('evil.example'))).code, 1);
  });
});
