import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Resolved, resolveSettings, type SettingsSources } from '../resolve.ts';
import { autoEnvironment, parseAutoContext } from './auto-context.ts';
import { parseIccConfigs } from './icc-config.ts';

function auto(text: string) {
  const parsed = parseAutoContext({ name: 'auto-context.yaml', text });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.value;
}

function autoSettings(text: string, more: Partial<SettingsSources> = {}): Resolved {
  const { env = {} } = more;
  const family = { format: 'auto', environment: autoEnvironment(env), files: auto(text).layer } as const;
  const resolved = resolveSettings({ flags: {}, env, planWishes: {}, family, ...more });
  assert.ok(resolved.ok, JSON.stringify(resolved));
  return resolved.value;
}

function problems(result: { readonly ok: boolean; readonly error?: unknown }): readonly string[] {
  assert.ok(!result.ok && Array.isArray(result.error));
  return result.error.map(({ where, message }) => `${where} ${message}`);
}

describe('.claude/auto-context.yaml', () => {
  const text = `
other: {things: [1]}
parallelization:
  enabled: true
  min_tasks: 2
  max_agents: 4
  auto_cleanup: true
  retry_on_failure: 1
  min_complexity: medium
  worktree_base: ../trees
  branch_prefix: team/auto-
work_type: frontend
overrides: {force_parallel: true}
session: {one_group: true}
`;

  it('sets what it names', () => {
    const { settings, local } = autoSettings(text);
    assert.deepEqual(settings.parallelization, {
      enabled: true,
      minTasks: 2,
      minComplexity: 'medium',
      override: 'force',
    });
    assert.deepEqual([settings.maxParallel, settings.retries, settings.oneGroup], [4, 1, true]);
    assert.deepEqual([local.slots.folder, local.slots.removed], ['../trees', true]);
    const { workType, branchPrefix, notes } = auto(text);
    const noted = notes.map(({ where, message }) => `${where} ${message.slice(0, 20)}`);
    assert.deepEqual([workType, branchPrefix, noted], ['FRONTEND', 'team/auto-', []]);
  });

  it('stands behind flags, environment, plan and project config, and before user config', () => {
    const layer = (raw: number) => new Map([['maxParallel', { raw, where: '' }]] as const);
    const agents = (more: Partial<SettingsSources>): number => autoSettings(text, more).settings.maxParallel;
    const all: SettingsSources = {
      flags: { maxParallel: '11' },
      env: { COX_MAX_PARALLEL: '12', AUTO_PARALLEL_MAX_AGENTS: '13' },
      planWishes: { maxParallel: 14 },
      projectConfig: layer(15),
      userConfig: layer(16),
    };
    assert.equal(agents(all), 11);
    assert.equal(agents({ ...all, flags: {} }), 12);
    assert.equal(agents({ ...all, flags: {}, env: { AUTO_PARALLEL_MAX_AGENTS: '13' } }), 13);
    assert.equal(agents({ ...all, flags: {}, env: {} }), 14);
    assert.equal(agents({ projectConfig: layer(15), userConfig: layer(16) }), 15);
    assert.equal(agents({ userConfig: layer(16) }), 4);
  });

  it('binds decomposer plans alone', () => {
    const resolved = resolveSettings({ flags: {}, env: { AUTO_PARALLEL_MAX_AGENTS: '2' }, planWishes: {} });
    assert.ok(resolved.ok);
    assert.equal(resolved.value.settings.maxParallel, 5);
    assert.equal(resolved.value.settings.parallelization, undefined);
  });

  it('is followed as the environment says', () => {
    const env = { AUTO_PARALLEL_ENABLED: 'false', AUTO_PARALLEL_MIN_TASKS: '7' };
    const { parallelization } = autoSettings(text, { env }).settings;
    assert.deepEqual([parallelization?.enabled, parallelization?.minTasks], [false, 7]);
    const wrong = resolveSettings({
      flags: {},
      env: {},
      planWishes: {},
      family: {
        format: 'auto',
        environment: autoEnvironment({ AUTO_PARALLEL_MIN_TASKS: 'x' }),
        files: new Map(),
      },
    });
    assert.match(problems(wrong).join(), /^AUTO_PARALLEL_MIN_TASKS must be a whole number/);
  });

  it('says what was nearly one of its fields, and what stands in a second document', () => {
    const { notes, layer } = auto(
      'parallelization:\n  max_agent: 2\n  team: ours\nsession: {one_grup: true}\n---\n',
    );
    assert.deepEqual(
      notes.map(({ where, message, remedy }) => `${where} ${message} ${remedy}`),
      [
        'auto-context.yaml:2:14 parallelization.max_agent is not read Did you mean max_agents?',
        'auto-context.yaml:4:21 session.one_grup is not read Did you mean one_group?',
      ],
    );
    assert.deepEqual(
      auto('paralellization:\n  max_agents: 2\nteam: ours\n').notes.map(({ message }) => message),
      ['paralellization is not read'],
    );
    assert.equal(layer.size, 0);
    const two = parseAutoContext({ name: 'f.yaml', text: 'a: 1\n---\nwork_type: BACKEND\n' });
    assert.deepEqual(problems(two), ['f.yaml:2:1 a second document begins here, which is not read']);
  });

  it('wants fields where fields belong', () => {
    const of = (text: string) => problems(parseAutoContext({ name: 'f.yaml', text }));
    assert.deepEqual(of('parallelization: 7\n'), ['f.yaml:1:18 parallelization: must hold fields']);
    assert.deepEqual(of('- a\n'), ['f.yaml:1:1 the file: must hold fields']);
    assert.deepEqual(problems(parseIccConfigs([{ name: 'i.json', text: '{"autonomy":"L3"}' }])), [
      'i.json:1:13 autonomy: must hold fields',
    ]);
  });

  it('is told of with a place where it is wrong, and noted where it cannot be followed', () => {
    const wrong = parseAutoContext({
      name: 'f.yaml',
      text: 'parallelization:\n  min_tasks: many\n  max_agents: 0\nwork_type: painting\n',
    });
    assert.deepEqual(
      problems(wrong).map((each) => each.slice(0, 40)),
      [
        'f.yaml:2:14 parallelization.min_tasks: m',
        'f.yaml:3:15 parallelization.max_agents: ',
        'f.yaml:4:12 work_type: must be one of FR',
      ].map((each) => each.slice(0, 40)),
    );
    assert.match(
      problems(parseAutoContext({ name: 'f.yaml', text: 'a: [' })).join(),
      /^f\.yaml:1:5 cannot be read/,
    );
    const { notes, branchPrefix, layer } = auto(
      'parallelization:\n  worktree_base: .trees\n  branch_prefix: cox/\n  auto_cleanup: false\n  require_integration_validation: true\n',
    );
    assert.deepEqual(
      notes.map(({ where }) => where),
      ['2:18', '3:18', '4:17'].map((place) => `auto-context.yaml:${place}`),
    );
    assert.deepEqual([branchPrefix, layer.has('slotFolder')], [undefined, false]);
  });

  it('says where a test of what is merged is asked for', () => {
    const asked = auto('parallelization:\n  require_integration_validation: true\n');
    assert.equal(asked.mergeTestWanted, 'auto-context.yaml:2:35');
    assert.equal(auto('work_type: ""\n').mergeTestWanted, undefined);
    assert.equal(auto('work_type: ""\n').workType, undefined);
  });

  it('has worktrees outside of the checkout alone, and any beginning of a branch that git takes', () => {
    const folder = (base: string) => {
      const parsed = parseAutoContext(
        { name: 'f.yaml', text: `parallelization: {worktree_base: ${base}}\n` },
        (inside) => ['/repo/.trees', '../repo/.trees'].includes(inside),
      );
      assert.ok(parsed.ok);
      return [
        parsed.value.layer.has('slotFolder'),
        parsed.value.notes.map(({ message }) => message.slice(14, 25)).join(),
      ];
    };
    assert.deepEqual(folder('/trees'), [true, '']);
    assert.deepEqual(folder('/repo-trees'), [true, '']);
    assert.deepEqual(folder('../trees'), [true, '']);
    assert.deepEqual(folder('/repo/.trees'), [false, 'lies within']);
    assert.deepEqual(folder('../repo/.trees'), [false, 'lies within']);
    assert.deepEqual(folder('~/trees'), [false, 'begins with']);
    const prefix = (text: string) => auto(`parallelization: {branch_prefix: "${text}"}\n`).branchPrefix;
    for (const good of ['auto/', 'feature.x/', 'task_', 'a/b-']) assert.equal(prefix(good), good);
    for (const bad of ['cox/', 'a..b/', 'a.lock/', 'a./', '-a/', 'a b/'])
      assert.equal(prefix(bad), undefined, bad);
  });

  it('is not forced against what is stronger', () => {
    const forced = 'overrides: {force_parallel: true}\n';
    const override = (text: string, env: Readonly<Record<string, string>>) =>
      autoSettings(text, { env }).settings.parallelization?.override;
    assert.equal(override(forced, { AUTO_PARALLEL_ENABLED: 'false' }), 'none');
    assert.equal(override(forced, { AUTO_PARALLEL_ENABLED: 'true' }), 'force');
    assert.equal(override(`${forced}parallelization: {enabled: false}\n`, {}), 'force');
  });
});

