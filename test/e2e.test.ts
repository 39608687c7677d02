/** Work of the front end with the real binary and a real browser: sent back for what can be seen, then merged. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { htmlPage, SERVER, WITHOUT_BROWSER } from '../src/testing/browsers.ts';
import { WITHOUT_BUBBLEWRAP } from '../src/testing/sandboxes.ts';
import { makeProject, type Project, processesIn } from './lib/project.ts';

const WIDE = htmlPage('<main class="shop"><div style="width:900px">wide</div></main>');
const GOOD = htmlPage('<main class="shop">fits</main>');

const RECIPE = JSON.stringify({
  tasks: {
    'task-001': {
      attempts: { 1: [{ write: { path: 'page.html', text: WIDE } }] },
      default: [{ write: { path: 'page.html', text: GOOD } }],
    },
  },
});

const TASK = `---
id: task-001-part
component: page
wave: 1
deps: []
agent: experts:any
work_type: FRONTEND
---

# task-001: The page

## Scope

CREATE: page.html
MODIFY: []
BOUNDARY: README.md

## Requirements

- Make the page

## Checklist

- [ ] page.html is there
`;

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(config: string): Project {
  const made = makeProject({
    waves: [{ tasks: { 'task-001': { create: 'page.html' } } }],
    recipe: RECIPE,
    config,
    files: {
      'server.mjs': SERVER,
      'parallel/TS-0001-sample/tasks/task-001-part.md': TASK,
      '.gitignore':
        'parallel/*/logs/\nparallel/*/report.json\nparallel/*/execution-report.md\n.claude/screenshots/current/\n.claude/screenshots/diff/\n',
    },
  });
  projects.push(made);
  return made;
}

function reportOf(made: Project) {
  return JSON.parse(readFileSync(join(made.path, made.plan, 'report.json'), 'utf8')).waves[0].tasks[0];
}

describe('cox run with an application', () => {
  it('sends back what is too wide for a small screen, and merges what is right', {
    skip: WITHOUT_BROWSER || WITHOUT_BUBBLEWRAP,
  }, async () => {
    const made = project(
      'e2e:\n  start: exec node server.mjs\n  test: echo "  5 passed (1s)"\n  timeout: 2m\n',
    );
    const ended = await made.cox(['run', made.plan], { COX_SANDBOX: 'required' });
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.match(ended.stdout, /task-001 E2E FAIL; .*horizontal overflow, the content is 900 px wide/);
    assert.match(
      ended.stdout,
      /task-001 E2E PASS; viewports mobile, tablet, desktop, wide; .*interactive tests 5\/5 passed; screenshots in \.claude\/screenshots\/current\//,
    );
    const report = reportOf(made);
    assert.equal(report.attempts, 2);
    assert.equal(report.e2e.status, 'passed');
    for (const { current } of report.e2e.pictures) assert.ok(existsSync(current), current);
    const log = readFileSync(join(made.path, made.plan, 'execution-report.md'), 'utf8');
    assert.match(log, /- \*\*E2E\*\*: ✅ PASS/);
    assert.equal(readdirSync(join(made.path, '.claude/screenshots/current')).length, 4);
    assert.equal(made.git(['status', '--porcelain']), '');
    assert.deepEqual(processesIn(made.root), []);
  });

  it('says that nobody looked where no application is configured', async () => {
    const made = project('');
    const planned = await made.cox(['plan', made.plan]);
    assert.match(planned.stdout, /^E2E: not run \(no e2e\.start configured; 1 task on the front end\)$/m);
    const ended = await made.cox(['run', made.plan]);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.doesNotMatch(ended.stdout, /E2E/, 'nothing new at each merge');
    assert.equal(reportOf(made).e2e.status, 'not run');
    const log = readFileSync(join(made.path, made.plan, 'execution-report.md'), 'utf8');
    assert.match(
      log,
      /^- \*\*E2E\*\*: ➖ NOT RUN, no e2e\.start configured; the work of task-001 asks for it$/m,
    );
  });
});
