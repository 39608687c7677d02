/** Messages between the agents of a run, with the real binary. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { WITHOUT_BUBBLEWRAP } from '../src/testing/sandboxes.ts';
import { COX, makeProject, type Project } from './lib/project.ts';
import { until } from './lib/until.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

/** Two tasks at once, and a third behind them. */
function project(recipe: string): Project {
  const made = makeProject({
    waves: [
      { tasks: { 'task-001': { create: 'a.txt' }, 'task-002': { create: 'b.txt' } } },
      { tasks: { 'task-003': { create: 'c.txt' } } },
    ],
    recipe,
    config: 'checks:\n  enabled: false\n',
  });
  projects.push(made);
  return made;
}

/** A step that leaves a message in one go. */
function put(name: string, message: object): string {
  const words = JSON.stringify(message).replaceAll("'", '');
  const command = `printf %s '${words}' > "$COX_OUTBOX/${name}.new" && mv "$COX_OUTBOX/${name}.new" "$COX_OUTBOX/${name}.json"`;
  return `    - run: ${JSON.stringify(command)}`;
}

/** Of several that came within a second, any may have the first name. */
const QUESTION = '"$(grep -l question "$COX_INBOX"/*.json)"';
const TOLD = `    - run: 'until ls "$COX_INBOX"/*.json >/dev/null 2>&1; do sleep 0.05; done'`;

const TALK = `tasks:
  task-001:
${put('1', { to_agent: 'task-002', message_type: 'question', subject: 'Which port?' })}
${put('2', { to_agent: 'ALL', message_type: 'decision_announcement', subject: 'Use UTC', payload: { why: 'no surprises' } })}
${put('3', { to_agent: 'nobody', message_type: 'question' })}
    - run: 'until grep -qs acknowledgment "$COX_INBOX"/*.json && grep -qs "was not sent" "$COX_INBOX"/*.json; do sleep 0.05; done'
    - run: 'cat "$COX_INBOX"/*.json > a.txt'
  task-002:
    - run: 'until grep -qs question "$COX_INBOX"/*.json; do sleep 0.05; done'
    - run: ${JSON.stringify(`cat ${QUESTION} > b.txt`)}
    - run: 'id=$(sed -n "s/.*message_id.: .\\(msg_[^,]*\\).,/\\1/p" b.txt); printf "{\\"message_type\\":\\"acknowledgment\\",\\"in_reply_to\\":\\"%s\\"}" "$id" > "$COX_OUTBOX/ack.json"'
  task-003:
    - run: 'cat "$COX_CONTEXT_DIR/decisions.md" "$COX_PROMPT_FILE" > c.txt'
`;

