/**
 * From everything that has a say to the settings of a run. The strongest first: flags, environment, the plan's own
 * fields, the project's config, the files of the plan's family, the user's config, built in.
 */

import type { PlanFormat, Schedule } from '../core/plan.ts';
import { err, ok, type Result } from '../core/result.ts';
import type {
  CheckSettings,
  QaSettings,
  QuestionSettings,
  ResolverSettings,
  RunSettings,
} from '../core/settings.ts';
import { type AgentChoice, agentChoice, driverOptions, type OriginLayer } from './agent-choice.ts';
import { budgetSettings } from './budget-settings.ts';
import { e2eSettings } from './e2e-settings.ts';
import type { HelperChoice } from './helper-choice.ts';
import { type LayerSources, layersOf } from './layers.ts';
import { type LocalSettings, localSettings } from './local-settings.ts';
import { OPTION_LIST, OPTIONS, type OptionName, type OptionValues } from './options.ts';
import type { ConfigProblem, Origin } from './problem.ts';
import { adviserChoice, qaChoice, resolverChoice } from './qa-choice.ts';
import { resourceLimits } from './resource-limits.ts';

export interface SettingsSources extends LayerSources {
  /** Of a run that is in the log already: what else is said of agents does not count, and may be unfinished. */
  readonly agentsKnown?: true;
}

export interface Resolved {
  /** All but the agents' drivers and options, which depend on `agent` and on the choices of the others. */
  readonly settings: Omit<RunSettings, 'agent' | 'qa' | 'resolver' | 'questions'>;
  /** What is asked on a terminal before the run begins. */
  readonly confirm: OptionValues['confirm'];
  readonly agent: AgentChoice;
  /** By driver, also of those that are not chosen. */
  readonly drivers: ReturnType<typeof driverOptions>;
  readonly qa: ResolvedQa;
  readonly resolver: ResolvedResolver;
  readonly questions: ResolvedQuestions;
  readonly completion?: NonNullable<OptionValues['completion']>;
  readonly local: LocalSettings;
  readonly technology?: NonNullable<OptionValues['technology']>;
  readonly preflight: PreflightSettings;
  readonly origins: Readonly<Partial<Record<OptionName, Origin>>>;
  /** Where each is set that is not built in: a flag, a variable, or a file and its line. */
  readonly places: Readonly<Partial<Record<OptionName, string>>>;
}

/** What is looked at before the run makes anything. */
export interface PreflightSettings {
  readonly mode: OptionValues['preflight'];
  /** Bytes; null for any. */
  readonly leastDisk: number | null;
  readonly ports: boolean;
  /** Names. */
  readonly environment: readonly string[];
}

export interface ResolvedQa extends Omit<QaSettings, 'agent'> {
  readonly choice: HelperChoice;
  readonly isRequired: boolean;
}

export interface ResolvedQuestions extends Omit<QuestionSettings, 'adviser'> {
  /** Of the adviser; off where none is asked. */
  readonly choice: HelperChoice;
}

export interface ResolvedResolver extends Omit<ResolverSettings, 'agent'> {
  readonly choice: HelperChoice;
}

/** Pure. All that is wrong is reported at once. */
export function resolveSettings(sources: SettingsSources): Result<Resolved, readonly ConfigProblem[]> {
  const layers = layersOf(sources);
  const problems = layers.flatMap(problemsOf);
  const choosing = sources.agentsKnown === true ? [] : layers;
  const agent = agentChoice(choosing);
  if (!agent.ok) problems.push(agent.error);
  if (problems.length > 0 || !agent.ok) return err(problems);
  const doer = agent.value;
  const qa = qaChoice(choosing, { doer, isOn: strongest(layers, 'qa') });
  const resolver = resolverChoice(choosing, { doer, isOn: strongest(layers, 'resolver') });
  if (!qa.ok) return err([qa.error]);
  if (!resolver.ok) return err([resolver.error]);
  const isAsked = strongest(layers, 'questions') === 'adviser';
  const adviser = adviserChoice(choosing, { doer, isOn: isAsked });
  if (!adviser.ok) return err([adviser.error]);
  const raw: Partial<Record<OptionName, unknown>> = {};
  const origins: Partial<Record<OptionName, Origin>> = {};
  const places: Partial<Record<OptionName, string>> = {};
  for (const { name, builtIn } of OPTION_LIST) if (builtIn !== undefined) origins[name] = 'built in';
  for (const { origin, layer } of layers.toReversed()) {
    for (const [name, set] of layer) {
      raw[name] = set.raw;
      origins[name] = origin;
      places[name] = set.where;
    }
  }
  // Cannot fail: each value was checked with the same schema in its own layer.
  const values = OPTIONS.parse(raw);
  const { completion, technology } = values;
  return ok({
    settings: { ...runSettings(values), ...parallelization(values, layers, sources.family?.format) },
    confirm: values.confirm,
    agent: agent.value,
    drivers: driverOptions(choosing),
    qa: {
      choice: qa.value,
      rejections: values.qaRejections,
      tries: values.qaTries,
      isRequired: values.requireQa,
    },
    resolver: { choice: resolver.value, tries: values.resolverTries, review: values.resolverReview },
    questions: { choice: adviser.value, ...questionRule(values) },
    ...(completion === undefined ? {} : { completion }),
    local: localSettings(values),
    ...(technology === undefined ? {} : { technology }),
    preflight: {
      mode: values.preflight,
      leastDisk: values.preflightDisk,
      ports: values.preflightPorts,
      environment: values.preflightEnvironment,
    },
    origins,
    places,
  });
}

