/** What every sandbox has to keep, whatever stands behind it. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { scheduler } from 'node:timers/promises';

import type { NetworkRule } from '../core/isolation.ts';
import type { Mount, Sandbox } from '../ports/sandbox.ts';

export interface SandboxContract {
  readonly name: string;
  readonly skip: string | false;
  /** For a user whose home is this folder, and with this writable for everything that runs. */
  open(env: Readonly<Record<string, string>>, writable: readonly string[]): Sandbox;
  /** Words in front of every program: another user, for one. */
  readonly prefix?: readonly string[];
  /** Whether something can be shown at another path than its own. */
  readonly showsElsewhere: boolean;
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Call {
  readonly mounts?: readonly Mount[];
  readonly network?: NetworkRule;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
}

/** A folder of the machine with a home, a place to work in, and something that is nobody else's business. */
class Bench {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'cox-walls-')));
  readonly home = join(this.root, 'home');
  readonly work = join(this.root, 'work');
  readonly shared = join(this.root, 'shared');
  readonly scratch = join(this.root, 'scratch');
  readonly env: Readonly<Record<string, string>> = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: this.home };
  readonly sandbox: Sandbox;
  readonly #prefix: readonly string[];

  constructor({ open, prefix = [] }: SandboxContract) {
    for (const folder of [
      this.home,
      this.work,
      this.shared,
      join(this.home, '.ssh'),
      join(this.root, 'tool'),
    ])
      mkdirSync(folder);
    writeFileSync(join(this.home, '.ssh/id'), 'private\n');
    writeFileSync(join(this.root, 'private.txt'), 'private\n');
    writeFileSync(join(this.root, 'tool/read.txt'), 'readable\n');
    this.sandbox = open(this.env, [this.shared]);
    this.#prefix = prefix;
  }

  at(path: string, writable = true): Mount {
    return { from: path, at: path, writable };
  }

  /** The words of what is to be started, or why it cannot be. */
  async confined(argv: readonly string[], call: Call = {}): ReturnType<Sandbox['confine']> {
    const { mounts = [this.at(this.work)], network = { is: 'none' }, env = {}, cwd = this.work } = call;
    const launch = { argv, cwd, env: { ...this.env, ...env } };
    return this.sandbox.confine(launch, { scratch: this.scratch, mounts, network, limits: {} });
  }

  async start(argv: readonly string[], call: Call = {}): Promise<ReturnType<typeof spawn>> {
    const confined = await this.confined(argv, call);
    assert.ok(confined.ok, confined.ok ? '' : confined.error);
    const [program = '', ...args] = [...this.#prefix, ...confined.value.argv];
    const { cwd, env } = confined.value;
    if (this.#prefix.length > 0) this.giveAway();
    return spawn(program, args, { cwd, env, stdio: 'pipe', detached: true });
  }

  async run(script: string, call: Call = {}): Promise<Ended> {
    return this.#attend(await this.start(['/bin/sh', '-c', script], call), call.input ?? '');
  }

  async #attend(child: ReturnType<typeof spawn>, input: string): Promise<Ended> {
    const { stdin, stdout, stderr } = child;
    assert.ok(stdin !== null && stdout !== null && stderr !== null);
    stdin.on('error', () => undefined).end(input);
    const [out, said, [code, signal]] = await Promise.all([text(stdout), text(stderr), once(child, 'close')]);
    return { code, signal, stdout: out, stderr: said };
  }

  /** Lets any user of the machine use what lies here. */
  giveAway(): void {
    for (const folder of [
      this.root,
      this.home,
      this.work,
      this.shared,
      this.scratch,
      join(this.scratch, 'home'),
    ])
      if (existsSync(folder)) chmodSync(folder, 0o777);
  }
}

