import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OPTION_LIST, type OptionName } from './options.ts';
import { type Layer, parseConfig } from './parse-config.ts';
import type { Origin } from './problem.ts';
import { type Resolved, resolveSettings, type SettingsSources } from './resolve.ts';

const NOTHING: SettingsSources = { flags: {}, env: {}, planWishes: {} };

/** Five different values of each option, as a flag or a variable would give them. */
const SAMPLES: Readonly<Record<OptionName, readonly string[]>> = {
  agent: ['a', 'b', 'c', 'd', 'e'],
  agentCommand: ['one', 'two', 'three', 'four', 'five'],
  recipe: ['1.yaml', '2.yaml', '3.yaml', '4.yaml', '5.yaml'],
  completion: ['signal', 'exit-code', 'signal', 'exit-code', 'signal'],
  agentOptions: [],
  agentDrivers: [],
  agentRules: [],
  lastTry: [],
  questions: ['rule', 'user', 'adviser', 'user', 'rule'],
  questionAnswer: ['a', 'b', 'c', 'd', 'e'],
  adviserCommand: ['one', 'two', 'three', 'four', 'five'],
  adviserAgent: ['command', 'command', 'command', 'command', 'command'],
  adviserOptions: [],
  adviserOtherwise: ['rule', 'user', 'rule', 'user', 'rule'],
  questionsMost: ['1', '2', '4', '5', '6'],
  fallback: [],
  fallbackAfter: ['1', '2s', '3m', '4h', '5h'],
  agentEnvironment: ['A', 'B_*', 'C,D', 'E', 'F'],
  agentFiles: ['.a', '~/.b', '.c/d,.e', '.f/', 'g'],
  maxParallel: ['1', '2', '3', '4', '6'],
  retries: ['0', '1', '2', '4', '5'],
  timeout: ['10', '20s', '1m', '3h', '4h'],
  idleTimeout: ['10', '20s', '1m', '3h', '4h'],
  grace: ['1', '2s', '500ms', '3s', '4s'],
  logBytes: ['1000', '2kB', '3MB', '4MiB', '1GB'],
  runsKept: ['1', '2', '3', '4', '5'],
  backoffFirst: ['1', '2s', '3s', '4s', '6s'],
  backoffFactor: ['1', '1.5', '3', '4', '5'],
  backoffLongest: ['10m', '20m', '30m', '40m', '50m'],
  parallelEnabled: ['true', 'false', 'yes', 'no', '1'],
  parallelMinTasks: ['1', '2', '4', '5', '6'],
  parallelMinComplexity: ['small', 'medium', 'large', 'medium', 'small'],
  parallelOverride: ['force', 'skip-parallel', 'skip-decomposer', 'none', 'force'],
  confirm: ['run', 'every', 'never', 'run', 'every'],
  breakerFailures: ['1', '2', '3', '4', '6'],
  breakerPause: ['1s', '2s', '3s', '4s', '5s'],
  budgetUsd: ['0.5', '1', '2', '3', '4'],
  budgetTokens: ['1000', '2000', '3000', '4000', '5000'],
  budgetTaskUsd: ['0.5', '1', '2', '3', '4'],
  budgetTaskTokens: ['1000', '2000', '3000', '4000', '5000'],
  budgetAttemptUsd: ['0.5', '1', '2', '3', '4'],
  budgetAttemptTokens: ['1000', '2000', '3000', '4000', '5000'],
  prices: [],
  schedule: ['waves', 'dag', 'waves', 'dag', 'waves'],
  onFailure: ['stop', 'continue', 'stop', 'continue', 'stop'],
  oneGroup: ['true', 'false', 'true', 'false', 'true'],
  resources: ['a=1', 'b=2', 'c=3', 'd=4', 'e=5'],
  conflictsEvery: ['1s', '2s', 'none', '3m', '1h'],
  mergeSlots: ['1', '2', '8', '16', '100'],
  mergeStrategy: ['squash', 'rebase', 'merge', 'squash', 'rebase'],
  mergeResolve: ['off', 'safe', 'off', 'safe', 'off'],
  mergeTest: ['npm test', 'make', 'true', 'false', 'go test'],
  checkTimeout: ['10', '20s', '1m', '3h', '4h'],
  checksEnabled: ['true', 'false', 'true', 'false', 'true'],
  checksTimeout: ['10', '20s', '1m', '3h', '4h'],
  checksReruns: ['0', '2', '3', '4', '5'],
  checksCommands: [],
  checksCoverage: ['10', '20.5', '30', '40', '50'],
  checksDiffLines: ['10', '20', '30', '40', '50'],
  checksBoundaries: ['fail', 'warn', 'fail', 'warn', 'fail'],
  preflight: ['on', 'off', 'auto', 'on', 'off'],
  preflightDisk: ['1GB', '2GB', 'none', '3GB', '500MB'],
  preflightPorts: ['true', 'false', 'true', 'false', 'true'],
  preflightEnvironment: ['A', 'B,C', 'D', 'E', 'F'],
  qa: ['true', 'false', 'true', 'false', 'true'],
  qaCommand: ['one', 'two', 'three', 'four', 'five'],
  qaAgent: ['command', 'command', 'command', 'command', 'command'],
  qaOptions: [],
  qaRejections: ['1', '2', '4', '5', '6'],
  qaTries: ['1', '2', '4', '5', '6'],
  requireQa: ['true', 'false', 'true', 'false', 'true'],
  e2eStart: ['a', 'b', 'c', 'd', 'e'],
  e2eUrl: ['http://a/', 'http://b/', 'http://c/', 'http://d/', 'http://e:{port}/'],
  e2ePaths: ['/a', '/b', '/c,/d', '/e', '/f'],
  e2eTest: ['a', 'b', 'c', 'd', 'e'],
  e2eTimeout: ['1m', '2m', '3m', '4m', '5m'],
  e2eThreshold: ['0', '2%', '3', '4%', '5'],
  e2eBaseline: ['a', 'b', 'c/d', './e', 'f/'],
  e2eBrowser: ['a', 'b', 'c', 'd', 'e'],
  resolver: ['true', 'false', 'true', 'false', 'true'],
  resolverCommand: ['one', 'two', 'three', 'four', 'five'],
  resolverAgent: ['command', 'command', 'command', 'command', 'command'],
  resolverOptions: [],
  resolverTries: ['1', '3', '4', '5', '6'],
  resolverReview: ['true', 'false', 'true', 'false', 'true'],
  slotFolder: ['/a', '/b', '/c', '/d', '/e'],
  slotSetup: ['a', 'b', 'c', 'd', 'e'],
  slotTeardown: ['a', 'b', 'c', 'd', 'e'],
  slotSetupTimeout: ['1m', '2m', '3m', '4m', '5m'],
  slotCopy: ['a', 'b', 'c', 'd', 'e'],
  slotFirstPort: ['2000', '3000', '4000', '5000', '6000'],
  slotPorts: ['1', '2', '3', '4', '5'],
  slotsKept: ['0', '1', '2', '3', '4'],
  slotsCleanup: ['never', 'merged', 'never', 'merged', 'never'],
  slotsAbandoned: ['1h', '1d', '2d', '3d', '4d'],
  sandbox: ['required', 'off', 'required', 'off', 'required'],
  network: ['none', 'a.org', '*.b.org', 'c.org:8443', 'd.org,e.org'],
  checkNetwork: ['none', 'a.org', '*.b.org', 'c.org:8443', 'd.org,e.org'],
  taskNetwork: [],
  sandboxMemory: ['1GB', '50%', 'none', '2GB', '10%'],
  sandboxProcesses: ['1', '2', 'none', '4', '5'],
  sandboxCpus: ['0.5', '1', 'none', '3', '4'],
  sandboxOpenFiles: ['100', '200', 'none', '400', '500'],
  sandboxDisk: ['1GB', '50%', 'none', '2GB', '10%'],
  freeMemory: ['1GB', '2GB', 'none', '4GB', '5GB'],
  freeDisk: ['1GB', '2GB', 'none', '4GB', '5GB'],
  sandboxReadable: ['/a', '/b', '/c', '/d', '~/e'],
  sandboxWritable: ['/a', '/b', '/c', '/d', '~/e'],
  technology: ['python', 'rust', 'go', 'django', 'typescript'],
};

