/** What holds for every agent whose program is driven natively, shown with the real program and a scripted model. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Tells } from '../../src/agents/driver.ts';
import { readLog } from '../../src/agents/listening/readable.ts';
import { DRIVERS } from '../../src/agents/registry.ts';
import { shownLine } from '../../src/core/log-line.ts';
import { eventually, MARK } from '../../src/testing/agent-bench.ts';
import { type ForeignServers, MCP_SERVER, placeServers } from './foreign-servers.ts';
import { isLeft } from './left-agent.ts';
import { USAGE } from './model-server/reply.ts';
import { openRealAgent, programOf, type RealAgent, type RealAgentBench } from './real-agent.ts';
import { isCancelled } from './real-agent-cancelled.ts';
import { isKeptFrom, type KeptAbilities } from './real-agent-kept.ts';
import { isUnled, type Unled } from './real-agent-unled.ts';
import { talksOfLimits } from './real-agent-words.ts';
import { type HelperCalls, hasHelpers, tellsOfHelpers } from './real-helpers.ts';
import { DONE, QUIET } from './said.ts';

export interface RealAgentAbilities extends KeptAbilities {
  /** Options that bound its turns to one; absent: it knows no bound. */
  readonly oneTurn?: Readonly<Record<string, unknown>>;
  /** How its model calls a helper; absent: it has none. */
  readonly helpers?: HelperCalls;
  /** What they use it tells only when they have ended. */
  readonly hidesHelpers?: true;
  /** It tells what it cost. */
  readonly cost: boolean;
  readonly unled: Unled;
  readonly sessions: boolean;
  /** It says so when it cannot take up a session. */
  readonly tellsLostSession?: true;
  /** It can be given MCP servers. */
  readonly mcp: boolean;
  /** Where a repository may name some for it; null where it starts those, and cannot be kept from it. */
  readonly foreign?: ForeignServers | null;
  /** What a command that only reads is, and prints, it keeps to itself. */
  readonly hidesReading?: true;
  /** It tries again for two minutes where its service has too much to do, with 529 as with 429. */
  readonly isStubborn?: true;
}

const MAKE = {
  run: 'echo made > made.txt && git add made.txt && git commit -qm Made',
  say: 'I make it.',
} as const;

/** Longer than any of them tries again by itself. */
const PATIENCE_MS = 240_000;

