/** Agents that the plan names and the repository describes, with a driver that cannot be all of that. */

import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { makeProject, type Project } from './lib/project.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(driver: string): Project {
  const made = makeProject({
    waves: [{ tasks: { 'task-001': { create: 'one.txt' }, 'task-002': { create: 'two.txt' } } }],
    recipe: '',
    files: {
      '.claude/agents/any.md': '---\nname: any\ntools: Read, Edit\nmodel: opus\n---\nYou work.\n',
      'coxswain.config.yaml': JSON.stringify({ agent: { driver } }),
    },
  });
  projects.push(made);
  return made;
}

it('validate and plan say what the chosen agent cannot be; where it can, they say nothing', async () => {
  const made = project('codex');
  const validated = await made.cox(['validate', made.plan, '--json']);
  assert.equal(validated.code, 0, validated.stdout);
  const findings = JSON.parse(validated.stdout).findings.filter(
    ({ rule }: { rule: string }) => rule === 'agent-profile',
  );
  assert.equal(findings.length, 2, validated.stdout);
  for (const { severity, file, tasks } of findings)
    assert.deepEqual([severity, file, tasks], ['warning', '.claude/agents/any.md', ['task-001', 'task-002']]);
  const planned = await made.cox(['plan', made.plan]);
  assert.equal(planned.code, 0, planned.stderr);
  assert.match(planned.stderr, /the model opus of \S+ means nothing to codex/);
  assert.match(planned.stderr, /no tool for .*running commands.* codex cannot be kept from that/);
  const claude = project('claude-code');
  assert.doesNotMatch((await claude.cox(['plan', claude.plan])).stderr, /means nothing|cannot be kept/);
});
