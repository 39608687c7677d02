import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { isValid } from '../../core/finding.ts';
import { findCycle } from '../../core/graph.ts';
import { isBranchName } from '../../core/names.ts';
import { indexPlan } from '../../core/plan-index.ts';
import { assertPlaced } from '../../testing/plan-examples.ts';
import { planMdText } from '../../testing/plan-md-text.ts';
import { isPlanMd, readPlanMd } from './read-plan-md.ts';

const agentFiles = {
  files: new Map([
    ['.claude/agents/builder.md', '---\nname: builder\ntools: Read, Edit\nmodel: opus\n---\nYou build.'],
    ['.claude/agents/odd.md', '---\ndescription: a: b: c\n  x\n---\n'],
  ]),
};

it('whatever a file holds, reading it gives a plan that can be run, or located findings', () => {
  fc.assert(
    fc.property(planMdText, (drawn) => {
      isPlanMd(drawn);
      const files = new Map([['PLAN.md', drawn]]);
      const { plan, findings } = readPlanMd({ files }, { agentFiles });
      assert.equal(plan === undefined, !isValid(findings), JSON.stringify(findings));
      assertPlaced(findings, files);
      if (plan === undefined) return;
      const { task, group } = indexPlan(plan);
      assert.equal(task.size, plan.tasks.length);
      assert.equal(group.size, plan.groups.length);
      assert.deepEqual(
        plan.groups.flatMap(({ tasks }) => tasks).toSorted(),
        plan.tasks.map(({ id }) => id).toSorted(),
      );
      for (const { dependsOn, branch, estimateSeconds = 0 } of plan.tasks) {
        assert.ok(dependsOn.every((id) => task.has(id)));
        assert.ok(branch === undefined || isBranchName(branch), branch);
        assert.ok(estimateSeconds >= 0);
      }
      for (const { after } of plan.groups) {
        assert.ok(after.every((number) => group.has(number)));
      }
      const order = plan.groups.map(({ number, after }) => ({
        id: `${number}`,
        dependsOn: after.map(String),
      }));
      assert.equal(findCycle(order), null);
    }),
    { numRuns: 1500 },
  );
});