/** The same for every agent, but for the names of its tools. */
const stepsOf = ({ hidesReading }: RealAgentAbilities): readonly RegExp[] => [
  /^I make it\.$/,
  ...(hidesReading === true
    ? [/^→ \w+: .*README.md/, /^← done$/]
    : [/^→ \w+: cat README.md$/, /^← # Sample$/]),
  /^→ \w+: exit 3$/,
  /^← \S/,
  /^All is made\.$/,
  /^Σ \d+ tokens in \(\d+ cached\), \d+ out/,
];

export function realAgentContract(agent: RealAgent, abilities: RealAgentAbilities): void {
  const isThere = programOf(agent) !== null;
  const name = basename(agent.program);
  describe(`the real ${name}`, {
    skip: isThere ? false : `${name} is not installed`,
  }, () => {
    let real: RealAgentBench;
    before(async () => {
      real = await openRealAgent(agent);
    });
    after(() => real.close());
    endsByItself(() => real, abilities);
    isRefused(() => real, abilities);
    talksOfLimits(() => real);
    isKeptFrom(() => real, abilities);
    isUnled(() => real, abilities.unled);
    endsByUs(() => real);
    if (agent.driver === 'acp') isCancelled(() => real);
    isLeft(() => real);
    tellsWhileItWorks(() => real, contextOf(agent) !== 'never');
    hasHelpers(() => real, abilities.helpers);
    tellsOfHelpers(() => real, abilities.hidesHelpers === true ? undefined : abilities.helpers);
    goesOn(() => real, abilities);
    hasServers(() => real, abilities);
    hasNoForeignServer(() => real, abilities.foreign);
  });
}

function endsByItself(real: () => RealAgentBench, abilities: RealAgentAbilities): void {
  test('does its work, says so, and tells what it used', async () => {
    const { end, reports, request } = real().start({ name: 'success', script: [MAKE, { say: DONE }] });
    const ended = await end;
    assert.equal(ended.is, 'done', JSON.stringify(ended));
    assert.equal(ended.exitCode, 0);
    const { path, git } = { path: request.slot.path, git: real().bench.repository.git };
    assert.ok(existsSync(join(path, 'made.txt')));
    assert.equal(git(['log', '-1', '--format=%s']), 'Made');
    assert.equal(ended.usage.outputTokens, 2 * USAGE.output);
    assert.ok((ended.usage.inputTokens ?? 0) >= 2 * USAGE.input, JSON.stringify(ended.usage));
    // What is no estimate of ours it has told.
    const { costUsd = 0, estimatedUsd = 0 } = ended.usage;
    assert.equal(costUsd > estimatedUsd, abilities.cost, JSON.stringify(ended.usage));
    assert.equal(ended.session !== undefined, abilities.sessions);
    assert.ok(
      reports.some(({ step }) => step?.includes('made.txt') || step?.includes('work')),
      JSON.stringify(reports),
    );
    git(['reset', '--quiet', '--hard', 'HEAD~1']);
    rmSync(join(path, 'made.txt'), { force: true });
  });

  test('that says it is done is believed here, though it has done nothing', async () => {
    const { end, reports } = real().start({
      name: 'lie',
      script: [{ say: DONE }],
      spec: { probes: true },
    });
    assert.equal((await end).is, 'done');
    assert.ok(reports.some(({ answered }) => answered));
  });

  test('that ends without a word on its task is not done', async () => {
    const { end } = real().start({ name: 'no-sign', script: [{ say: 'I think I am through.' }] });
    const ended = await end;
    assert.ok(ended.is === 'failed' && ended.failure.reason === 'no-completion-sign', JSON.stringify(ended));
  });

  test('uses up its turns, whatever it has said', {
    skip: !abilities.oneTurn && 'it knows no bound',
  }, async () => {
    const { end } = real().start({
      name: 'turns',
      script: [{ run: 'true', say: DONE }, { run: 'true' }, { run: 'true' }],
      options: abilities.oneTurn ?? {},
    });
    const ended = await end;
    assert.ok(ended.is === 'failed' && ended.failure.reason === 'agent-error', JSON.stringify(ended));
    assert.equal(ended.failure.kind, 'turns');
  });
}

function isRefused(real: () => RealAgentBench, { isStubborn }: RealAgentAbilities): void {
  const limits = { idleMs: PATIENCE_MS, hardMs: PATIENCE_MS };
  const refusals = [
    ['a broken service', 500, 'service'],
    ['refused credentials', 401, 'credentials'],
  ] as const;
  for (const [what, error, kind] of refusals) {
    test(`${what} is a failure of its own kind`, async () => {
      const { end } = real().start({ name: `error-${error}`, script: [{ error }], limits });
      const ended = await end;
      assert.ok(ended.is === 'failed' && ended.failure.reason === 'agent-error', JSON.stringify(ended));
      assert.equal(ended.failure.kind, kind, JSON.stringify(ended));
    });
  }

  for (const [what, error] of [
    ['a rate limit', 429],
    ['a service with too much to do', 529],
  ] as const)
    test(`${what} is waited for, and no failure`, {
      skip: error === 529 && isStubborn === true && 'it tries again for minutes',
    }, async () => {
      const begun = Date.now();
      const { end, reports } = real().start({
        name: `quota-${error}`,
        script: [{ error }],
        spec: { probes: true },
        limits,
      });
      const ended = await end;
      assert.ok(ended.is === 'quota' && ended.until > begun, JSON.stringify(ended));
      assert.ok(!reports.some(({ answered }) => answered), JSON.stringify(reports));
    });

  test('an answer that is cut off is a failure, not an end of its work', async () => {
    const { end } = real().start({ name: 'cut', script: [{ cut: DONE }], limits });
    const ended = await end;
    assert.ok(ended.is === 'failed' || ended.is === 'quota', JSON.stringify(ended));
  });
}

function endsByUs(real: () => RealAgentBench): void {
  test('silence ends it, with all that it has started', async () => {
    const { end } = real().start({
      name: 'idle',
      script: [{ run: QUIET }],
      limits: { idleMs: 8_000, graceMs: 500 },
    });
    const ended = await end;
    assert.ok(ended.is === 'failed' && ended.failure.reason === 'idle-timeout', JSON.stringify(ended));
    await real().bench.assertNoneLeft();
  });

  test('a service that never answers ends at the hard limit', async () => {
    const { end } = real().start({
      name: 'hang',
      script: [{ hang: true }],
      limits: { hardMs: 6_000, graceMs: 500 },
    });
    const ended = await end;
    assert.ok(ended.is === 'failed' && ended.failure.reason === 'hard-timeout', JSON.stringify(ended));
    await real().bench.assertNoneLeft();
  });
}

function tellsWhileItWorks(real: () => RealAgentBench, tellsContext: boolean): void {
  test('a request ends it while a tool runs, and what it has told of its use until then is known', async () => {
    const flag = join(real().bench.repository.root, 'tool-runs');
    const { end, handle, reports } = real().start({
      name: 'stop',
      script: [{ run: 'true' }, { run: `touch ${flag}; ${QUIET}` }],
      limits: { graceMs: 1_000 },
    });
    assert.ok(await eventually(() => existsSync(flag)));
    const told = (): number => reports.findLast(({ used }) => used)?.used?.inputTokens ?? 0;
    assert.ok(await eventually(() => told() >= USAGE.input), JSON.stringify(reports));
    handle.stop('cancelled');
    const ended = await end;
    assert.ok(ended.is === 'stopped' && ended.why === 'cancelled', JSON.stringify(ended));
    // Whatever its driver is said to be able to, that it does.
    assert.equal(ended.context !== undefined, tellsContext, JSON.stringify(ended));
    await real().bench.assertNoneLeft();
  });
}

function goesOn(real: () => RealAgentBench, abilities: RealAgentAbilities): void {
  test('goes on in its own session', { skip: !abilities.sessions && 'it has none' }, async () => {
    const name = 'session';
    const answers = (): number => real().server.requests.filter(({ script }) => script === name).length;
    const first = await real().start({ name, script: [{ say: 'I wait for more.' }] }).end;
    assert.ok(first.session !== undefined);
    const before = answers();
    const { end } = real().start({
      name,
      script: [{ say: DONE }],
      spec: { session: first.session, counted: first.usage, prompt: 'Now print that it is done.' },
    });
    const second = await end;
    assert.equal(second.is, 'done', JSON.stringify(second));
    // What it used before is not counted again.
    const most = (answers() - before) * USAGE.output;
    assert.ok((second.usage.outputTokens ?? 0) <= most, JSON.stringify([first.usage, second.usage]));
    // Some ask something of their own beside it, without tools.
    const asked = real().server.requests.find(
      ({ script, asked: { said, tools } }) =>
        script === name && tools.length > 0 && /Now print/.test(said.at(-1) ?? ''),
    )?.asked;
    assert.ok(asked !== undefined && asked.turn >= 1, JSON.stringify(asked));
    assert.match(asked.said.join('\n'), /Make users/);
  });

  test('that has no such session says so, and does nothing', {
    skip: !abilities.tellsLostSession && 'it does not say',
  }, async () => {
    const { end } = real().start({
      name: 'no-session',
      script: [MAKE, { say: DONE }],
      spec: { session: '0191aaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee' },
    });
    const ended = await end;
    assert.ok(ended.is === 'failed' && ended.failure.reason === 'agent-error', JSON.stringify(ended));
    assert.equal(ended.failure.kind, 'session', JSON.stringify(ended));
    assert.ok(!real().server.requests.some(({ script }) => script === 'no-session'));
  });

  test('its log reads as lines for people', async () => {
    const { end, request } = real().start({
      name: 'readable',
      script: [{ run: 'cat README.md', say: 'I make it.' }, { run: 'exit 3' }, { say: DONE }],
    });
    await end;
    const lines = readFileSync(join(request.folder, 'agent', 'stdout.log'), 'utf8')
      .trimEnd()
      .split('\n');
    const reader = readLog(request.spec, []);
    const read = [...lines.flatMap((line) => reader.read(line)), ...reader.end()].map(shownLine);
    let from = 0;
    for (const pattern of stepsOf(abilities)) {
      const at = read.findIndex((line, index) => index >= from && pattern.test(line));
      assert.ok(at !== -1, `no ${pattern} from line ${from} on in\n${read.join('\n')}`);
      from = at + 1;
    }
    assert.equal(read.filter((line) => line.startsWith('→')).length, 2, read.join('\n'));
    assert.equal(read.filter((line) => line.startsWith('←')).length, 2, read.join('\n'));
    assert.equal(read.filter((line) => line === 'All is made.').length, 1, read.join('\n'));
    assert.ok(!read.some((line) => line.startsWith('{')), read.join('\n'));
  });
}

function hasServers(
  real: () => RealAgentBench,
  { mcp, foreign }: Pick<RealAgentAbilities, 'mcp' | 'foreign'>,
): void {
  test('has the MCP server that it is given, and no other', {
    skip: !mcp && 'it can be given none',
  }, async () => {
    const { bench, server } = real();
    const starts = join(bench.repository.root, 'foreign-starts');
    const remove = placeServers(bench.repository.path, foreign, starts);
    const desk = {
      command: process.execPath,
      args: [MCP_SERVER, 'the desk'],
      env: { NOTE_PLACE: 'a "book"' },
      environment: [MARK],
    };
    const { end } = real().start({
      name: 'mcp',
      script: [{ call: 'take_note', input: { text: 'one' } }, { say: DONE }],
      options: { mcp: { desk } },
    });
    const ended = await end;
    remove();
    assert.equal(ended.is, 'done', JSON.stringify(ended));
    const asked = server.requests.filter(({ script }) => script === 'mcp').map((request) => request.asked);
    const said = asked.flatMap((each) => each.said).find((text) => text.includes('noted'));
    const words = `the desk noted "one" in a "book" for ${bench.hostEnv[MARK]}`;
    assert.ok(said?.replaceAll('\\"', '"').includes(words), JSON.stringify(asked));
    assert.ok(!existsSync(starts), 'one that the repository names was started');
    await bench.assertNoneLeft();
  });
}

function hasNoForeignServer(real: () => RealAgentBench, foreign: RealAgentAbilities['foreign']): void {
  test('starts no MCP server that the repository names', {
    skip: !foreign && (foreign === null ? 'it cannot be kept from it' : 'it looks for none'),
  }, async () => {
    const { bench } = real();
    const starts = join(bench.repository.root, 'stranger-starts');
    const remove = placeServers(bench.repository.path, foreign, starts);
    const { end } = real().start({ name: 'stranger', script: [{ say: DONE }] });
    const ended = await end;
    remove();
    assert.equal(ended.is, 'done', JSON.stringify(ended));
    assert.ok(!existsSync(starts));
  });
}

function contextOf({ driver }: RealAgent): Tells | undefined {
  return DRIVERS.find(({ name }) => name === driver)?.abilities.context;
}

/** Of an agent that speaks ACP and has a driver of its own as well. */
export function acpContract(agent: RealAgent, { mcp, context, unled }: AcpAbilities): void {
  const isThere = programOf(agent) !== null;
  describe(`${agent.program} by ${agent.driver}`, {
    skip: isThere ? false : `${agent.program} is not installed`,
  }, () => {
    let real: RealAgentBench;
    before(async () => {
      real = await openRealAgent(agent);
    });
    after(() => real.close());
    tellsWhileItWorks(() => real, context);
    isCancelled(() => real);
    hasServers(() => real, { mcp });
    isUnled(() => real, unled);
  });
}

interface AcpAbilities {
  readonly unled: Unled;
  /** It can be given MCP servers. */
  readonly mcp: boolean;
  /** How full its context is becomes known. */
  readonly context: boolean;
}
