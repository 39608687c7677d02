import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { COX, makeProject, processesIn } from './lib/project.ts';

test('the demo needs nothing, and the command that it ends with removes all that it has made', async (t) => {
  const project = makeProject({ waves: [], recipe: 'tasks: {}\n' });
  t.after(() => project.remove());
  const home = join(project.root, 'home');
  // Settings of the user's, which the demo must not go by.
  mkdirSync(join(home, 'config', 'coxswain'), { recursive: true });
  writeFileSync(join(home, 'config', 'coxswain', 'config.yaml'), 'retries: 0\nagent: {command: "false"}\n');
  const folder = join(project.root, "it's a demo");
  const { code, stdout, stderr } = await project.cox(['demo', folder], { COX_AGENT_COMMAND: 'false' });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /succeeded: 5 of 5 tasks merged/);
  // The three things that go wrong on purpose, whatever the user's own settings are.
  for (const said of ['task-002 attempt 1 failed', 'because of task-003', 'task-004 attempt 2 done'])
    assert.ok(stdout.includes(said), `${said}\n${stdout}`);
  // The sample's own tests run on each merge, and the report is printed.
  const merged = [...stdout.matchAll(/ (task-00\d) test of its merge passed/g)].map(([, task]) => task);
  assert.deepEqual([...new Set(merged)].sort(), ['task-001', 'task-002', 'task-003', 'task-004', 'task-005']);
  const report = readFileSync(/^The report: +(.+)$/m.exec(stderr)?.[1] ?? '', 'utf8');
  assert.match(report, /^# Parallel Execution Report: /);
  assert.ok(stdout.includes(report), stdout);
  assert.equal(/^The repository: (.+)$/m.exec(stderr)?.[1], join(folder, 'project'));
  assert.deepEqual(readdirSync(folder).sort(), ['project', 'slots']);
  assert.match(
    readFileSync(join(folder, 'project/parallel/TS-0001-trip-costs/report.json'), 'utf8'),
    /"succeeded"/,
  );
  const look = /^Look around: +(.+)$/m.exec(stderr)?.[1] ?? '';
  assert.match(execFileSync('sh', ['-c', look], { encoding: 'utf8', env: project.env }), /\* .*task-005/);
  const merge = /^Merge the work: +(.+)$/m.exec(stderr)?.[1] ?? '';
  const env = { ...project.env, PATH: `${dirname(COX)}:${process.env['PATH']}` };
  const integrated = execFileSync('sh', ['-c', merge], {
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  assert.match(integrated, /^Tech Spec Compliance: warning: 5 criteria/m);
  assert.match(integrated, /^main: merged/m);
  const changed = execFileSync('git', ['status', '--porcelain'], {
    cwd: join(folder, 'project'),
    encoding: 'utf8',
  });
  assert.equal(changed, ' M parallel/TS-0001-trip-costs/manifest.json\n');
  const remove = /^Remove it all: +(.+)\n$/m.exec(stderr)?.[1] ?? '';
  execFileSync('sh', ['-c', remove], { cwd: project.root });
  assert.equal(existsSync(folder), false);
  assert.equal(existsSync(join(home, 'state')), false, 'nothing is left in the state folder');
  assert.deepEqual(processesIn(project.root), []);
});