export function sandboxContract(contract: SandboxContract): void {
  describe(`the sandbox ${contract.name}`, { skip: contract.skip }, () => {
    let bench: Bench;
    before(() => {
      bench = new Bench(contract);
    });
    after(() => rmSync(bench?.root ?? '', { recursive: true, force: true }));

    it('works here, and says so', async () => {
      assert.notEqual((await bench.sandbox.protection()).level, 'none');
    });

    it('lets a program write where it was given a place, its temporary files and its home, and nowhere else', async () => {
      const places = [bench.work, '"$TMPDIR"', '/tmp', '"$HOME"', bench.shared];
      const made = await bench.run(places.map((place) => `echo x > ${place}/made`).join(' && '));
      assert.deepEqual([made.code, made.stderr], [0, '']);
      assert.equal(readFileSync(join(bench.work, 'made'), 'utf8'), 'x\n');
      assert.ok(existsSync(join(bench.shared, 'made')));
      assert.ok(!existsSync(join(bench.home, 'made')));
      // What lies beside its places may be there for it, as a folder of temporary files.
      for (const place of [bench.root, '/etc', '/usr', '/', '/usr/local/bin', '/var']) {
        const refused = await bench.run(`echo x > ${place}/cox-walls-test`);
        assert.ok(refused.code !== 0 || place === bench.root, place);
        assert.ok(!existsSync(join(place, 'cox-walls-test')), place);
      }
    });

    it('lets it read what it was given for reading, and not write there', async () => {
      const tool = join(bench.root, 'tool');
      const mounts = [bench.at(bench.work), bench.at(tool, false)];
      const read = await bench.run(
        `cat ${tool}/read.txt; echo x > ${tool}/written; rm ${tool}/read.txt; chmod 777 ${tool}`,
        { mounts },
      );
      assert.equal(read.stdout, 'readable\n');
      assert.ok(existsSync(join(tool, 'read.txt')) && !existsSync(join(tool, 'written')));
    });

    it('hides the home of the user, and all that was not given', async () => {
      const looked = await bench.run(`cat ${bench.home}/.ssh/id ${bench.root}/private.txt ~/.ssh/id`);
      assert.notEqual(looked.code, 0);
      assert.equal(looked.stdout, '');
    });

    it('keeps nothing of the temporary files and the home for the next', async () => {
      await bench.run('echo x > /tmp/left; echo x > ~/left');
      assert.equal((await bench.run('ls -A /tmp ~ | grep left')).stdout, '');
    });

    it('has no network but its own loopback device when it is to have none', async () => {
      const server = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const script = `python3 -c 'import socket; print(socket.create_connection(("127.0.0.1", ${port})).recv(9).decode())'`;
      assert.equal((await bench.run(script, { network: { is: 'open' } })).stdout, 'reached\n');
      assert.notEqual((await bench.run(script)).code, 0);
      const own = `python3 -c 'import socket; server = socket.create_server(("127.0.0.1", 0)); socket.create_connection(server.getsockname()); print("own")'`;
      assert.equal((await bench.run(own)).stdout, 'own\n');
      server.close();
    });

    it('passes on the environment that was given, and nothing of its own', async () => {
      const told = await bench.run('env', { env: { GIVEN: 'with spaces and "quotes"\nand lines' } });
      assert.ok(told.stdout.includes('GIVEN=with spaces and "quotes"\nand lines\n'));
      const names = [...told.stdout.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
      const known = ['GIVEN', 'HOME', 'PATH', 'PWD', 'TMPDIR', 'SHLVL', 'OLDPWD', '_'];
      assert.deepEqual(
        names.filter((name) => !known.includes(name ?? '')),
        [],
      );
    });

    it('gives its folder, its words and its streams to the program untouched', async () => {
      const words = ['--', '-x', '', 'a b', '$HOME', "'", '"', '\n', '*'];
      const child = await bench.start([
        '/bin/sh',
        '-c',
        'pwd; cat; printf "%s|" "$@"; echo error >&2',
        'sh',
        ...words,
      ]);
      assert.ok(child.stdin !== null && child.stdout !== null && child.stderr !== null);
      child.stdin.end('from outside\n');
      const [out, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
      assert.equal(out, `${bench.work}\nfrom outside\n${words.map((word) => `${word}|`).join('')}`);
      assert.equal(said, 'error\n');
    });

    it('ends with the status of the program, and as a shell would when a signal ended it', async () => {
      for (const code of [0, 1, 42, 127, 255]) assert.equal((await bench.run(`exit ${code}`)).code, code);
      const killed = await bench.run('kill -KILL $$');
      assert.ok(killed.code === 137 || killed.signal === 'SIGKILL', JSON.stringify(killed));
    });

    it('ends all that it holds when it is killed, whatever the program made of it', async () => {
      const count = join(bench.work, 'count');
      const loop = `while :; do echo x >> ${count}; sleep 0.05; done`;
      const child = await bench.start([
        '/bin/sh',
        '-c',
        `(setsid sh -c '${loop}' > /dev/null 2>&1 < /dev/null &); trap '' TERM HUP INT; ${loop}`,
      ]);
      while (!existsSync(count)) await scheduler.wait(20);
      child.kill('SIGKILL');
      await once(child, 'exit');
      let size = -1;
      // It dies a moment later; after that nothing is added any more.
      for (let round = 0; round < 100 && size !== readFileSync(count).length; round += 1) {
        size = readFileSync(count).length;
        await scheduler.wait(200);
      }
      assert.equal(readFileSync(count).length, size);
    });

    it('shows a program nothing of other processes, and lets it signal none', async () => {
      const victim = spawn('sleep', ['60'], { stdio: 'ignore', env: { SECRET_OF_ANOTHER: 'x' } });
      await once(victim, 'spawn');
      const tried = await bench.run(
        `kill -9 ${victim.pid}; cat /proc/*/environ | tr '\\0' '\\n' | grep SECRET_OF_ANOTHER`,
      );
      assert.equal(tried.stdout, '');
      assert.equal(victim.exitCode ?? victim.signalCode, null);
      victim.kill('SIGKILL');
    });

    it('says what is wrong with a program or a folder that is not there, and starts nothing', async () => {
      for (const program of ['cox-no-such-program', join(bench.root, 'private.txt')]) {
        const refused = await bench.confined([program]);
        assert.ok(!refused.ok && refused.error.includes(program), program);
      }
      const missing = await bench.confined(['/bin/true'], {
        mounts: [bench.at(join(bench.root, 'missing'))],
      });
      assert.ok(!missing.ok && missing.error.includes('missing'));
    });

    it('shows a folder at another path', {
      skip: contract.showsElsewhere ? false : 'it cannot',
    }, async () => {
      const mounts = [
        bench.at(bench.work),
        { from: join(bench.root, 'tool'), at: `${bench.work}/inner/tool`, writable: false },
      ];
      assert.equal((await bench.run(`cat inner/tool/read.txt`, { mounts })).stdout, 'readable\n');
    });
  });
}
