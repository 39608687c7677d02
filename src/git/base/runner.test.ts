import assert from 'node:assert/strict';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { createGit, describeGitProblem, redact } from './runner.ts';

let fixture: GitFixture;
before(() => {
  fixture = makeRepository();
});
after(() => fixture.remove());

/** What the environment of a git process is, told by an alias that prints it. */
async function environment(host: Readonly<Record<string, string>>): Promise<Map<string, string>> {
  const result = await createGit({ host }).run({
    args: ['show-environment'],
    cwd: fixture.path,
    config: [['alias.show-environment', '!env -0']],
  });
  assert.ok(result.ok);
  const lines = result.value.stdout.toString('utf8').split('\0');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

describe('the git runner', () => {
  it('hands nothing of git’s own variables and no secrets on', async () => {
    const env = await environment({
      ...fixture.env,
      GIT_INDEX_FILE: '/elsewhere',
      GIT_WORK_TREE: '/elsewhere',
      GIT_CONFIG_PARAMETERS: "'core.bare=true'",
      GIT_SSH_COMMAND: 'touch /elsewhere',
      API_TOKEN: 'secret',
    });
    assert.notEqual(env.get('GIT_INDEX_FILE'), '/elsewhere');
    assert.notEqual(env.get('GIT_WORK_TREE'), '/elsewhere');
    assert.equal(env.get('GIT_SSH_COMMAND'), 'ssh -o BatchMode=yes');
    assert.equal(env.get('API_TOKEN'), undefined);
    assert.equal(env.get('GIT_TERMINAL_PROMPT'), '0');
    assert.equal(env.get('LC_ALL'), 'C');
  });

  it('runs no hook and no file-system monitor', async () => {
    const trap = join(fixture.root, 'trapped');
    const hook = join(fixture.path, '.git/hooks/reference-transaction');
    fixture.git(['config', 'core.fsmonitor', `touch ${trap}`]);
    fixture.git(['config', 'core.hooksPath', '.git/hooks']);
    fixture.write({ '.git/hooks/reference-transaction': `#!/bin/sh\ntouch ${trap}\n` });
    chmodSync(hook, 0o755);
    const git = createGit({ host: fixture.env });
    const run = await git.run({ args: ['update-ref', 'refs/heads/made', 'HEAD'], cwd: fixture.path });
    const status = await git.run({ args: ['status', '--porcelain'], cwd: fixture.path });
    assert.ok(run.ok && status.ok);
    assert.ok(!existsSync(trap));
    fixture.git(['config', '--unset', 'core.fsmonitor']);
    writeFileSync(hook, '');
  });

  it('gives an unexpected exit as a value, with the command and git’s words, and no credentials', async () => {
    const url = 'https://user:token@example.invalid/x.git';
    const result = await createGit({ host: fixture.env }).run({
      args: ['-c', 'protocol.https.allow=never', 'ls-remote', url],
      cwd: fixture.path,
    });
    assert.ok(!result.ok);
    assert.equal(result.error.code, 128);
    assert.doesNotMatch(JSON.stringify(result.error), /token/);
    assert.match(describeGitProblem(result.error), /^git -c .* ended with 128: /);
  });

  it('takes exit codes for answers where they are', async () => {
    const git = createGit({ host: fixture.env });
    const asked = await git.run({ args: ['config', '--get', 'no.such'], cwd: fixture.path, codes: [0, 1] });
    assert.ok(asked.ok);
    assert.equal(asked.value.code, 1);
    const missing = await createGit({ host: fixture.env, program: '/no/such/git' }).run({
      args: ['version'],
      cwd: '/',
    });
    assert.ok(!missing.ok);
    assert.equal(missing.error.code, null);
  });

  it('asks one process again and again, and starts another for another kind of call', async () => {
    const git = createGit({ host: fixture.env });
    // An alias that answers each line with its process and what it was started with.
    const call = (name: string, gitDir = join(fixture.path, '.git')) => ({
      args: ['answer'],
      cwd: fixture.path,
      gitDir,
      config: [
        ['alias.answer', '!while read -r line; do echo "$$ $GIT_DIR $GIT_AUTHOR_NAME"; done'],
      ] as const,
      identity: { name, email: 'x' },
    });
    const ask = async (name: string, gitDir?: string): Promise<string> => {
      const answer = await git.ask(call(name, gitDir), { input: '\n', until: '\n' });
      assert.ok(answer.ok, JSON.stringify(answer));
      return answer.value.toString();
    };
    const ada = await ask('Ada');
    assert.match(ada, /^\d+ .*\.git Ada\n$/);
    assert.equal(await ask('Ada'), ada);
    assert.notEqual((await ask('Bob')).split(' ')[0], ada.split(' ')[0]);
    await git.rest();
    assert.throws(() => process.kill(Number(ada.split(' ')[0]), 0), /ESRCH/);
    assert.notEqual(await ask('Ada'), ada);
    await git.rest();
  });

  it('gives the end of a process that was asked as a value, in git’s words', async () => {
    const git = createGit({ host: fixture.env });
    const call = { args: ['update-ref', '--stdin'], cwd: fixture.path, gitDir: join(fixture.path, '.git') };
    const failed = await git.ask(call, { input: 'start\nno such thing\ncommit\n', until: 'commit: ok\n' });
    assert.ok(!failed.ok);
    assert.equal(failed.error.code, 128);
    assert.match(describeGitProblem(failed.error), /^git update-ref --stdin ended with 128: fatal: unknown/);
  });

  it('takes user names and tokens out of URLs', () => {
    assert.equal(
      redact('from https://a:b@c.d/e and ssh://git@f/g'),
      'from https://***@c.d/e and ssh://***@f/g',
    );
    assert.equal(redact('a@b.c https://c.d/e@f'), 'a@b.c https://c.d/e@f');
  });
});
