import assert from 'node:assert/strict';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { MarkedPlan } from './marked-plan.ts';
import { replaceText } from './write-text.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-marks-'));
after(() => rmSync(root, { recursive: true, force: true }));

const TEXT = `# Mine

## Parallel Group 1: One
- [ ] 1.1: A (B-1)
- [ ] 1.2: B (B-1)

## Parallel Group 2: Two
- [ ] 2.1: C (B-1)
`;
const PLAN = makePlan([
  makeTask('1.1', 1, { title: 'A' }),
  makeTask('1.2', 1, { title: 'B' }),
  makeTask('2.1', 2, { title: 'C' }),
]);

let files = 0;
function planFile(text = TEXT): string {
  files += 1;
  const path = join(root, `PLAN-${files}.md`);
  writeFileSync(path, text);
  return path;
}

const half = (): RunLog => new RunLog(PLAN).open().openGroup(1).complete('1.1');
const whole = (): RunLog => half().complete('1.2').add({ type: 'group.closed', group: 1 });

test('nothing is marked before its group has ended, then all that is merged', async () => {
  const path = planFile();
  chmodSync(path, 0o640);
  const plan = new MarkedPlan(path);
  assert.deepEqual(await plan.bring(half().state()), []);
  assert.equal(readFileSync(path, 'utf8'), TEXT);
  assert.deepEqual(await plan.bring(whole().state()), []);
  const text = readFileSync(path, 'utf8');
  assert.match(text, /Group 1: One ✅ COMPLETED\n- \[x\] 1\.1: A \(B-1\) ✅ \d+.*\n- \[x\] 1\.2: B/);
  assert.match(text, /Group 2: Two\n- \[ \] 2\.1: C \(B-1\)\n$/);
  assert.equal(statSync(path).mode & 0o777, 0o640);
  assert.deepEqual(
    readdirSync(root).filter((name) => name.endsWith('.tmp')),
    [],
  );
});

test('the report is named when it is there: when the run has ended', async () => {
  const path = planFile();
  const plan = new MarkedPlan(path);
  await plan.bring(whole().state());
  assert.doesNotMatch(readFileSync(path, 'utf8'), /Execution Report/);
  await plan.bring(whole().add({ type: 'run.finished', status: 'failed' }).state());
  const line = /^\*\*Execution Report\*\*: PLAN-\d+-run\/reports\/exec_\d{8}_\d{6}\.md$/gm;
  assert.equal(readFileSync(path, 'utf8').match(line)?.length, 1);
});

test('tasks that the user has added meanwhile are told when the run has ended', async () => {
  const path = planFile();
  appendFileSync(path, '- [x] 2.2: Done by hand (B-1)\n- [ ] 2.3: New (B-1)\n- Nameless (B-2)\n');
  const plan = new MarkedPlan(path);
  assert.deepEqual(await plan.bring(whole().state()), []);
  const ended = whole().add({ type: 'run.finished', status: 'failed' }).state();
  assert.deepEqual(await plan.bring(ended), [
    `${path} has got 2.3 since the run began; run the plan again for that`,
  ]);
});

test('what the user has written meanwhile stays, and is not marked again', async () => {
  const path = planFile();
  appendFileSync(path, '\nA note of mine.\n');
  const plan = new MarkedPlan(path);
  await plan.bring(whole().state());
  assert.match(readFileSync(path, 'utf8'), /A note of mine\.\n$/);
  const unmarked = readFileSync(path, 'utf8').replace('[x] 1.1', '[ ] 1.1');
  writeFileSync(path, unmarked);
  assert.deepEqual(await plan.bring(whole().state()), []);
  assert.equal(readFileSync(path, 'utf8'), unmarked);
});

test('a task that is there no more, a link and a missing file are said, and nothing is written', async () => {
  const gone = planFile('# Mine\n\n## Parallel Group 1: One\n- [ ] 1.1: A (B-1)\n');
  assert.deepEqual(await new MarkedPlan(gone).bring(whole().state()), [
    `${gone} has no place for the marks of 1.2`,
  ]);
  const target = planFile();
  const link = join(root, 'LINK.md');
  symlinkSync(target, link);
  assert.match((await new MarkedPlan(link).bring(whole().state())).join(), /is no file any more/);
  assert.equal(readFileSync(target, 'utf8'), TEXT);
  const missing = join(root, 'MISSING.md');
  assert.match((await new MarkedPlan(missing).bring(whole().state())).join(), /is no file any more/);
});

test('a file that does not read as before is not replaced', async () => {
  const path = planFile();
  const request = { before: 'something else', text: 'new', mode: 0o644 };
  const replaced = await replaceText(path, request);
  assert.deepEqual(replaced, { ok: true, value: false });
  assert.equal(readFileSync(path, 'utf8'), TEXT);
});