describe('icc.config.json', () => {
  function icc(...values: readonly unknown[]): readonly [number, string, string] {
    const files = values.map((value, index) => ({ name: `${index}.json`, text: JSON.stringify(value) }));
    const layer = parseIccConfigs(files);
    assert.ok(layer.ok, JSON.stringify(layer));
    const family = { format: 'queue', environment: new Map(), files: layer.value.layer } as const;
    const resolved = resolveSettings({ flags: {}, env: {}, planWishes: {}, family });
    assert.ok(resolved.ok);
    const { settings, confirm } = resolved.value;
    return [settings.maxParallel, settings.onFailure, confirm];
  }

  it('says how freely a queue runs', () => {
    assert.deepEqual(icc(), [5, 'continue', 'never']);
    assert.deepEqual(icc({ autonomy: { level: 'L1' } }), [5, 'stop', 'every']);
    assert.deepEqual(icc({ autonomy: { level: 'L2', max_parallel: 3 } }), [3, 'stop', 'run']);
    const l3 = { level: 'L3', max_parallel: 3, l3_settings: { max_parallel: 8, continue_on_error: false } };
    assert.deepEqual(icc({ autonomy: l3 }), [8, 'stop', 'never']);
    assert.deepEqual(icc({ autonomy: { ...l3, level: 'L2' } }), [3, 'stop', 'run']);
    assert.deepEqual(icc({ autonomy: { level: 'L2', continue_on_error: true } }), [5, 'continue', 'run']);
  });

  it('says what was nearly one of its fields', () => {
    const notes = (value: unknown): readonly string[] => {
      const read = parseIccConfigs([{ name: 'i.json', text: JSON.stringify(value) }]);
      assert.ok(read.ok);
      return read.value.notes.map(({ where, message, remedy }) => `${where} ${message} ${remedy}`);
    };
    assert.deepEqual(notes({ autonomy: { levl: 'L1', l3_settings: { max_paralel: 2 } }, git: {} }), [
      'i.json:1:21 autonomy.levl is not read Did you mean level?',
      'i.json:1:55 autonomy.l3_settings.max_paralel is not read Did you mean max_parallel?',
    ]);
    assert.deepEqual(notes({ autonmy: { level: 'L1' } }), [
      'i.json:1:12 autonmy is not read Did you mean autonomy?',
    ]);
  });

  it("is merged field by field, the project's over the user's", () => {
    const user = { autonomy: { level: 'L3', max_parallel: 2, l3_settings: { max_parallel: 9 } }, more: 1 };
    assert.deepEqual(icc(user, { autonomy: { l3_settings: { continue_on_error: false } } }), [
      9,
      'stop',
      'never',
    ]);
    assert.deepEqual(icc(user, { autonomy: { level: 'L1' } }), [2, 'stop', 'every']);
  });

  it('is told of with a place where it is wrong', () => {
    const text = '{\n  "autonomy": {\n    "level": "L9",\n    "max_parallel": 11\n  }\n}';
    assert.deepEqual(problems(parseIccConfigs([{ name: 'i.json', text }])), [
      'i.json:4:21 autonomy.max_parallel: must be at most 10',
      'i.json:3:14 autonomy.level: must be L1, L2 or L3',
    ]);
  });
});

it('any text gives settings or located problems', () => {
  const piece = fc.constantFrom(
    'parallelization:\n',
    '  max_agents: ',
    'autonomy:\n',
    '  level: ',
    'L1\n',
    '&a ',
    '*a\n',
    '{',
    '[',
    '"',
    '1\n',
    '- ',
  );
  const text = fc
    .array(fc.oneof(piece, fc.string({ maxLength: 5 })), { maxLength: 15 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (drawn) => {
      const file = { name: 'f', text: drawn };
      for (const result of [parseAutoContext(file), parseIccConfigs([file])])
        if (!result.ok)
          for (const { where, message } of result.error) {
            assert.match(where, /^f:\d+:\d+$/);
            assert.doesNotMatch(message, /^$|Invalid input/);
          }
    }),
    { numRuns: 300 },
  );
});
