import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Conflict } from '../core/conflict.ts';
import type { EventBody } from '../core/event.ts';
import type { OpenIntent } from '../core/run-state.ts';
import type { Adopted } from '../ports/conflict-commits.ts';
import { EngineWorld } from '../testing/engine-world.ts';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { lookAtBranch, lookAtResolution } from './look-at-resolution.ts';

const CONFLICT: Conflict = {
  task: 'b',
  tip: 'theirs',
  onto: 'ours',
  paths: ['x.txt'],
  unresolved: 'unresolved',
  ancestor: 'base',
  others: ['a'],
};
const STAMP = { seq: 1, at: 0, run: 'run-1' } as const;
const MARKED = 'begin\n<<<<<<< ours\none\n=======\ntwo\n>>>>>>> theirs\nend\n';

type Files = Readonly<Record<string, string>>;

/** What comes of a resolution with these files. */
async function look(result: Files, change: Partial<Record<'base' | 'ours' | 'theirs', Files>> = {}) {
  const world = new EngineWorld();
  try {
    const emitted: EventBody[] = [];
    const sides = {
      base: { 'x.txt': 'begin\nend\n' },
      ours: { 'x.txt': 'begin\none\nend\n' },
      theirs: { 'x.txt': 'begin\ntwo\nend\n' },
      ...change,
    };
    for (const [commit, files] of Object.entries(sides)) world.reader.files.set(commit, files);
    world.reader.files.set('unresolved', { ...sides.ours, ...sides.theirs, 'x.txt': MARKED });
    world.reader.files.set('result', { ...sides.ours, ...sides.theirs, ...result });
    const intent = {
      type: 'resolution.starting',
      task: 'b',
      attempt: 2,
      conflict: CONFLICT,
      tip: 'result',
      branch: 'cox/run-1/b',
      ...STAMP,
    } as const satisfies OpenIntent;
    await lookAtResolution(intent, performing(world, emitted));
    const [event] = emitted;
    assert.ok(event?.type === 'resolution.ended' && emitted.length === 1);
    return { found: event.found, settled: world.conflicts.settled };
  } finally {
    await world.close();
  }
}

function performing(world: EngineWorld, emitted: EventBody[]) {
  const scope = { create: [{ pattern: 'own/*' }], modify: [], boundary: [{ pattern: 'own/theirs.txt' }] };
  const plan = makePlan([makeTask('a', 1), makeTask('b', 1, { scope })]);
  return {
    ports: world.ports(),
    state: new RunLog(plan).open().state(),
    emit: (event: EventBody) => void emitted.push(event),
    signal: new AbortController().signal,
    giveUp: async () => undefined,
  };
}

async function findingsOf(...args: Parameters<typeof look>): Promise<readonly string[]> {
  const { found } = await look(...args);
  assert.ok(found.is === 'refused', JSON.stringify(found));
  return found.findings;
}

describe('what a resolver hands in', () => {
  it('becomes a merge when it holds both sides', async () => {
    const { found, settled } = await look({ 'x.txt': 'begin\none\ntwo\nend\n' });
    assert.deepEqual(found, { is: 'resolved', commit: 'ours*result' });
    assert.equal(settled[0]?.branch, 'cox/run-1/b');
    assert.deepEqual([settled[0]?.merge.onto, settled[0]?.merge.tip], ['ours', 'theirs']);
  });

  it('is refused with each marker that is left, and with each line that a side has lost', async () => {
    assert.deepEqual(await findingsOf({ 'x.txt': MARKED }), [
      'x.txt:2 is a conflict marker',
      'x.txt:4 is a conflict marker',
      'x.txt:6 is a conflict marker',
    ]);
    const lost = 'x.txt lacks a line that what was merged before adds (line 2 there): one';
    assert.deepEqual(await findingsOf({ 'x.txt': 'begin\ntwo\nend\n' }), [lost]);
    const own = "x.txt lacks a line that this task's work adds (line 2 there): two";
    assert.deepEqual(await findingsOf({ 'x.txt': 'begin\none\nend\n' }), [own]);
  });

  it('may change other files of the scope only, and loses nothing there either', async () => {
    const both = { 'x.txt': 'begin\none\ntwo\nend\n' };
    assert.equal((await look({ ...both, 'own/new.txt': 'n\n' })).found.is, 'resolved');
    const [outside, ...more] = await findingsOf({ ...both, 'other.txt': 'o\n' });
    assert.match(outside ?? '', /^other\.txt is changed, .* git checkout unresolved -- <path>$/);
    assert.deepEqual(more, []);
    assert.match(
      (await findingsOf({ ...both, 'own/theirs.txt': 'n\n' }))[0] ?? '',
      /^own\/theirs\.txt is changed/,
    );
    const theirs = { 'x.txt': 'begin\ntwo\nend\n', 'own/made.txt': 'made\n' };
    assert.deepEqual(await findingsOf({ ...both, 'own/made.txt': '\n' }, { theirs }), [
      "own/made.txt lacks a line that this task's work adds (line 1 there): made",
    ]);
  });

  it('names a file so that nothing of the name acts', async () => {
    const findings = await findingsOf({ 'x.txt': 'begin\none\ntwo\nend\n', 'e\u001b[31m\n.txt': 'x' });
    assert.ok(
      findings.every((finding) => !/[\u001b\n]/.test(finding)),
      JSON.stringify(findings),
    );
  });

  it('is told as much as an agent can work off', async () => {
    const many = Array.from({ length: 80 }, (_, index) => `line ${index}\n`).join('');
    const findings = await findingsOf({ 'x.txt': 'begin\ntwo\nend\n' }, { ours: { 'x.txt': many } });
    assert.equal(findings.length, 51);
    assert.equal(findings.at(-1), 'and 30 more');
  });
});

describe('what the user has left on the branch', () => {
  async function takeover(adopted: Adopted, text = '') {
    const world = new EngineWorld();
    try {
      const emitted: EventBody[] = [];
      world.conflicts.adopted = adopted;
      world.reader.files.set('mine', { 'x.txt': text });
      const intent = {
        type: 'takeover.starting',
        task: 'b',
        branch: 'cox/run-1/b',
        conflict: CONFLICT,
        bases: ['ours'],
        ...STAMP,
      } as const satisfies OpenIntent;
      await lookAtBranch(intent, performing(world, emitted));
      const [event] = emitted;
      assert.ok(event?.type === 'takeover.ended' && emitted.length === 1);
      return event.found;
    } finally {
      await world.close();
    }
  }

  it('is taken whatever it has taken away, but not with markers', async () => {
    const moved = { is: 'moved', tip: 'mine', base: 'ours' } as const;
    assert.deepEqual(await takeover(moved, 'end\n'), { is: 'taken', tip: 'mine', base: 'ours' });
    const refused = await takeover(moved, MARKED);
    assert.equal(refused.is === 'refused' && refused.findings[0], 'x.txt:2 is a conflict marker');
  });

  it('is nothing where the branch is as it was, and refused where it is another one', async () => {
    assert.deepEqual(await takeover({ is: 'unchanged' }), { is: 'unchanged' });
    const refused = await takeover({ is: 'unrelated', tip: 'mine' });
    assert.match(refused.is === 'refused' ? (refused.findings[0] ?? '') : '', /^cox\/run-1\/b does not hold/);
  });
});
