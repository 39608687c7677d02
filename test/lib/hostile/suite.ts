/** All attempts in one run, as tests: one for each attempt and for each honest agent. */

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { WITHOUT_BUBBLEWRAP } from '../../../src/testing/sandboxes.ts';
import { processesIn, WHOLE_RUN_MS } from '../project.ts';
import type { Attempt } from './attempt.ts';
import { ON_FILES } from './attempts-files.ts';
import { ON_OBJECTS } from './attempts-objects.ts';
import { ON_PROCESSES } from './attempts-processes.ts';
import { ON_REFS } from './attempts-refs.ts';
import { ON_WORDS } from './attempts-words.ts';
import { HONEST } from './honest.ts';
import { type HostileResult, type HostileRun, runHostile } from './world.ts';

export const ATTEMPTS: readonly Attempt[] = [
  ...ON_REFS,
  ...ON_OBJECTS,
  ...ON_FILES,
  ...ON_PROCESSES,
  ...ON_WORDS,
];

export function hostileSuite({ as, sandbox }: Omit<HostileRun, 'attempts'>): void {
  const who = as === 'user' ? 'an ordinary user' : process.getuid?.() === 0 ? 'root' : 'the user';
  describe(`a hostile agent of ${who} in a sandbox`, { skip: skipped(as) }, () => {
    let result: HostileResult;
    before(
      async () => {
        result = await runHostile({ attempts: ATTEMPTS, as, sandbox });
      },
      { timeout: WHOLE_RUN_MS },
    );
    after(() => result?.remove());

    for (const attempt of ATTEMPTS)
      it(`${attempt.name}, and fails`, () => {
        const id = result.ids.get(attempt) ?? '';
        assert.equal(result.through(attempt), null);
        assert.ok(
          result.wasTried(attempt),
          `it was not tried: ${result.after.state(id)}\n${result.after.log(id).slice(0, 2000)}\n${result.said.slice(-2000)}`,
        );
      });

    for (const honest of HONEST)
      it(`an honest agent beside it ${honest.name}, and its work is merged`, () => {
        const id = result.honest.get(honest) ?? '';
        const { state, log, git, merged } = result.after;
        assert.equal(state(id), 'merged', log(id));
        assert.notEqual(git(['show', `${merged}:made/${id}.txt`]), '');
      });

    it('leaves nothing running, and the repository whole', () => {
      const { root, git } = result.after;
      assert.deepEqual(processesIn(root), []);
      git(['fsck', '--no-dangling']);
    });
  });
}

/** The same agents without a sandbox: what they do is harmless there, and most of it has to be seen. */
export function bareSuite(): void {
  describe('the same agents without a sandbox', { skip: skipped('self') }, () => {
    const attempts = ATTEMPTS.filter(({ bare }) => bare !== 'untried');
    let result: HostileResult;
    before(
      async () => {
        result = await runHostile({ attempts, as: 'self', sandbox: 'off' });
      },
      { timeout: WHOLE_RUN_MS },
    );
    after(() => result?.remove());

    for (const attempt of attempts.filter(({ bare }) => bare === 'succeeds'))
      it(`${attempt.name}, and it is seen`, () => {
        assert.notEqual(result.through(attempt), null);
      });
  });
}

function skipped(as: HostileRun['as']): string | false {
  if (process.platform !== 'linux') return 'these attempts are for Linux';
  if (as === 'user' && process.getuid?.() !== 0) return 'only root can become another user';
  return WITHOUT_BUBBLEWRAP;
}