async function talk(env: Readonly<Record<string, string>>): Promise<void> {
  const made = project(TALK);
  const ran = await made.cox(['run', made.plan], env);
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  const status = JSON.parse((await made.cox(['status', '--json'])).stdout);
  const show = (file: string): string => made.git(['show', `${status.run.integrationBranch}:${file}`]);
  const question = JSON.parse(show('b.txt'));
  assert.deepEqual(
    [question.from_agent, question.to_agent, question.message_type, question.subject, question.status],
    ['task-001', 'task-002', 'question', 'Which port?', 'delivered'],
  );
  assert.match(show('a.txt'), new RegExp(`"in_reply_to": "${question.message_id}"`));
  assert.match(show('a.txt'), /3\.json was not sent: nobody is called/);
  assert.match(show('c.txt'), /^# Decisions\n\n## Use UTC\n\ntask-001, .*\n\n- why: no surprises\n/);
  assert.match(show('c.txt'), /=== DECISIONS THAT OTHER AGENTS HAVE ANNOUNCED ===\n\n {4}## Use UTC/);
  assert.match(ran.stdout, /task-001 to task-002: question "Which port\?"/);
  const events = ran.stdout.split('\n').filter((line) => line.includes('decision_announcement'));
  assert.equal(events.length, 1, ran.stdout);
  const decisions = readFileSync(join(made.path, made.plan, 'logs/decisions.md'), 'utf8');
  assert.match(decisions, /^# Decisions\n\n## Use UTC\n/);
}

describe('agents of a run', { timeout: 1_200_000 }, () => {
  it('write to one another, acknowledge, and announce decisions', async () => {
    await talk({});
  });

  it('do so behind walls', { skip: WITHOUT_BUBBLEWRAP }, async () => {
    await talk({ COX_SANDBOX: 'required' });
  });

  it('use `cox message` for it, and the run keeps what was said', async () => {
    const command = (words: string): string => `    - run: ${JSON.stringify(words)}`;
    const made = project(`tasks:
  task-001:
${command(`${COX} message send --from me --to task-002 --type question --subject Port > id.txt`)}
${command(`until ${COX} message inbox task-001 | grep -q acknowledgment; do sleep 0.2; done; mv id.txt a.txt`)}
  task-002:
${command(`until ${COX} message inbox task-002 | grep -q question; do sleep 0.2; done`)}
${command(`${COX} message ack $(${COX} message inbox task-002 | cut -d'|' -f1) > b.txt; ${COX} message inbox task-002 >> b.txt`)}
  task-003:
${command('echo x > c.txt')}
`);
    const ran = await made.cox(['run', made.plan]);
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    const lines = readFileSync(join(made.path, made.plan, 'logs/messages.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    const [question, answer, ...others] = lines.map((line) => JSON.parse(line));
    assert.deepEqual(others, []);
    assert.deepEqual([question.from_agent, question.subject, question.waiting], ['task-001', 'Port', []]);
    assert.deepEqual(
      [question.acknowledged[0].task, answer.message_type, answer.in_reply_to],
      ['task-002', 'acknowledgment', question.message_id],
    );
    const { run } = JSON.parse((await made.cox(['status', '--json'])).stdout);
    for (const file of ['a.txt', 'b.txt'])
      assert.equal(made.git(['show', `${run.integrationBranch}:${file}`]), question.message_id);
    assert.ok(!ran.stdout.includes('acknowledgment'), ran.stdout);
  });

  it('are told of what scripts decide while the run goes on, and while nobody drives it', async () => {
    const made = project(`tasks:
  task-001:
    - run: 'until [ -e "$STARTS" ]; do sleep 0.05; done; echo x > a.txt'
  task-002:
    - run: 'echo x > b.txt'
  task-003:
    - run: 'cat "$COX_CONTEXT_DIR/decisions.md" "$COX_PROMPT_FILE" > c.txt'
`);
    const decide = (subject: string) =>
      made.cox([
        ...['message', 'broadcast', '--from', 'lead', '--type', 'decision_announcement'],
        ...['--subject', subject],
      ]);
    const go = join(made.root, 'go');
    const first = made.start(['run', made.plan], { STARTS: go });
    await until(() => first.stdout().includes('task-001 started'));
    assert.equal((await decide('Use UTC')).code, 0);
    await until(() => first.stdout().includes('lead has decided "Use UTC"'));
    first.kill('SIGKILL');
    await first.ended;
    const told = await decide('Sign with RS256');
    assert.deepEqual([told.code, told.stderr.match(/was not told/)], [0, null]);
    made.write({ go: '' }, made.root);
    const ended = await made.cox(['resume'], { STARTS: go });
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const { run } = JSON.parse((await made.cox(['status', '--json'])).stdout);
    const seen = made.git(['show', `${run.integrationBranch}:c.txt`]);
    assert.match(seen, /^# Decisions\n\n## Use UTC\n\nlead, .*\n## Sign with RS256\n/s);
    assert.match(seen, /=== DECISIONS THAT OTHER AGENTS HAVE ANNOUNCED ===\n\n {4}## Use UTC/);
    const kept = readFileSync(join(made.path, made.plan, 'logs/messages.jsonl'), 'utf8')
      .trimEnd()
      .split('\n');
    assert.deepEqual(
      kept.map((line) => JSON.parse(line).subject),
      ['Use UTC', 'Sign with RS256'],
    );
    // One that has ended is told nothing more, and that is no problem.
    const late = await decide('Too late');
    assert.deepEqual([late.code, late.stderr.match(/was not told/)], [0, null]);
  });

  it('are told once, though cox is killed meanwhile', async () => {
    const made = project(`tasks:
  task-001:
${put('1', { to_agent: 'task-002', message_type: 'question', subject: 'Which port?' })}
    - run: 'until [ -e "$STARTS" ]; do sleep 0.05; done; echo x > a.txt'
  task-002:
${TOLD}
    - run: 'until [ -e "$STARTS" ]; do sleep 0.05; done; echo x > b.txt'
  task-003:
    - run: 'echo x > c.txt'
`);
    const go = join(made.root, 'go');
    const first = made.start(['run', made.plan], { STARTS: go });
    await until(() => first.stdout().includes('Which port?'));
    first.kill('SIGKILL');
    await first.ended;
    const second = made.start(['resume'], { STARTS: go });
    await until(() => second.stdout().includes('driven'));
    made.write({ go: '' }, made.root);
    const ended = await second.ended;
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.ok(!ended.stdout.includes('Which port?'), 'it is not sent again');
    const { run } = JSON.parse((await made.cox(['status', '--json'])).stdout);
    const folder = join(made.path, '.git/coxswain/runs', run.id, 'attempts/task-002/1/inbox');
    const names = readdirSync(folder);
    assert.equal(names.length, 1);
    assert.equal(JSON.parse(readFileSync(join(folder, names[0] ?? ''), 'utf8')).subject, 'Which port?');
  });
});
