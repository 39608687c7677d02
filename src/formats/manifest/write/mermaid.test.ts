import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePlan, makeTask } from '../../../testing/plans.ts';
import { architectureText, taskGraphText } from './mermaid.ts';

const plan = makePlan([
  makeTask('task-001', 1, { component: 'users', title: 'Users "first"', estimateSeconds: 1200 }),
  makeTask('task-002', 1, { component: 'mail', title: 'Mail', estimateSeconds: 600 }),
  makeTask('task-003', 2, {
    component: 'orders',
    title: 'Orders',
    estimateSeconds: 600,
    dependsOn: ['task-001'],
  }),
]);

test('the task graph has a subgraph for each wave, and a chart whose critical path is marked', () => {
  assert.equal(
    taskGraphText(plan),
    `# Task graph: plan

\`\`\`mermaid
flowchart TB
    subgraph wave1["Wave 1"]
        t1["task-001: Users #quot;first#quot;"]
        t2["task-002: Mail"]
    end
    subgraph wave2["Wave 2"]
        t3["task-003: Orders"]
    end
    t1 --> t3
\`\`\`

Critical path: task-001 → task-003.

\`\`\`mermaid
gantt
    dateFormat YYYY-MM-DD HH:mm
    axisFormat %H:%M
    section Wave 1
    task-001 :crit, t1, 2000-01-01 00:00, 20m
    task-002 :t2, 2000-01-01 00:00, 10m
    section Wave 2
    task-003 :crit, t3, after t1, 10m
\`\`\`
`,
  );
});

test('the critical path goes from wave to wave, as the chart does', () => {
  const tasks = [
    makeTask('a', 1, { estimateSeconds: 600, size: 'large' }),
    makeTask('b', 1, { estimateSeconds: 1200, size: 'small' }),
    makeTask('c', 2, { estimateSeconds: 60 }),
  ];
  const text = taskGraphText(makePlan(tasks));
  assert.match(text, /^Critical path: b → c\.$/m);
  assert.match(text, / a :t1, .*\n.* b :crit, t2, .*\n.*\n.* c :crit, t3, after t2, 1m\n/);
});

test('no title ends its label, and no id is a word of the chart', () => {
  const odd = '"a" `b` %%{c}%% #35; &lt; <d>\n\\n end';
  const text = taskGraphText(
    makePlan([
      makeTask('gantt-1', 1, { title: odd }),
      makeTask('title', 1, { title: '' }),
      makeTask('задача', 1, { title: 'x'.repeat(5000) }),
    ]),
  );
  assert.ok(
    text.includes(
      't1["gantt-1: #quot;a#quot; #96;b#96; #37;#37;{c}#37;#37; #35;35; #amp;lt; #lt;d> #92;n end"]',
    ),
    text,
  );
  assert.match(text, / t3\["задача: x{1,200}…"\]\n/);
  assert.match(text, /\n {4}task gantt-1 :crit, t1, .*\n {4}task title :t2, .*\n {4}задача :t3, /);
  assert.match(
    architectureText(makePlan([makeTask('task-001', 1, { component: '  ' })])),
    /\n {4}c1\["-"\]\n/,
  );
});

test('a diagram that is larger than Mermaid draws has no arrows, or is none', () => {
  const wide = (count: number) =>
    makePlan([
      makeTask('root', 1),
      ...Array.from({ length: count }, (_, index) =>
        makeTask(`task-${index}`, 2, { dependsOn: ['root'], title: 'A title of some length' }),
      ),
    ]);
  assert.equal(taskGraphText(wide(499)).match(/ t1 --> t\d+$/gm)?.length, 499);
  const large = taskGraphText(wide(600));
  assert.doesNotMatch(large, /-->/);
  assert.match(large, /^The 600 arrows are left out: /m);
  assert.match(taskGraphText(wide(2000)), /^The plan is too large for a diagram of Mermaid\.$/m);
});

test('the architecture leads from each component to those that build on it', () => {
  const text = architectureText(plan);
  assert.match(text, /```mermaid\ngraph TB\n {4}c1\["users"\]\n {4}c2\["mail"\]\n {4}c3\["orders"\]\n/);
  assert.match(text, /\n {4}c1 --> c3\n```\n$/);
});
