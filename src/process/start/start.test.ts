import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DEFAULT_PATH } from '../find-program.ts';
import { readStartTime } from '../identity.ts';
import type { Start, StartedProcess, StartRequest } from './start.ts';
import { startHere } from './start-here.ts';
import { Starter } from './starter.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cox-start-'));
});
after(() => rm(folder, { recursive: true, force: true }));

interface Seen {
  readonly said: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
}

function sh(script: string, more: Partial<StartRequest> = {}): StartRequest {
  return {
    program: 'sh',
    args: ['-c', script],
    cwd: folder,
    env: { PATH: DEFAULT_PATH },
    output: true,
    ...more,
  };
}

/** Everything that is said until the end, in order. */
async function watch(
  start: Start,
  request: StartRequest,
  act: (child: StartedProcess, output: string) => void = () => undefined,
): Promise<Seen> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const said: string[] = [];
  const text = { stdout: '', stderr: '' };
  const last = (what: string): void => {
    said.push(what);
    resolve();
  };
  const child = start(request, {
    notStarted: (detail) => last(`not started: ${detail}`),
    output(from, chunk) {
      text[from] += chunk.toString('utf8');
      act(child, text.stdout);
    },
    exited: (code, signal) => said.push(`exited ${code ?? signal}`),
    closed: (code, signal) => last(`closed ${code ?? signal}`),
    outOfSight: () => last('out of sight'),
  });
  assert.deepEqual(said, [], 'nothing is said before the start has returned');
  await promise;
  return { said, ...text };
}

function behaves(name: string, open: () => { readonly start: Start; readonly close: () => void }): void {
  describe(name, () => {
    let start: Start;
    let close: () => void;
    before(() => {
      ({ start, close } = open());
    });
    after(() => close());

    it('gives both outputs, and the exit status behind them', async () => {
      const seen = await watch(start, sh('printf out; printf err >&2; exit 3'));
      assert.deepEqual(seen, { said: ['exited 3', 'closed 3'], stdout: 'out', stderr: 'err' });
    });

    it('passes on input, arguments and environment as they are, and nothing else', async () => {
      process.env['COX_TEST_LEAK'] = 'leaked';
      const input = Buffer.alloc(300_000, 'x');
      const args = [
        '-c',
        'wc -c; printf "%s|" "$1" "$GIVEN" "$COX_TEST_LEAK$NODE_CHANNEL_FD"',
        'sh',
        "a'\n$b",
      ];
      const env = { PATH: DEFAULT_PATH, GIVEN: 'ä' };
      const seen = await watch(start, sh('', { args, env, input }));
      delete process.env['COX_TEST_LEAK'];
      assert.equal(seen.stdout.trim(), "300000\na'\n$b|ä||");
    });

    it('does not read what is not asked for', async () => {
      const seen = await watch(start, sh('echo out; echo err >&2', { output: false }));
      assert.deepEqual(seen, { said: ['exited 0', 'closed 0'], stdout: '', stderr: '' });
    });

    it('gives a session of its own, which can be signalled as a group', async () => {
      let pid: number | undefined;
      const seen = await watch(start, sh('sleep 60 & echo $$; wait; echo on'), (child, output) => {
        if (output === '') return;
        pid = child.pid();
        child.signal('SIGKILL', 'group');
      });
      assert.deepEqual(seen.said, ['exited SIGKILL', 'closed SIGKILL']);
      assert.equal(Number(seen.stdout), pid);
    });

    it('signals the process alone', async () => {
      const seen = await watch(
        start,
        sh('trap "echo asked; exit 4" TERM; echo up; while :; do sleep 0.05; done'),
        (child, output) => {
          if (output === 'up\n') child.signal('SIGTERM', 'process');
        },
      );
      assert.deepEqual(seen, { said: ['exited 4', 'closed 4'], stdout: 'up\nasked\n', stderr: '' });
    });

    it('lets go of output that somebody keeps open', async () => {
      let left = '';
      const request = sh('sleep 60 & echo $!');
      const { promise, resolve } = Promise.withResolvers<void>();
      const child = start(request, {
        notStarted: () => undefined,
        output: (_, chunk) => {
          left += chunk.toString();
        },
        exited: () => child.letGo(),
        closed: () => resolve(),
        outOfSight: () => undefined,
      });
      await promise;
      process.kill(Number(left), 'SIGKILL');
    });

    it('says why it does not start', async () => {
      const missing = await watch(start, sh('', { program: 'no-such-program' }));
      assert.deepEqual(missing.said, ['not started: no-such-program was not found; install it or mend PATH']);
      const nowhere = await watch(start, sh('true', { cwd: join(folder, 'nowhere') }));
      assert.match(nowhere.said.join(), /^not started: the folder .* does not exist$/);
      const odd = await watch(start, sh('true', { args: ['a\0b'] }));
      assert.match(odd.said.join(), /^not started: /);
    });
  });
}

behaves('as a child of this process', () => ({ start: startHere, close: () => undefined }));
behaves('by a helper', () => {
  const starter = new Starter(() => undefined);
  return { start: (...args) => starter.start(...args), close: () => starter.close() };
});

describe('a helper', () => {
  it('that is gone says so of each that it has started, and those run on', async () => {
    let gone = 0;
    const starter = new Starter(() => {
      gone += 1;
    });
    let pid: number | undefined;
    const seen = await watch(
      (...args) => starter.start(...args),
      sh('echo up; exec sleep 60 >/dev/null 2>&1'),
      (child) => {
        pid = child.pid();
        starter.close();
      },
    );
    assert.deepEqual([seen.said, gone, starter.isOpen, starter.isIdle], [['out of sight'], 1, false, true]);
    assert.ok(pid !== undefined && readStartTime(pid) !== null);
    process.kill(pid, 'SIGKILL');
  });

  it('starts many at once, each with its own answers', async () => {
    const starter = new Starter(() => undefined);
    const seen = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        watch((...args) => starter.start(...args), sh(`echo ${index}`)),
      ),
    );
    assert.deepEqual(
      seen.map(({ stdout }) => Number(stdout)),
      Array.from({ length: 40 }, (_, index) => index),
    );
    assert.equal(starter.isIdle, true);
    starter.close();
  });
});
