import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { until } from '../../testing/jobs.ts';
import { killStarters, startMany } from '../../testing/starters.ts';
import { GitFailure } from './failure.ts';
import { createGit } from './runner.ts';

let fixture: GitFixture;
before(() => {
  fixture = makeRepository();
});
after(() => fixture.remove());

const skip = process.platform === 'linux' ? false : 'needs /proc';

test('a git that went out of sight when its helper was killed may do better the next time', {
  skip,
}, async () => {
  await startMany();
  const git = createGit({ host: fixture.env });
  const [begun, go] = [join(fixture.path, 'begun'), join(fixture.path, 'go')];
  const running = git.run({
    args: ['wait'],
    cwd: fixture.path,
    config: [['alias.wait', '!: >begun; until test -e go || ! test -e begun; do sleep 0.05; done']],
  });
  assert.ok(await until(() => existsSync(begun)));
  killStarters();
  const result = await running;
  writeFileSync(go, '');
  assert.ok(!result.ok);
  assert.equal(new GitFailure(result.error).mayPass, true, result.error.stderr);
  assert.ok((await git.run({ args: ['version'], cwd: fixture.path })).ok);
});
