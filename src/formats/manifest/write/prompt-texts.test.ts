import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePlan, makeTask } from '../../../testing/plans.ts';
import { promptTexts } from './prompt-texts.ts';

const plan = {
  ...makePlan([
    makeTask('task-001-users', 1, { title: 'Users', agent: 'python:expert', component: 'a|b' }),
    makeTask('task-002-mail', 1),
    makeTask('task-002-page', 2, { title: 'The\npage' }),
  ]),
  name: 'inventory',
};

test('the list has a table of task, agent and component for each wave, and the command that starts each', () => {
  const list = promptTexts(plan, "parallel/it's").get('prompts/agent-prompts.md');
  assert.equal(
    list,
    `# Agent prompts: inventory

All of them at once, each in a worktree of its own: \`cox run 'parallel/it'\\''s'\`. By hand, one at a time:

## Wave 1

| Task | Agent | Component |
|---|---|---|
| task-001-users: Users | python:expert | a\\|b |
| task-002-mail: Task task-002-mail |  |  |

\`\`\`sh
claude -p "$(cat 'parallel/it'\\''s/prompts/task-001.txt')"
claude -p "$(cat 'parallel/it'\\''s/prompts/task-002-mail.txt')"
\`\`\`

## Wave 2

| Task | Agent | Component |
|---|---|---|
| task-002-page: The page |  |  |

\`\`\`sh
claude -p "$(cat 'parallel/it'\\''s/prompts/task-002-page.txt')"
\`\`\`
`,
  );
});

test('a file is called by the short name of its task, unless two tasks would have it', () => {
  assert.deepEqual(
    [...promptTexts(plan, 'x').keys()],
    [
      'prompts/task-001.txt',
      'prompts/task-002-mail.txt',
      'prompts/task-002-page.txt',
      'prompts/agent-prompts.md',
    ],
  );
});
