import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  diskFinding,
  environmentFinding,
  judgePreflight,
  type PreflightFinding,
  plainFinding,
  portsFinding,
} from './preflight.ts';

const slot = (number: number, busy: readonly number[] = []) => {
  const first = 20000 + (number - 1) * 10;
  return { slot: `slot-${number}`, first, last: first + 9, busy };
};

test('with what is asked for a run may go', () => {
  const checks = [
    diskFinding(10e9, { least: 10e9, wanted: 5 }),
    plainFinding('git', 'clean', []),
    portsFinding([slot(1), slot(2), slot(4)]),
    environmentFinding(['HOME'], { HOME: '/h' }),
    plainFinding('agents', 'there', []),
  ];
  assert.deepEqual(judgePreflight(5, checks), { answer: 'go', wanted: 5, agents: 5, checks });
  assert.equal(checks[2]?.detail, 'nothing listens on 20000-20019, 20030-20039');
});

test('with less room there are fewer agents, down to one, and then none', () => {
  const at = (free: number) => diskFinding(free, { least: 10e9, wanted: 5 });
  assert.deepEqual([at(9.9e9).state, at(9.9e9).agents], ['short', 4]);
  assert.deepEqual([at(2e9).state, at(2e9).agents], ['short', 1]);
  assert.equal(at(1.9e9).state, 'failed');
  assert.match(at(2e9).detail, /^2 GB are free .*, 10 GB are asked for$/);
  assert.equal(diskFinding(9e9, { least: 10e9, wanted: 1 }).state, 'failed');
  assert.equal(diskFinding(null, { least: 10e9, wanted: 1 }).state, 'not run');
  assert.equal(diskFinding(0, { least: null, wanted: 1 }).state, 'not run');
});

test('a busy port leaves the worktrees before it, and none where it is of the first', () => {
  const second = portsFinding([slot(1), slot(2, [20013]), slot(3)]);
  assert.deepEqual([second.state, second.agents], ['short', 1]);
  assert.match(second.detail, /listens on 20013, of the ports 20010-20019 of slot-2/);
  assert.equal(portsFinding([slot(1, [20000])]).state, 'failed');
  assert.equal(portsFinding(null).state, 'not run');
});

test('variables that are missing or empty are named, and not what others hold', () => {
  const env = { EMPTY: '', TOKEN: 'secret' };
  const found = environmentFinding(['TOKEN', 'EMPTY', 'DATABASE_URL'], env);
  assert.deepEqual([found.state, found.detail], ['failed', 'EMPTY, DATABASE_URL are not set']);
  assert.equal(environmentFinding(['TOKEN'], env).detail, 'TOKEN is set');
  assert.equal(environmentFinding([], env).state, 'not run');
});

test('all that speaks against it is said, with what to do', () => {
  const against = [
    { message: 'a', remedy: 'Do a.' },
    { message: 'b', remedy: 'Do b.' },
  ];
  const { detail, remedy } = plainFinding('git', '', against);
  assert.deepEqual([detail, remedy], ['a\nb', 'Do a. Do b.']);
});

test('whatever is found, the answer is no-go for a failure, and else the least of what there is enough for', () => {
  const finding = fc.record({
    check: fc.constant('disk' as const),
    state: fc.constantFrom<PreflightFinding['state'][]>('ok', 'short', 'failed', 'not run'),
    detail: fc.constant(''),
    remedy: fc.constant(''),
    agents: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.array(finding), (wanted, drawn) => {
      const checks = drawn.map(({ agents, ...each }): PreflightFinding => {
        return agents === undefined ? each : { ...each, agents };
      });
      const { answer, agents } = judgePreflight(wanted, checks);
      const failed = checks.some(({ state }) => state === 'failed');
      assert.equal(answer === 'no-go', failed);
      assert.equal(agents === 0, failed);
      assert.ok(agents <= wanted && checks.every((each) => agents <= (each.agents ?? wanted)));
      if (!failed) assert.equal(answer, agents < wanted ? 'reduced' : 'go');
    }),
  );
});
