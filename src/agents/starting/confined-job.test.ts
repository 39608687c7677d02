import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';

import { z } from 'zod';

import { agentBench, eventually } from '../../testing/agent-bench.ts';
import { bubblewrapFor, WITHOUT_BUBBLEWRAP } from '../../testing/sandboxes.ts';
import { commandDriver } from '../command/driver.ts';
import { defineDriver } from '../driver.ts';
import { createAgents } from '../supervise.ts';

function readText(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

describe('a confined agent', { skip: WITHOUT_BUBBLEWRAP }, () => {
  const bench = agentBench();
  after(() => bench.remove());

  /** Runs the script in a home with credentials, and gives what it printed. */
  async function run(script: string, files: readonly string[] = []): Promise<string> {
    const home = realpathSync(mkdtempSync(join(tmpdir(), 'cox-home-')));
    for (const name of ['.ssh/id_ed25519', '.tool/token', '.other/token']) {
      mkdirSync(join(home, dirname(name)), { recursive: true });
      writeFileSync(join(home, name), `secret of ${name}\n`);
    }
    const hostEnv = { ...bench.hostEnv, HOME: home };
    const agents = createAgents({ sandbox: bubblewrapFor(hostEnv), hostEnv, files });
    const request = bench.request({ driver: 'command', options: { command: `${script}; true` } });
    const { slot } = request;
    const mounts = [{ from: slot.path, at: slot.path, writable: true }];
    const confined = { mounts, network: { is: 'none' }, limits: {} } as const;
    const end = await agents.start({ ...request, slot: { ...slot, confined } }, () => {}).end;
    assert.ok(end.is === 'failed' && end.exitCode === 0, JSON.stringify(end));
    rmSync(home, { recursive: true });
    return readFileSync(join(request.folder, 'agent/stdout.log'), 'utf8');
  }

  test('reads its prompt and its context, and cannot change them', async () => {
    const out = await run(
      'head -1 "$COX_PROMPT_FILE"; echo x >> "$COX_PROMPT_FILE" || echo kept; touch "$COX_CONTEXT_DIR/x" || echo kept',
    );
    assert.equal(out, 'Make users.\nkept\nkept\n');
  });

  test('writes to its boxes, and is not shown the folder of its own job', async () => {
    const out = await run(
      'touch "$COX_OUTBOX/m" "$COX_INBOX/m" && echo written; ls "$(dirname "$COX_OUTBOX")/agent" || echo hidden',
    );
    assert.equal(out, 'written\nhidden\n');
  });

  test('reads the credentials that are named for it, and no others', async () => {
    const out = await run(
      'cat ~/.tool/token; echo x > ~/.tool/token || echo kept; cat ~/.other/token || echo hidden; cat ~/.ssh/id_ed25519 || echo hidden',
      ['.tool/token', '.absent/token'],
    );
    assert.equal(out, 'secret of .tool/token\nkept\nhidden\nhidden\n');
  });

  test('finds its own files at home, wherever the user keeps them', async () => {
    const moved = realpathSync(mkdtempSync(join(tmpdir(), 'cox-moved-')));
    writeFileSync(join(moved, 'token'), 'moved\n');
    const driver = defineDriver({
      name: 'moved',
      abilities: commandDriver.abilities,
      environment: ['MOVED_*'],
      files: ['.tool/token'],
      homes: [{ variable: 'MOVED_HOME', folder: '.tool' }],
      options: z.object({}),
      launch: () => ({
        argv: ['sh', '-c', 'cat ~/.tool/token; echo "place=$MOVED_HOME $MOVED_KEY"'],
        env: {},
        stdin: '',
      }),
      parse: () => [],
    });
    const hostEnv = { ...bench.hostEnv, MOVED_HOME: moved, MOVED_KEY: 'key' };
    const agents = createAgents({ sandbox: bubblewrapFor(hostEnv), hostEnv, drivers: [driver] });
    const request = bench.request({ driver: 'moved', options: {} });
    const { slot } = request;
    const mounts = [{ from: slot.path, at: slot.path, writable: true }];
    const confined = { mounts, network: { is: 'none' }, limits: {} } as const;
    await agents.start({ ...request, slot: { ...slot, confined } }, () => {}).end;
    rmSync(moved, { recursive: true });
    assert.equal(readText(join(request.folder, 'agent/stdout.log')), 'moved\nplace= key\n');
  });

  test('finds its sessions again in the next attempt, and nothing else of its home', async () => {
    const keeping = defineDriver({
      name: 'keeping',
      abilities: commandDriver.abilities,
      environment: [],
      sessionFolders: ['.tool/sessions'],
      options: z.object({ command: z.string() }),
      launch: ({ command }) => ({ argv: ['/bin/sh', '-c', command], env: {}, stdin: '' }),
      parse: (text) => [{ type: 'text', text }],
    });
    const hostEnv = { ...bench.hostEnv, HOME: bench.repository.root };
    const agents = createAgents({ sandbox: bubblewrapFor(hostEnv), hostEnv, drivers: [keeping] });
    const out = async (command: string): Promise<string> => {
      const request = bench.request({ driver: 'keeping', options: { command } });
      const { slot } = request;
      const mounts = [{ from: slot.path, at: slot.path, writable: true }];
      const confined = { mounts, network: { is: 'none' }, limits: {} } as const;
      await agents.start({ ...request, slot: { ...slot, confined } }, () => {}).end;
      return readText(join(request.folder, 'agent/stdout.log'));
    };
    await out('echo kept > ~/.tool/sessions/one; echo lost > ~/.tool/other; ln -s / ~/.tool/sessions/way');
    assert.equal(await out('cd ~/.tool; cat sessions/one other; ls sessions'), 'kept\none\nway\n');
    assert.equal(readText(join(bench.repository.root, 'sessions/.tool/sessions/one')), 'kept\n');
  });

  test('is asked to end before it is ended', async () => {
    const hostEnv = bench.hostEnv;
    const agents = createAgents({ sandbox: bubblewrapFor(hostEnv), hostEnv });
    const wait = 'trap "echo asked; exit 0" TERM; echo begun; while :; do sleep 0.05; done';
    const request = bench.request({ driver: 'command', options: { command: wait } });
    const { slot } = request;
    const mounts = [{ from: slot.path, at: slot.path, writable: true }];
    const confined = { mounts, network: { is: 'none' }, limits: {} } as const;
    const handle = agents.start({ ...request, slot: { ...slot, confined } }, () => {});
    const log = (): string => readText(join(request.folder, 'agent/stdout.log'));
    assert.ok(await eventually(() => log().includes('begun')));
    handle.stop('cancelled');
    assert.equal((await handle.end).is, 'stopped');
    assert.equal(log(), 'begun\nasked\n');
  });

  test('has a home and a folder for temporary files that nobody else sees', async () => {
    const out = await run('touch ~/mine /tmp/mine && ls ~ /tmp | grep -c mine; echo "$TMPDIR"');
    assert.equal(out, '2\n/tmp\n');
  });
});
