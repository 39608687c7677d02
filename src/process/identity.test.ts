import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { bootId, identify, isAlive, ownIdentity, parseProcStat, readStartTime } from './identity.ts';

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 10) {
    if (holds()) return;
    await sleep(10);
  }
  assert.fail(`not within a minute: ${what}`);
}

describe('process identity', () => {
  it('names this process, and finds it alive', () => {
    const owner = ownIdentity();
    assert.equal(owner.pid, process.pid);
    assert.notEqual(owner.host, '');
    assert.deepEqual(owner, ownIdentity());
    assert.equal(isAlive(owner), true);
  });

  it('has a start time and a boot id on Linux and macOS', {
    skip: !['linux', 'darwin'].includes(process.platform),
  }, () => {
    assert.notEqual(bootId(), '');
    assert.notEqual(ownIdentity().startTime, '');
    assert.deepEqual(identify(process.pid), ownIdentity());
  });

  it('finds a process dead after SIGKILL', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const owner = identify(child.pid ?? 0);
    assert.ok(owner !== null);
    assert.equal(isAlive(owner), true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(isAlive(owner), false);
    assert.equal(readStartTime(owner.pid), null);
    assert.equal(identify(owner.pid), null);
  });

  it('counts a zombie as dead', { skip: process.platform !== 'linux' }, async () => {
    // The shell becomes `sleep`, which never collects the child that the shell left it.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    try {
      const [chunk] = await once(parent.stdout, 'data');
      const pid = Number(String(chunk).trim());
      const owner = identify(pid);
      assert.ok(owner !== null);
      assert.equal(isAlive(owner), true);
      // Until then it is a shell, which may collect its child.
      await until('the shell is sleep', () => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n');
      process.kill(pid, 'SIGKILL');
      await until('the zombie is dead', () => !isAlive(owner));
      assert.doesNotThrow(() => process.kill(pid, 0), 'it still has its pid');
    } finally {
      parent.kill('SIGKILL');
    }
  });

  it('is not fooled by a pid that was given out again, or by a reboot', () => {
    const owner = ownIdentity();
    assert.equal(isAlive({ ...owner, startTime: `${owner.startTime}1` }), false);
    assert.equal(isAlive({ ...owner, bootId: 'another boot' }), false);
  });

  it('never calls the process of another host dead', () => {
    const elsewhere = { pid: 2 ** 30, host: 'elsewhere.invalid', startTime: '1', bootId: 'another boot' };
    assert.equal(isAlive(elsewhere), true);
  });

  it('takes no number for a pid that would mean a group', () => {
    for (const pid of [0, -1, -process.pid, 1.5, Number.NaN])
      assert.equal(readStartTime(pid), null, String(pid));
    assert.equal(isAlive({ ...ownIdentity(), pid: 0 }), false);
  });
});

describe('/proc/<pid>/stat', () => {
  it('is read behind the last bracket of the name', () => {
    // Fields 4 to 21, then the start time.
    const tail = [...Array.from({ length: 18 }, (_, index) => String(index)), '98765', '1000', '200'];
    for (const name of ['sh', 'a b', 'x) R 1 2 (y', ') Z (', '']) {
      const sight = parseProcStat(`42 (${name}) S ${tail.join(' ')}\n`);
      assert.deepEqual(sight, { is: 'alive', startTime: '98765' }, name);
    }
  });

  it('says nothing of a text of another shape', () => {
    for (const text of ['', '42', '42 (sh', '42 (sh) S 1 2', 'garbage'])
      assert.equal(parseProcStat(text), null, text);
  });
});
