import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AttemptOutcome, AttemptSpec, Commit } from '../src/core/attempt.ts';
import type { LoggedEvent } from '../src/core/event.ts';
import type { RunState } from '../src/core/run-state.ts';
import type { MergeStrategy } from '../src/core/settings.ts';
import { inspectRepository } from '../src/git/base/repository.ts';
import { createGit } from '../src/git/base/runner.ts';
import { ObjectMerger } from '../src/git/merging/object-merger.ts';
import { EngineWorld } from '../src/testing/engine-world.ts';
import { type GitFixture, makeRepository } from '../src/testing/git-fixture.ts';
import { commitFiles, LookingChecker, linesAt } from '../src/testing/git-work.ts';
import { doneOutcome } from '../src/testing/outcomes.ts';
import { makePlan, makeTask } from '../src/testing/plans.ts';

/** What is planted in a task's work. Each is gone from a try after the last that has it. */
interface Planted {
  /** How many tries fail the test by themselves. */
  readonly bad: number;
  /** The first try of all with the same number fails the test together with another of them. */
  readonly pair: number | null;
  /** The first try writes a file that others write too. */
  readonly collides: boolean;
  /** On the task before it. */
  readonly depends: boolean;
  readonly ms: number;
}

interface Drawn {
  readonly tasks: readonly Planted[];
  readonly strategy: MergeStrategy;
  readonly slots: number;
}

const planted: fc.Arbitrary<Planted> = fc.record({
  bad: fc.constantFrom(0, 0, 0, 0, 1, 9),
  pair: fc.constantFrom(null, null, null, 1, 2),
  collides: fc.constantFrom(false, false, true),
  depends: fc.constantFrom(false, false, true),
  ms: fc.integer({ min: 50, max: 250 }),
});

const drawn: fc.Arbitrary<Drawn> = fc.record({
  tasks: fc.array(planted, { minLength: 3, maxLength: 9 }),
  strategy: fc.constantFrom('merge' as const, 'squash' as const, 'rebase' as const),
  slots: fc.constantFrom(1, 3, 5, 8),
});

const idOf = (index: number): string => `task-${index + 1}`;

/** Lines of a task's file: what the test looks at, and which try wrote it. */
function textOf({ bad, pair }: Planted, attempt: number): string {
  const lines = [`try ${attempt}`];
  if (attempt <= bad) lines.push('bad');
  if (attempt === 1 && pair !== null) lines.push(`pair ${pair}`);
  return `${lines.join('\n')}\n`;
}

class World {
  readonly fixture: GitFixture = makeRepository({ files: { 'README.md': 'Sample\n' } });
  readonly engine = new EngineWorld();
  readonly tips = new Map<string, Commit>();
  /** No test ends before so many have begun. */
  together = 0;
  readonly #drawn: Drawn;

  constructor(from: Drawn) {
    this.#drawn = from;
    this.engine.dispatcher.auto = (spec) => this.#attempt(spec);
  }

  async run(): Promise<RunState> {
    const { engine, fixture } = this;
    const git = createGit({ host: fixture.env });
    const repository = await inspectRepository(git, fixture.path);
    assert.ok(repository.ok);
    const checker = new LookingChecker(
      (commit) => this.passes(commit),
      ({ key }) => this.#drawn.tasks[Number(/task-(\d+)/.exec(key)?.[1] ?? 1) - 1]?.ms ?? 0,
      this.together,
    );
    const base = fixture.git(['rev-parse', 'HEAD']);
    const cox = engine.cox({
      repository: {
        refusals: async () => [],
        base: async () => ({ commit: base, branch: 'main' }),
        freeBranches: async (wanted) => wanted,
      },
      ports: { ...engine.ports(), checker, merger: new ObjectMerger({ git, repository: repository.value }) },
    });
    const { slots, strategy } = this.#drawn;
    const settings = { mergeTest: 'look', mergeSlots: slots, mergeStrategy: strategy, maxParallel: 9 };
    const id = await engine.create(this.#plan(), { ...settings, schedule: 'dag', retries: 3 }, cox);
    await engine.drive(id, cox);
    assert.ok(checker.most <= slots, `${checker.most} tests at once`);
    await git.rest();
    return engine.state(id);
  }

  #plan(): ReturnType<typeof makePlan> {
    return makePlan(
      this.#drawn.tasks.map(({ depends }, index) =>
        makeTask(idOf(index), 1, depends && index > 0 ? { dependsOn: [idOf(index - 1)] } : {}),
      ),
    );
  }

  #attempt({ id, startFrom }: AttemptSpec): AttemptOutcome {
    const what = this.#drawn.tasks[Number(id.task.slice('task-'.length)) - 1];
    assert.ok(what !== undefined);
    const files = {
      [`${id.task}.txt`]: textOf(what, id.number),
      ...(what.collides && id.number === 1 ? { 'shared.txt': `${id.task}\n` } : {}),
    };
    const tip = commitFiles(this.fixture, startFrom, { files, message: `${id.task} try ${id.number}` });
    this.fixture.git(['update-ref', `refs/heads/cox/${id.task}/${id.number}`, tip]);
    this.tips.set(`${id.task}/${id.number}`, tip);
    return doneOutcome(tip);
  }

  async passes(commit: Commit): Promise<boolean> {
    const lines = [...(await linesAt(this.fixture, commit)).values()].flat();
    const pairs = lines.filter((line) => line.startsWith('pair'));
    return !lines.includes('bad') && new Set(pairs).size === pairs.length;
  }

  async close(): Promise<void> {
    await this.engine.close();
    this.fixture.remove();
  }
}

