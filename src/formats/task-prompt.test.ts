import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type PromptInput, renderPrompt } from './task-prompt.ts';

const TASK: PromptInput = {
  id: 'task-001',
  title: 'Users',
  agent: 'python-experts:django-expert',
  wave: 2,
  dependsOn: ['task-000'],
  component: 'users',
  skills: ['a-skill'],
  contracts: ['contracts/types.py'],
  scope: {
    create: [{ pattern: 'a/b.py' }],
    modify: [{ pattern: 'c.py', symbol: 'A.run' }],
    boundary: [{ pattern: 'other/*' }],
  },
  verifyOnly: false,
  requirements: '- One *requirement*,\n  word for word\n',
  checklist: '- [ ] One `criterion`',
  context: '# Context\n\nAll of it',
  technology: 'Python',
  validation: { kind: 'shell', command: 'pytest\nmypy .' },
};

/** The text of each section, by name. */
function sections(prompt: string): ReadonlyMap<string, string> {
  const parts = prompt.split(/^=== (.+) ===$/m);
  return new Map(
    parts
      .slice(1)
      .flatMap((part, index, all) => (index % 2 === 0 ? [[part, all[index + 1]?.trim() ?? '']] : [])),
  );
}

describe('renderPrompt', () => {
  it('has the sections in their order, below the header', () => {
    const prompt = renderPrompt(TASK);
    assert.match(
      prompt,
      /^TASK-001: Users\nAgent: python-experts:django-expert\nWave: 2\nDependencies: task-000\n\n=== REQUIRED SKILLS ===\n/,
    );
    assert.deepEqual(
      [...sections(prompt).keys()],
      [
        'REQUIRED SKILLS',
        'CONTEXT',
        'OBJECTIVE',
        'CONTRACTS',
        'FILES TO CREATE',
        'FILES TO MODIFY',
        'DO NOT MODIFY',
        'IMPLEMENTATION REQUIREMENTS',
        'ACCEPTANCE CRITERIA',
        'EXECUTION INSTRUCTIONS',
        'IMPORTANT RULES',
        'COMPLETION SIGNAL',
        'OUTPUT FORMAT (REQUIRED)',
      ],
    );
  });

  it('copies context, requirements and checklist word for word, and names the rest', () => {
    const all = sections(renderPrompt(TASK));
    assert.equal(all.get('CONTEXT'), TASK.context);
    assert.equal(all.get('IMPLEMENTATION REQUIREMENTS'), TASK.requirements.trim());
    assert.equal(all.get('ACCEPTANCE CRITERIA'), TASK.checklist);
    assert.equal(all.get('FILES TO CREATE'), '- a/b.py');
    assert.equal(all.get('FILES TO MODIFY'), '- c.py::A.run');
    assert.equal(all.get('DO NOT MODIFY'), '- other/*');
    assert.match(all.get('CONTRACTS') ?? '', /\$COX_CONTEXT_DIR.*- contracts\/types\.py/s);
    assert.match(
      all.get('EXECUTION INSTRUCTIONS') ?? '',
      /current directory is your own worktree.*pytest, mypy.* {3}mypy \.$/s,
    );
  });

  it('says for which Python to write, where the plan does', () => {
    const of = (prompt: string): string => sections(prompt).get('EXECUTION INSTRUCTIONS') ?? '';
    assert.match(of(renderPrompt({ ...TASK, pythonVersion: '3.11' })), /^\d\. Write for Python 3\.11\.$/m);
    assert.doesNotMatch(of(renderPrompt(TASK)), /Write for Python/);
  });

  it('asks for the promise and the summary', () => {
    const all = sections(renderPrompt(TASK));
    assert.match(all.get('COMPLETION SIGNAL') ?? '', /^<promise>TASK_DONE: task-001<\/promise>$/m);
    assert.match(all.get('COMPLETION SIGNAL') ?? '', /^<promise>TASK_FAILED: task-001<\/promise>$/m);
    const summary = all.get('OUTPUT FORMAT (REQUIRED)')?.split('\n').at(-1) ?? '';
    assert.deepEqual(Object.keys(JSON.parse(summary)), [
      ...[
        'task_completed',
        'validation_passed',
        'files_created',
        'files_modified',
        'tests_run',
        'tests_passed',
      ],
      ...['tests_failed', 'summary', 'full_log', 'error_message'],
    ]);
  });

  it('says None where there is nothing, in every section', () => {
    const {
      agent: _agent,
      component: _component,
      technology: _technology,
      validation: _validation,
      ...rest
    } = TASK;
    const nothing: PromptInput = {
      ...rest,
      dependsOn: [],
      skills: [],
      contracts: [],
      scope: { create: [], modify: [], boundary: [] },
      verifyOnly: true,
      requirements: '',
      checklist: ' \n',
      context: '',
    };
    const all = sections(renderPrompt(nothing));
    const empty = [...all].filter(([, text]) => text === 'None.').map(([name]) => name);
    assert.equal(empty.length, 8);
    assert.match(all.get('OBJECTIVE') ?? '', /only verifies/);
    assert.match(all.get('IMPORTANT RULES') ?? '', /^- Change no file\.$/m);
  });

  it('names a context that is too long to be sent with every task', () => {
    const prompt = renderPrompt({ ...TASK, context: 'word '.repeat(20_000) });
    assert.match(
      sections(prompt).get('CONTEXT') ?? '',
      /context\.md in the folder that \$COX_CONTEXT_DIR names/,
    );
  });

  it('says of a plan without waves, and of files that may be there or not, what is known', () => {
    const { wave: _wave, ...rest } = TASK;
    const scope = { create: [], modify: [{ pattern: 'a.ts' }], boundary: [] };
    const prompt = renderPrompt({ ...rest, scope, mayCreate: true });
    assert.doesNotMatch(prompt, /^Wave:|FILES TO MODIFY/m);
    assert.equal(sections(prompt).get('FILES TO CREATE OR MODIFY'), '- a.ts');
    const free = renderPrompt({ ...rest, scope: { ...scope, modify: [] } });
    assert.match(sections(free).get('IMPORTANT RULES') ?? '', /^- Change only what this task needs/);
    for (const name of ['FILES TO CREATE', 'FILES TO MODIFY'])
      assert.match(sections(free).get(name) ?? '', /names none: those that this task needs/, 'not forbidden');
  });
});