function resolved(sources: SettingsSources): Resolved {
  const result = resolveSettings(sources);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function layerOf(text: string, origin: 'project config' | 'user config' = 'project config'): Layer {
  const result = parseConfig({ name: 'c.yaml', origin, text });
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

/** One option alone in a config file. */
function single(key: string, value: string, origin: 'project config' | 'user config'): Layer {
  const lines = key.split('.').map((part, index, all) => {
    const end = index === all.length - 1 ? ` ${JSON.stringify(value)}` : '';
    return `${'  '.repeat(index)}${part}:${end}`;
  });
  return layerOf(lines.join('\n'), origin);
}

const DRAWABLE = OPTION_LIST.filter(({ name }) => SAMPLES[name].length > 0);

test('the strongest place that sets an option wins, for every option of the table', () => {
  const places = ['flag', 'environment', 'project config', 'user config'] as const;
  fc.assert(
    fc.property(
      fc.constantFrom(...DRAWABLE),
      fc.subarray([...places], { minLength: 1 }),
      fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 4 }),
      (option, drawn, order) => {
        const { name, key, env } = option;
        const valueAt = (place: (typeof places)[number]) =>
          SAMPLES[name][order[places.indexOf(place)] ?? 0] ?? '';
        const setBy = drawn.filter((place) =>
          place === 'flag' ? option.flag !== undefined : env !== undefined || place !== 'environment',
        );
        if (setBy.length === 0) return;
        // A driver of that name needs nothing else, and a command or a recipe implies its own.
        const sources: SettingsSources = {
          flags: setBy.includes('flag') ? { [name]: valueAt('flag') } : {},
          env: setBy.includes('environment') && env !== undefined ? { [env]: valueAt('environment') } : {},
          planWishes: {},
          ...(setBy.includes('project config')
            ? { projectConfig: single(key, valueAt('project config'), 'project config') }
            : {}),
          ...(setBy.includes('user config')
            ? { userConfig: single(key, valueAt('user config'), 'user config') }
            : {}),
        };
        const winner = setBy[0] ?? 'flag';
        const alone = { ...NOTHING, flags: { [name]: valueAt(winner) } };
        const got = resolved(sources);
        const wanted = resolved(alone);
        assert.deepEqual(got.settings, wanted.settings);
        assert.deepEqual(got.local, wanted.local);
        assert.deepEqual({ ...got.agent, origin: null }, { ...wanted.agent, origin: null });
        assert.equal(got.completion, wanted.completion);
        assert.equal(got.origins[name], winner);
      },
    ),
    { numRuns: 400 },
  );
});

