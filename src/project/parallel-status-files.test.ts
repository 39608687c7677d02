import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
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
import { ParallelStatusFiles } from './parallel-status-files.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-status-'));
after(() => rmSync(root, { recursive: true, force: true }));

const PLAN = makePlan([
  makeTask('1.1', 1, { agent: 'Builder-1' }),
  makeTask('1.2', 1, { agent: '../../Evil' }),
]);
const log = (): RunLog => new RunLog(PLAN).open().openGroup(1);

function folder(): string {
  return join(mkdtempSync(join(root, 'each-')), 'PLAN-run');
}

function json(path: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path, 'utf8'));
}

test('the files follow the run, inside of their folder, and only what has changed is written', async () => {
  const place = folder();
  const pids = new Map([['1.1', 4242]]);
  const files = new ParallelStatusFiles(place, (task) => pids.get(task) ?? null);
  const run = log().start('1.1');
  assert.deepEqual(await files.bring(run.state()), []);
  assert.deepEqual(readdirSync(place).sort(), [
    '.gitignore',
    'PARALLEL_EXECUTION_STATUS.json',
    'agent_pids.txt',
    'status',
  ]);
  const pidsNow = () => readFileSync(join(place, 'agent_pids.txt'), 'utf8');
  assert.equal(pidsNow(), 'builder-1:4242\n');
  pids.clear();
  await files.bring(run.state());
  assert.equal(pidsNow(), '', 'a process that is gone is not left in the file');
  const [evil = '', own] = readdirSync(join(place, 'status')).sort().reverse();
  assert.match(evil, /^evil\.status$/);
  assert.equal(own, 'builder-1.status');
  const first = json(join(place, 'status', 'builder-1.status'));
  assert.deepEqual(Object.keys(first), ['agent', 'status', 'current_step', 'last_update', 'has_error']);
  assert.equal(first['status'], 'in_progress');
  const before = statSync(join(place, 'status', evil)).ino;
  assert.deepEqual(await files.bring(run.end('1.1').accept('1.1').merge('1.1').advance(['1.1']).state()), []);
  assert.equal(json(join(place, 'status', 'builder-1.status'))['status'], 'completed');
  assert.deepEqual(json(join(place, 'PARALLEL_EXECUTION_STATUS.json'))['completed_tasks'], ['1.1']);
  assert.equal(statSync(join(place, 'status', evil)).ino, before);
});

test("an earlier run's agents are forgotten, a later run's files stay", async () => {
  const place = folder();
  mkdirSync(join(place, 'status'), { recursive: true });
  writeFileSync(join(place, 'status', 'gone.status'), '{}');
  writeFileSync(join(place, 'status', 'note.txt'), 'mine');
  const later = { execution_id: 'exec_20991231_000000', started_at: '2099-12-31T00:00:00Z' };
  writeFileSync(join(place, 'PARALLEL_EXECUTION_STATUS.json'), JSON.stringify(later));
  assert.deepEqual(await new ParallelStatusFiles(place, () => null).bring(log().state()), []);
  assert.deepEqual(json(join(place, 'PARALLEL_EXECUTION_STATUS.json')), later);
  assert.ok(existsSync(join(place, 'status', 'gone.status')));
  writeFileSync(join(place, 'PARALLEL_EXECUTION_STATUS.json'), '{"execution_id":"exec_2');
  assert.deepEqual(await new ParallelStatusFiles(place, () => null).bring(log().state()), []);
  assert.deepEqual(readdirSync(join(place, 'status')).sort(), [
    'builder-1.status',
    'evil.status',
    'note.txt',
  ]);
});

test('a run of the same plan that begins meanwhile has the files from then on', async () => {
  const place = folder();
  const older = new ParallelStatusFiles(place, () => null);
  const run = log().start('1.1');
  assert.deepEqual(await older.bring(run.state()), []);
  const status = join(place, 'PARALLEL_EXECUTION_STATUS.json');
  const later = '{"execution_id":"exec_20991231_000000","started_at":"2099-12-31T00:00:00Z"}';
  writeFileSync(status, later);
  const agent = readFileSync(join(place, 'status', 'builder-1.status'), 'utf8');
  assert.deepEqual(await older.bring(run.end('1.1').accept('1.1').state()), []);
  assert.equal(readFileSync(status, 'utf8'), later);
  assert.equal(readFileSync(join(place, 'status', 'builder-1.status'), 'utf8'), agent);
});

test('no link is followed', async () => {
  const place = folder();
  mkdirSync(place);
  const other = mkdtempSync(join(root, 'other-'));
  symlinkSync(other, join(place, 'status'));
  const [problem = ''] = await new ParallelStatusFiles(place, () => null).bring(log().state());
  assert.match(problem, /status is no folder; move it away/);
  assert.deepEqual(readdirSync(other), []);
});