/**
 * The schedule alone, before the plan is read: which of its tasks may run at once decides which of their scopes may
 * meet. Undefined when it is left to the plan.
 */
export function chosenSchedule(
  sources: Omit<SettingsSources, 'planWishes'>,
): Result<Schedule | undefined, readonly ConfigProblem[]> {
  const layers = layersOf({ ...sources, planWishes: {} }).flatMap(({ origin, layer }): OriginLayer[] => {
    const set = layer.get('schedule');
    return set === undefined ? [] : [{ origin, layer: new Map([['schedule', set]]) }];
  });
  const problems = layers.flatMap(problemsOf);
  if (problems.length > 0) return err(problems);
  const strongest = layers[0]?.layer.get('schedule');
  return ok(strongest === undefined ? undefined : OPTIONS.shape.schedule.parse(strongest.raw));
}

/** Before the layers are put together. */
function strongest<N extends 'qa' | 'resolver' | 'questions'>(
  layers: readonly OriginLayer[],
  name: N,
): OptionValues[N] {
  const raw = layers.find(({ layer }) => layer.has(name))?.layer.get(name)?.raw;
  return OPTIONS.shape[name].parse(raw) as OptionValues[N];
}

function questionRule(values: OptionValues): Pick<ResolvedQuestions, 'answer' | 'most'> {
  const { questions, adviserOtherwise, questionAnswer: answer, questionsMost: most } = values;
  const isRuled = questions === 'rule' || (questions === 'adviser' && adviserOtherwise === 'rule');
  return isRuled ? { answer, most } : { most };
}

function problemsOf({ origin, layer }: OriginLayer): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  for (const { name, schema, description } of OPTION_LIST) {
    const set = layer.get(name);
    const parsed = set === undefined ? undefined : schema.safeParse(set.raw);
    if (set === undefined || parsed === undefined || parsed.success) continue;
    const message = parsed.error.issues.map((issue) => issue.message).join(', ');
    problems.push({ origin, where: set.where, message, remedy: `It means: ${description}.` });
  }
  return problems;
}

function runSettings(values: OptionValues): Resolved['settings'] {
  const { mergeTest } = values;
  return {
    maxParallel: values.maxParallel,
    schedule: values.schedule,
    retries: values.retries,
    backoff: {
      firstMs: values.backoffFirst,
      factor: values.backoffFactor,
      longestMs: Math.max(values.backoffFirst, values.backoffLongest),
    },
    onFailure: values.onFailure,
    attempt: {
      hardMs: values.timeout,
      idleMs: values.idleTimeout,
      graceMs: values.grace,
      logBytes: values.logBytes,
    },
    breaker: { failures: values.breakerFailures, pauseMs: values.breakerPause },
    oneGroup: values.oneGroup,
    ...budgetSettings(values),
    resources: values.resources,
    ...(mergeTest === undefined || mergeTest === '' ? {} : { mergeTest }),
    ...e2eSettings(values),
    mergeSlots: values.mergeSlots,
    mergeStrategy: values.mergeStrategy,
    mergeResolve: values.mergeResolve,
    checkMs: values.checkTimeout,
    checks: checkSettings(values),
    isolation: {
      sandbox: values.sandbox,
      network: values.network,
      checkNetwork: values.checkNetwork ?? values.network,
      limits: resourceLimits(values),
    },
    taskNetwork: values.taskNetwork,
    ...(values.agentRules.length === 0 ? {} : { agentRules: values.agentRules }),
    ...(values.lastTry === undefined ? {} : { lastTry: values.lastTry }),
    ...(values.fallback.length === 0
      ? {}
      : { fallback: { agents: values.fallback, afterMs: values.fallbackAfter } }),
  };
}

function parallelization(
  values: OptionValues,
  layers: readonly OriginLayer[],
  format: PlanFormat | undefined,
): Pick<RunSettings, 'parallelization'> {
  if (format !== 'auto') return {};
  return {
    parallelization: {
      enabled: values.parallelEnabled,
      minTasks: values.parallelMinTasks,
      minComplexity: values.parallelMinComplexity,
      override: isOverruled(values, layers) ? 'none' : values.parallelOverride,
    },
  };
}

/** Parallel work that is switched off in a stronger layer than the one that forces it. */
function isOverruled(values: OptionValues, layers: readonly OriginLayer[]): boolean {
  if (values.parallelEnabled || values.parallelOverride !== 'force') return false;
  const of = (name: OptionName): number => layers.findIndex(({ layer }) => layer.has(name));
  const [enabled, override] = [of('parallelEnabled'), of('parallelOverride')];
  return enabled >= 0 && enabled < override;
}

function checkSettings(values: OptionValues): CheckSettings {
  const { checksCoverage: coverage, checksDiffLines: diffLines } = values;
  return {
    enabled: values.checksEnabled,
    timeoutMs: values.checksTimeout,
    reruns: values.checksReruns,
    commands: values.checksCommands,
    ...(coverage === undefined ? {} : { coverage }),
    ...(diffLines === undefined ? {} : { diffLines }),
    boundaries: values.checksBoundaries,
  };
}