test("the plan's own wishes lie between the environment and the project's config", () => {
  const planWishes = { maxParallel: 7, retries: 1, schedule: 'dag' } as const;
  const projectConfig = layerOf('maxParallel: 2\nretries: 9\nschedule: waves');
  const got = resolved({ ...NOTHING, planWishes, projectConfig, env: { COX_RETRIES: '0' } });
  assert.equal(got.settings.maxParallel, 7);
  assert.equal(got.settings.schedule, 'dag');
  assert.equal(got.settings.retries, 0);
  assert.deepEqual([got.origins.maxParallel, got.origins.retries, got.origins.onFailure], [
    'plan',
    'environment',
    'built in',
  ] satisfies Origin[]);
});

test('without any source the documented defaults hold', () => {
  const { settings, agent, local } = resolved(NOTHING);
  assert.deepEqual(settings, {
    maxParallel: 5,
    schedule: 'waves',
    retries: 3,
    backoff: { firstMs: 5000, factor: 2, longestMs: 300_000 },
    onFailure: 'continue',
    attempt: { hardMs: 7_200_000, idleMs: 1_800_000, graceMs: 10_000, logBytes: 50_000_000 },
    breaker: { failures: 5, pauseMs: 60_000 },
    oneGroup: false,
    budget: {},
    resources: {},
    mergeSlots: 4,
    mergeStrategy: 'merge',
    mergeResolve: 'safe',
    checkMs: 1_800_000,
    checks: { enabled: true, timeoutMs: 900_000, reruns: 1, commands: {}, boundaries: 'fail' },
    isolation: {
      sandbox: 'auto',
      network: { is: 'open' },
      checkNetwork: { is: 'open' },
      limits: { memoryShare: 0.8, processes: 4096, diskShare: 0.5 },
    },
    taskNetwork: {},
  });
  assert.deepEqual(agent, { is: 'none' });
  assert.deepEqual(local.slots.copy, ['.env*', '.claude/']);
});

test('every wrong value is reported at once, each with its place', () => {
  const result = resolveSettings({
    flags: { retries: 'many', timeout: '40d' },
    env: { COX_MAX_PARALLEL: '0', COX_SCHEDULE: 'later', COX_RESOURCES: 'db' },
    planWishes: { retries: -1 },
  });
  assert.ok(!result.ok);
  const seen = result.error.map(({ where, message }) => `${where} ${message}`).sort();
  assert.deepEqual(seen, [
    '--retries must be a whole number from 0 to 100',
    '--timeout must be a duration such as 90s, 30m or 2h, longer than nothing and at most 24 days',
    'COX_MAX_PARALLEL must be a whole number from 1 to 1000',
    'COX_RESOURCES must be names with the number of tasks that may hold each at once, such as database=2',
    'COX_SCHEDULE must be one of waves, dag',
    'the plan must be a whole number from 0 to 100',
  ]);
});

