import assert from 'node:assert/strict';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, test } from 'node:test';
import { foldRun } from '../core/fold.ts';
import { RunLog } from '../testing/events.ts';
import { UNPRINTABLE } from '../testing/hostile-text.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { LogTail } from './log-tail.ts';
import { writeProblem } from './write-text.ts';
import { type ViewSource, writeViews } from './write-views.ts';

let root = '';
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cox-views-'));
});
after(() => rm(root, { recursive: true, force: true }));

let folders = 0;
async function planFolder(): Promise<string> {
  folders += 1;
  const folder = join(root, `parallel-${folders}`, 'TS-0001-x');
  await mkdir(folder, { recursive: true });
  return folder;
}

const state = new RunLog(makePlan([makeTask('task-001', 1), makeTask('task-002', 1)]))
  .open()
  .openGroup(1)
  .complete('task-001')
  .state();

function sourceOf(folder: string, part: Partial<ViewSource> = {}): ViewSource {
  const readDiff: ViewSource['readDiff'] = () => Promise.resolve({ patch: Buffer.alloc(0), isWhole: true });
  return { state, folder, readAttemptLog: () => 'hello\n', readDiff, ...part };
}

const isRoot = process.getuid?.() === 0;

test('writes the reports and a log for each task that was begun, and nothing else', async () => {
  const folder = await planFolder();
  const { written, problems } = await writeViews(sourceOf(folder));
  assert.deepEqual(problems, []);
  assert.deepEqual((await readdir(folder)).sort(), ['execution-report.md', 'logs', 'report.json']);
  assert.deepEqual(await readdir(join(folder, 'logs')), ['task-001.log']);
  assert.deepEqual(await readdir(join(folder, '..')), ['TS-0001-x']);
  assert.equal(written.length, 3);
  const report: unknown = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8'));
  assert.equal(typeof report === 'object' && report !== null && 'run_id' in report && report.run_id, 'run-1');
  assert.match(await readFile(join(folder, 'execution-report.md'), 'utf8'), /^# Parallel Execution Report/);
  assert.match(
    await readFile(join(folder, 'logs', 'task-001.log'), 'utf8'),
    /^=== attempt 1 .*: done ===\nhello\n\n$/,
  );
});

test('an older run leaves the views of a newer one as they are, and a newer one replaces them', async () => {
  const folder = await planFolder();
  const reportOf = async (): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')).run_id;
  const plan = makePlan([makeTask('task-001', 1)]);
  const older = new RunLog(plan, TEST_SETTINGS, 'older')
    .open()
    .openGroup(1)
    .complete('task-001', 500)
    .state();
  const log = new RunLog(plan, TEST_SETTINGS, 'newer');
  const newer = foldRun(log.events.map((event) => ({ ...event, at: event.at + 1 })));
  assert.ok(newer.ok);
  assert.equal((await writeViews(sourceOf(folder, { state: older }))).newer, null);
  assert.equal(await reportOf(), 'older');
  assert.equal((await writeViews(sourceOf(folder, { state: newer.value }))).newer, null);
  assert.equal(await reportOf(), 'newer');
  const again = await writeViews(sourceOf(folder, { state: older }));
  assert.deepEqual(again, { written: [], problems: [], newer: 'newer' });
  assert.equal(await reportOf(), 'newer');
  assert.match(await readFile(join(folder, 'execution-report.md'), 'utf8'), /\*\*Execution ID\*\*: newer/);
  assert.equal(
    (await writeViews(sourceOf(folder, { state: newer.value }))).newer,
    null,
    'its own it replaces',
  );
});

for (const text of [
  '',
  '[]',
  'null',
  '{"run_id":"x"}',
  '{"run_id":"x","started_at":"soon"}',
  '{"started_at":7}',
]) {
  test(`a report.json that is ${JSON.stringify(text)} keeps nothing from being written`, async () => {
    const folder = await planFolder();
    await writeFile(join(folder, 'report.json'), text);
    assert.equal((await writeViews(sourceOf(folder))).newer, null);
    assert.match(await readFile(join(folder, 'report.json'), 'utf8'), /"run_id": "run-1"/);
  });
}

test('what agents print loses its control characters, also when it comes in pieces', async () => {
  const folder = await planFolder();
  async function* pieces(): AsyncGenerator<string> {
    yield 'a\u001b[3';
    yield '1mred\u001b[0m\tb\u0000\r\n';
    yield '\u009b2Jend';
  }
  await writeViews(sourceOf(folder, { readAttemptLog: () => pieces() }));
  const text = await readFile(join(folder, 'logs', 'task-001.log'), 'utf8');
  assert.doesNotMatch(text, UNPRINTABLE);
  assert.ok(text.endsWith('===\nared\tb\nend\n\n'), text);
});

test('a log is bounded and keeps its end', async () => {
  const folder = await planFolder();
  async function* endless(): AsyncGenerator<string> {
    for (let line = 0; line < 20_000; line += 1) yield `line ${line}\n`;
  }
  await writeViews(sourceOf(folder, { readAttemptLog: () => endless(), logSize: 1000 }));
  const text = await readFile(join(folder, 'logs', 'task-001.log'), 'utf8');
  assert.ok(text.length < 1300);
  assert.match(text, /\(\d+ characters before this are left out\)\nline \d+\n/);
  assert.match(text, /line 19999\n\n$/);
});

test('an attempt without output, or whose output cannot be read, says so', async () => {
  const folder = await planFolder();
  await writeViews(sourceOf(folder, { readAttemptLog: () => null }));
  const log = join(folder, 'logs', 'task-001.log');
  assert.match(await readFile(log, 'utf8'), /\(no output is kept\)/);
  const readAttemptLog = async () => await readFile(join(folder, 'gone'), 'utf8');
  const { problems } = await writeViews(sourceOf(folder, { readAttemptLog }));
  assert.deepEqual(problems, []);
  assert.match(await readFile(log, 'utf8'), /\(its output cannot be read: ENOENT\)/);
});

test('a bug in a reader of logs is not hidden', async () => {
  const folder = await planFolder();
  const readAttemptLog = () => {
    throw new TypeError('bug');
  };
  await assert.rejects(writeViews(sourceOf(folder, { readAttemptLog })), TypeError);
});

test('only the logs that are asked for', async () => {
  const folder = await planFolder();
  const { written } = await writeViews(sourceOf(folder, { logsOf: [] }));
  assert.equal(written.length, 2);
});

test('a folder that is gone is said, not thrown, and not made', async () => {
  const folder = join(root, 'gone');
  const { written, problems } = await writeViews(sourceOf(folder));
  assert.deepEqual(written, []);
  assert.deepEqual(
    problems.map((problem) => problem.reason),
    ['no-folder', 'no-folder', 'no-folder'],
  );
  assert.match(
    problems[0]?.message ?? '',
    /report\.json cannot be written: its folder is gone; bring the folder back/,
  );
  await assert.rejects(readdir(folder));
});

test('a read-only folder is said, not thrown', {
  skip: isRoot ? 'root may write everywhere' : false,
}, async () => {
  const folder = await planFolder();
  await chmod(folder, 0o500);
  const { problems } = await writeViews(sourceOf(folder));
  await chmod(folder, 0o700);
  assert.deepEqual(
    problems.map((problem) => problem.reason),
    ['read-only', 'read-only', 'read-only'],
  );
});

test('a file in the way of one view does not stop the others, and leaves no rubbish', async () => {
  const folder = await planFolder();
  await mkdir(join(folder, 'report.json'));
  const { written, problems } = await writeViews(sourceOf(folder));
  assert.equal(written.length, 2);
  assert.equal(problems.length, 1);
  assert.deepEqual((await readdir(folder)).sort(), ['execution-report.md', 'logs', 'report.json']);
});

test('a link never leads a view out of the folder', async () => {
  const folder = await planFolder();
  const outside = join(root, `outside-${folders}`);
  await mkdir(outside);
  await writeFile(join(outside, 'precious'), 'precious');
  await symlink(outside, join(folder, 'logs'));
  await symlink(join(outside, 'precious'), join(folder, 'report.json'));
  const { problems } = await writeViews(sourceOf(folder));
  assert.equal(problems.length, 1);
  assert.match(problems[0]?.message ?? '', /leads out of the plan's folder/);
  assert.deepEqual(await readdir(outside), ['precious']);
  assert.equal(await readFile(join(outside, 'precious'), 'utf8'), 'precious');
  assert.match(await readFile(join(folder, 'report.json'), 'utf8'), /^\{/);
});

test('an ignore file that is a link or no file is neither read nor replaced', async () => {
  const folder = await planFolder();
  const ignore = join(folder, '..', '.gitignore');
  const outside = join(root, `ignored-${folders}`);
  await writeFile(outside, '*/logs/\n');
  await symlink(outside, ignore);
  await writeViews(sourceOf(folder));
  assert.ok((await lstat(ignore)).isSymbolicLink());
  await rm(ignore);
  await symlink('/dev/zero', ignore);
  assert.deepEqual((await writeViews(sourceOf(folder))).problems, []);
  await rm(ignore);
});

test('an ignore file of ours is completed, any other is left alone', async () => {
  const folder = await planFolder();
  const ignore = join(folder, '..', '.gitignore');
  await writeFile(ignore, 'node_modules/\n');
  await writeViews(sourceOf(folder));
  assert.equal(await readFile(ignore, 'utf8'), 'node_modules/\n');
  await writeFile(ignore, '*/prompts/\r\n*/logs/\r\n*/report.json');
  await writeViews(sourceOf(folder));
  const completed =
    '*/prompts/\r\n*/logs/\r\n*/report.json\n*/execution-report.md\n*/integration-report.md\n';
  assert.equal(await readFile(ignore, 'utf8'), completed);
  await writeViews(sourceOf(folder));
  assert.equal(await readFile(ignore, 'utf8'), completed);
});

test('the tail of a text keeps whole lines, or the end of a line that is too long', () => {
  const lines = new LogTail(10);
  for (const piece of ['first\nsec', 'ond\nthi', 'rd\n']) lines.add(piece);
  assert.equal(lines.text(), 'third\n');
  assert.equal(lines.dropped, 13);
  const long = new LogTail(10);
  long.add('0123456789abcdefghij'.repeat(5));
  assert.equal(long.text(), 'abcdefghij');
  assert.equal(long.dropped, 90);
  const short = new LogTail(10);
  short.add('a\nb\n');
  assert.equal(short.text(), 'a\nb\n');
  assert.equal(short.dropped, 0);
});

test('each trouble of the system has its own words, and a bug has none', () => {
  const reasonOf = (code: string) => writeProblem('/x', Object.assign(new Error(code), { code })).reason;
  assert.deepEqual(['ENOTDIR', 'EROFS', 'EACCES', 'ENOSPC', 'EDQUOT', 'EIO'].map(reasonOf), [
    'no-folder',
    'read-only',
    'read-only',
    'no-space',
    'no-space',
    'io',
  ]);
  assert.throws(() => writeProblem('/x', new TypeError('bug')), TypeError);
});

test('a plan of parallel groups has a bundle for each agent that has begun, inside of its folder', async () => {
  const folder = await planFolder();
  const plan = makePlan([
    makeTask('2.1', 1, { agent: '../Builder-1' }),
    makeTask('2.2', 1, { agent: 'Builder-2' }),
  ]);
  const log = new RunLog({ ...plan, format: 'plan-md' }).open().openGroup(1).complete('2.1');
  const places: unknown[] = [];
  const readDiff: ViewSource['readDiff'] = (place) => {
    places.push(place);
    return Promise.resolve({ missing: 'git is broken' });
  };
  const { problems } = await writeViews(sourceOf(folder, { state: log.state(), readDiff }));
  assert.deepEqual(problems, []);
  assert.deepEqual(places, [{ base: 'a1'.repeat(20), tip: 'b2'.repeat(20) }]);
  assert.deepEqual(await readdir(join(folder, 'outputs')), ['builder-1']);
  const bundle = join(folder, 'outputs', 'builder-1');
  assert.equal((await readdir(bundle)).length, 11);
  assert.match(
    await readFile(join(bundle, 'builder-1.log'), 'utf8'),
    /^=== 2\.1: Task 2\.1 ===\n\n=== attempt 1 .*: done ===\nhello\n/,
  );
  assert.match(
    await readFile(join(bundle, 'changes.diff'), 'utf8'),
    /# not there: git is broken; see it with: git diff a1/,
  );
  assert.deepEqual(await readdir(join(folder, 'logs')), ['builder-1.log']);
  assert.deepEqual(await readdir(join(folder, 'reports')), ['exec_20251129_143052.md']);
  await assert.rejects(readdir(join(folder, 'archives')), { code: 'ENOENT' }, 'the run goes on');
  await rm(join(folder, 'outputs'), { recursive: true });
  await symlink(root, join(folder, 'outputs'));
  const again = await writeViews(sourceOf(folder, { state: log.state() }));
  assert.match(again.problems[0]?.message ?? '', /outputs is no folder/);
});

test('an older run of parallel groups that ends later leaves its own report and archive alone', async () => {
  const folder = await planFolder();
  const plan = { ...makePlan([makeTask('2.1', 1, { agent: 'Builder-1' })]), format: 'plan-md' as const };
  const log = new RunLog(plan).open().openGroup(1).complete('2.1');
  const older = log.add({ type: 'run.finished', status: 'succeeded' }).state();
  const later = new RunLog(plan, TEST_SETTINGS, 'newer').open().events;
  const newer = foldRun(later.map((event) => ({ ...event, at: event.at + 60_000 })));
  assert.ok(newer.ok);
  assert.equal((await writeViews(sourceOf(folder, { state: newer.value }))).newer, null);
  const { written, problems, newer: shown } = await writeViews(sourceOf(folder, { state: older }));
  assert.deepEqual([problems, shown], [[], 'newer']);
  const id = 'exec_20251129_143052';
  assert.deepEqual(
    written.map((path) => relative(folder, path)),
    [`archives/builder-1_${id}.tar.gz`, `reports/${id}.md`],
  );
  await assert.rejects(readdir(join(folder, 'outputs')), { code: 'ENOENT' });
});

test('what the process that drove a run has seen of itself stays in its report when the views are written again', async () => {
  const folder = await planFolder();
  const plan = { ...makePlan([makeTask('2.1', 1, { agent: 'Builder-1' })]), format: 'plan-md' as const };
  const log = new RunLog(plan).open().openGroup(1).complete('2.1');
  const left = log.add({ type: 'run.suspended', reason: 'interrupted' }).state();
  const ended = log.add({ type: 'run.finished', status: 'succeeded' }).state();
  const path = join(folder, 'reports', 'exec_20251129_143052.md');
  const observed = { refreshMs: 1100, cpuShare: 0.04 };
  const write = async (part: Partial<ViewSource>): Promise<string> => {
    assert.deepEqual((await writeViews(sourceOf(folder, part))).problems, []);
    return await readFile(path, 'utf8');
  };
  const seen = await write({ state: ended, observed });
  assert.match(
    seen,
    /Status refreshed every 10 seconds or sooner\*\*: ✅ kept \(the longest pause was 1\.1s\)/,
  );
  assert.equal(await write({ state: ended }), seen);
  await write({ state: left, observed });
  const anew = await write({ state: ended });
  assert.match(anew, /\*\*Status\*\*: SUCCESS/, 'a report of an earlier time is no reason to keep it');
  assert.match(anew, /Status refreshed every 10 seconds or sooner\*\*: ➖ not known/);
});

test("an earlier run's agents and messages are forgotten, what the user has put there stays", async () => {
  const folder = await planFolder();
  const run = (agent: string) =>
    new RunLog({ ...makePlan([makeTask('2.1', 1, { agent })]), format: 'plan-md' }).open().openGroup(1);
  await writeViews(sourceOf(folder, { state: run('Builder-1').complete('2.1').state() }));
  await writeFile(join(folder, 'outputs', 'builder-1', 'note.txt'), 'mine');
  for (const name of ['messages.jsonl', 'decisions.md', 'own.log'])
    await writeFile(join(folder, 'logs', name), 'old\n');
  const { problems } = await writeViews(
    sourceOf(folder, { state: run('Builder-2').complete('2.1').state() }),
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(await readdir(join(folder, 'outputs', 'builder-1')), ['note.txt']);
  assert.deepEqual((await readdir(join(folder, 'logs'))).sort(), ['builder-2.log', 'own.log']);
});