/** Where the branch ever stood, by git's own record. */
function everyPlace({ fixture }: World, branch: string): readonly Commit[] {
  return fixture.git(['reflog', 'show', '--format=%H', branch, '--']).split('\n');
}

/** Files of a commit of the branch: the last try of every merged task, and nothing of any other. */
async function checkContent(world: World, state: RunState): Promise<void> {
  const files = await linesAt(world.fixture, state.integration.branch);
  const shared = files.get('shared.txt')?.[0];
  if (shared !== undefined) assert.equal(state.tasks.get(shared)?.state.is, 'merged', 'shared.txt');
  for (const { id, state: now, attempts } of state.tasks.values()) {
    const lines = files.get(`${id}.txt`);
    if (now.is === 'merged') assert.equal(lines?.[0], `try ${attempts.length}`, id);
    else assert.equal(lines, undefined, `${id} is ${now.is}, and its work is in`);
  }
}

/** No commit of a task that was not merged is in the branch's history, and none of any task is lost. */
function checkHistory(world: World, state: RunState): void {
  const { fixture, tips } = world;
  const inBranch = new Set(fixture.git(['rev-list', state.integration.branch]).split('\n'));
  fixture.git(['reflog', 'expire', '--expire=now', '--all']);
  fixture.git(['prune', '--expire=now']);
  for (const [attempt, tip] of tips) {
    const task = attempt.split('/')[0] ?? '';
    if (state.tasks.get(task)?.state.is !== 'merged') assert.ok(!inBranch.has(tip), `${attempt} is in`);
    assert.equal(fixture.git(['cat-file', '-t', tip]), 'commit');
  }
}

/** Who has nothing planted that lasts is merged in the end; a pair costs one of them a try, and says so. */
function checkVerdicts(events: readonly LoggedEvent[], state: RunState, { tasks }: Drawn): void {
  let before = true;
  for (const [index, { bad, depends }] of tasks.entries()) {
    const reachable: boolean = !depends || index === 0 || before;
    before = reachable && bad <= 3;
    const wanted: string = !reachable ? 'blocked' : before ? 'merged' : 'failed';
    assert.equal(state.tasks.get(idOf(index))?.state.is, wanted, idOf(index));
  }
  const innocent = tasks.flatMap((task, index) =>
    task.bad === 0 && task.pair === null && !task.collides ? [idOf(index)] : [],
  );
  for (const event of events) {
    if (event.type !== 'task.retrying') continue;
    assert.ok(!innocent.includes(event.task), `${event.task} was sent back for nothing`);
    const failure = event.failure;
    if (failure.reason !== 'merge-test' || failure.together === undefined) continue;
    const pairOf = (id: string): number | null => tasks[Number(id.slice('task-'.length)) - 1]?.pair ?? null;
    assert.notEqual(pairOf(event.task), null);
    assert.equal(pairOf(event.task), pairOf(failure.together));
  }
}

describe('a merge queue over a real repository', () => {
  it('keeps the branch green wherever it stands, with all and only the innocent work, and loses nothing', {
    timeout: 1_200_000,
  }, async () => {
    const property = fc.asyncProperty(drawn, async (from) => {
      const world = new World(from);
      try {
        const state = await world.run();
        assert.equal(state.phase.is, 'finished');
        for (const commit of everyPlace(world, state.integration.branch))
          assert.ok(await world.passes(commit), `the branch stood on ${commit}, which is red`);
        await checkContent(world, state);
        checkHistory(world, state);
        checkVerdicts(world.engine.events, state, from);
      } finally {
        await world.close();
      }
    });
    await fc.assert(property, { numRuns: 10 });
  });

  for (const strategy of ['merge', 'squash', 'rebase'] as const) {
    it(`finds the planted pair in a full window, and drops the later one: ${strategy}`, async () => {
      const calm = { bad: 0, pair: null, collides: false, depends: false, ms: 0 };
      const tasks = [1, 2, 3, 4, 5, 6].map((place) => ({
        ...calm,
        pair: place === 2 || place === 5 ? 1 : null,
      }));
      const from = { tasks, strategy, slots: 8 };
      const world = new World(from);
      world.together = tasks.length;
      try {
        const state = await world.run();
        assert.ok(state.phase.is === 'finished' && state.phase.status === 'succeeded');
        const verdicts = world.engine.events.flatMap((event) =>
          event.type === 'task.retrying' ? [event.failure] : [],
        );
        assert.equal(verdicts.length, 1);
        const [one, other] = world.engine.events.flatMap((event) =>
          event.type === 'blame.ended' && event.found.is === 'together' ? [event.task, event.found.with] : [],
        );
        assert.deepEqual([one, other].sort(), ['task-2', 'task-5']);
        await checkContent(world, state);
        checkVerdicts(world.engine.events, state, from);
      } finally {
        await world.close();
      }
    });
  }
});
