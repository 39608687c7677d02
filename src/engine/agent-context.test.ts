import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Plan, Task } from '../core/plan.ts';
import { doneOutcome, RunLog, someWork } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { agentContext, contextNote } from './agent-context.ts';

const own = makeTask('2.1', 2, {
  title: 'Build\u001b[2J it',
  agent: 'Builder-1',
  dependsOn: ['1.1'],
  requirements: ['sign', 'verify'],
  criteria: ['a token can be refreshed'],
});
const tasks = [
  makeTask('1.1', 1, { title: 'Design', agent: 'Architect-1' }),
  makeTask('1.2', 1, { title: 'Draw', done: true }),
  makeTask('1.3', 1, { title: 'Look' }),
  own,
  makeTask('3.1', 3, { title: 'Later' }),
];
const made = makePlan(tasks);
const plan: Plan = {
  ...made,
  format: 'plan-md',
  context: [{ path: 'context.md', text: 'Prices are in cents.' }],
  groups: made.groups.map((group) => ({ ...group, after: group.number === 1 ? [] : [1] })),
};

function textFor(task: Task, settings = TEST_SETTINGS): string {
  const log = new RunLog(plan, settings).open().openGroup(1);
  log.complete('1.1', 60, doneOutcome({ work: someWork({ files: ['docs/design.md'] }) }));
  log.complete('1.3', 60, doneOutcome({ work: someWork({ files: [] }) }));
  return agentContext(log.state(), task)?.text ?? assert.fail();
}

describe('the context of an agent', () => {
  it('names its task, what others have made for it, and what is to come of it', () => {
    assert.equal(
      textFor(own),
      `\
# Agent Context: Builder-1

## Assigned Task
Build it

## Task ID
2.1

## Dependencies Met
- 1.1: Design (Architect-1, complete: docs/design.md)
- 1.2: Draw (complete before this run)
- 1.3: Look (complete, no file was changed)

## Expected Output
- sign
- verify

## Success Criteria
- [ ] a token can be refreshed

## Related Context
- context.md, in this folder
`,
    );
  });

  it('lists the tasks that it waits for alone, where groups are no barriers', () => {
    const text = textFor(own, { ...TEST_SETTINGS, schedule: 'dag' });
    assert.match(text, /## Dependencies Met\n- 1\.1: .*\n\n## /);
  });

  it('says what is not there', () => {
    const text = textFor(makeTask('1.1', 1, { title: 'Design' }));
    assert.match(text, /^# Agent Context: no agent is named\n/);
    for (const said of [
      'It waits for no other task.',
      'What the assigned task says.',
      'The plan names none.',
    ])
      assert.ok(text.includes(`\n${said}\n`), text);
  });

  it('is for plans of parallel groups', () => {
    const other = new RunLog(made).open().state();
    assert.equal(agentContext(other, own), null);
    assert.equal(contextNote(other), '');
    const note = contextNote(new RunLog(plan).open().state());
    assert.match(note, /\$COX_CONTEXT_DIR\/agent-context\.md\.\n.*\$COX_STATUS_FILE\.\n\n$/);
  });
});