test('the strongest place that chooses an agent decides, and a weaker one only fills in', () => {
  const projectConfig = layerOf('agent: {driver: recipe, recipe: r.yaml, command: ./agent}');
  const byCommand = resolved({
    ...NOTHING,
    projectConfig: layerOf('agent: {recipe: r.yaml}'),
    flags: { agentCommand: 'x' },
  });
  assert.deepEqual(byCommand.agent, { is: 'driver', driver: 'command', options: { command: 'x' } });
  const byName = resolved({ ...NOTHING, projectConfig, flags: { agent: 'command' } });
  assert.deepEqual(byName.agent, { is: 'driver', driver: 'command', options: { command: './agent' } });
  const kept = resolved({ ...NOTHING, projectConfig });
  assert.deepEqual(kept.agent, { is: 'recipe', path: 'r.yaml', origin: 'project config', options: {} });
});

test('each driver has options of its own, for whichever of them is chosen', () => {
  const drivers = 'drivers: {acp: {command: [x], mode: m}, codex: {profile: p}}';
  const projectConfig = layerOf(`agent: {driver: codex, ${drivers}}`);
  const options = (sources: Partial<SettingsSources>): unknown => {
    const { agent } = resolved({ ...NOTHING, projectConfig, ...sources });
    return agent.is === 'driver' ? agent.options : agent;
  };
  assert.deepEqual(options({}), { profile: 'p' });
  assert.deepEqual(options({ flags: { agent: 'acp' } }), { command: ['x'], mode: 'm' });
  assert.deepEqual(options({ flags: { agent: 'toString' } }), {});
  const over = layerOf(`agent: {driver: acp, options: {mode: n}, ${drivers}}`);
  assert.deepEqual(options({ projectConfig: over }), { command: ['x'], mode: 'n' });
  for (const wrong of ['drivers: [codex]', 'drivers: {codex: p}'])
    assert.ok(
      !parseConfig({ name: 'c.yaml', origin: 'project config', text: `agent: {${wrong}}` }).ok,
      wrong,
    );
});

test('two agents in one place are refused, and a driver without what it runs', () => {
  const two = resolveSettings({ ...NOTHING, flags: { agentCommand: 'x', recipe: 'r.yaml' } });
  assert.ok(!two.ok);
  assert.match(two.error[0]?.message ?? '', /chooses the agent recipe/);
  const bare = resolveSettings({ ...NOTHING, env: { COX_AGENT: 'command' } });
  assert.ok(!bare.ok);
  assert.equal(bare.error[0]?.where, 'COX_AGENT');
});

test('an empty text takes back a command, and a variable that is empty counts as not set', () => {
  const projectConfig = layerOf('mergeTest: npm test');
  assert.equal(resolved({ ...NOTHING, projectConfig }).settings.mergeTest, 'npm test');
  assert.equal(
    resolved({ ...NOTHING, projectConfig, flags: { mergeTest: '' } }).settings.mergeTest,
    undefined,
  );
  assert.equal(
    resolved({ ...NOTHING, projectConfig, env: { COX_MERGE_TEST: '' } }).settings.mergeTest,
    'npm test',
  );
});

test('durations: a plain number is seconds', () => {
  const time = (timeout: string) => resolved({ ...NOTHING, flags: { timeout } }).settings.attempt.hardMs;
  assert.deepEqual(
    ['90', '1.5h', '500ms', '2 days', '10m'].map(time),
    [90_000, 5_400_000, 500, 172_800_000, 600_000],
  );
});

test('options beside the name of a driver are that one’s, and others of whichever is chosen', () => {
  const optionsFor = (text: string, flags: SettingsSources['flags'] = { agent: 'codex' }): unknown => {
    const { agent } = resolved({ ...NOTHING, flags, projectConfig: layerOf(text) });
    return agent.is === 'driver' ? agent.options : agent;
  };
  const beside = 'agent:\n  driver: claude-code\n  options: { model: opus }\n';
  assert.deepEqual(optionsFor(beside), {});
  assert.deepEqual(optionsFor(beside, {}), { model: 'opus' });
  assert.deepEqual(optionsFor(`${beside}  drivers: { codex: { profile: work } }\n`), { profile: 'work' });
  assert.deepEqual(optionsFor('agent:\n  command: one\n  options: { model: opus }\n'), {});
  assert.deepEqual(optionsFor('agent:\n  options: { model: any }\n'), { model: 'any' });
  const userConfig = layerOf('agent:\n  driver: codex\n  options: { profile: mine }\n', 'user config');
  const { agent } = resolved({
    ...NOTHING,
    flags: { agent: 'codex' },
    projectConfig: layerOf(beside),
    userConfig,
  });
  assert.deepEqual(agent, { is: 'driver', driver: 'codex', options: { profile: 'mine' } });
});
