/**
 * Supervision of agents, the same for every driver: start or adopt, read what it says, ask the policies, and say how
 * it ended. All state that must outlive this process lies in the attempt's folder, and adoption reads the log from
 * its start again; so the end is the same whoever sees it, and progress is reported as it stands, not replayed.
 */

import type { AgentProblem } from '../core/agent-problem.ts';
import { onlyLooks, type StopReason } from '../core/attempt.ts';
import type { Message, OutboxFile } from '../core/message.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { CompletionRule } from '../core/settings.ts';
import type { AgentEnd, AgentHandle, AgentReport, AgentRequest, Agents } from '../ports/agent.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import type { HostEnvironment } from '../process/environment.ts';
import { type JobSpec, startJob } from '../process/job.ts';
import { Redactor, redactFile, secretsOf } from '../process/redact.ts';
import { eachRound } from '../process/rounds.ts';
import type { AttemptPaths, Driver, Launch } from './driver.ts';
import { agentEnd } from './ends/agent-end.ts';
import { outputTail } from './ends/output-tail.ts';
import { viewOf } from './listening/agent-view.ts';
import { Listening } from './listening/listening.ts';
import { Observation } from './listening/observation.ts';
import { Quiet } from './listening/quiet.ts';
import { spendingOf } from './listening/spending.ts';
import { Telling } from './listening/telling.ts';
import { putMessage } from './mail/inbox.ts';
import { POLICIES } from './policies/all.ts';
import type { Policy, StopCause } from './policies/policy.ts';
import { DRIVERS, describeDriverProblem, findDriver } from './registry.ts';
import { keepsSessions } from './sessions/session-facts.ts';
import { sessionMeter } from './sessions/session-meter.ts';
import type { Started } from './started.ts';
import { agentEnvironment } from './starting/agent-environment.ts';
import { attemptPaths, markerMade, modifiedAt, prepareAttemptFolder } from './starting/attempt-folder.ts';
import { confinedJob } from './starting/confined-job.ts';
import { atHome } from './starting/own-home.ts';

export interface AgentsOptions {
  /** For agents in slots that are confined. */
  readonly sandbox: Sandbox;
  readonly hostEnv: HostEnvironment;
  /** Names (or prefixes with `*`) of the host's environment that every agent gets beside the common ones. */
  readonly environment?: readonly string[];
  /** Paths below the host's home that every agent may read beside its driver's own. */
  readonly files?: readonly string[];
  /** What must not be kept of their output beside the values of their environment. */
  readonly secrets?: readonly string[];
  readonly drivers?: readonly Driver[];
  readonly policies?: readonly Policy[];
}

/** Agents as child processes of this machine. */
export function createAgents(options: AgentsOptions): Agents {
  return { start: (request, report) => new Supervision(request, report, options) };
}

/** How often its logs are looked at, and how late a report may be. */
const PACE = { everyMs: 200, most: 10 };
/** When an agent counts as done, unless its settings say otherwise. */
const COMPLETION: CompletionRule = 'signal';

class Supervision implements AgentHandle {
  readonly end: Promise<AgentEnd>;
  readonly #request: AgentRequest;
  readonly #telling: Telling;
  readonly #options: AgentsOptions;
  #started: Started | undefined;
  #leaveRound = (): void => undefined;
  #stopRequest: StopReason | null = null;
  #cause: StopCause | null = null;
  #detached = false;

  constructor(request: AgentRequest, report: (report: AgentReport) => void, options: AgentsOptions) {
    this.#request = request;
    this.#telling = new Telling(report, request.spec.probes === true);
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<AgentEnd>();
    this.end = promise;
    void this.#run().then((end) => {
      if (!this.#detached) resolve(end);
    });
  }

  stop(why: StopReason): void {
    this.#stopRequest ??= why;
    this.#askPolicies();
  }

  tell(message: Message): boolean {
    if (this.#started === undefined || this.#detached || this.#cause !== null) return false;
    void putMessage(this.#started.paths.inbox, message);
    return true;
  }

  detach(): void {
    this.#detached = true;
    this.#leaveRound();
    this.#started?.job.detach();
    this.#started?.listening.close();
  }

  async #run(): Promise<AgentEnd> {
    try {
      const started = await this.#start();
      if (!started.ok) return started.error;
      return await this.#attend(started.value);
    } catch (error) {
      // A bug, turned into a value here, once what it started is gone.
      this.#leaveRound();
      this.#started?.job.stop();
      await this.#started?.job.end;
      return notStarted(`supervising it failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #start(): Promise<Result<Started, AgentEnd>> {
    const { spec, slot, folder } = this.#request;
    const found = findDriver(spec.agent, this.#options.drivers ?? DRIVERS);
    if (!found.ok) return err(notStarted(describeDriverProblem(found.error)));
    const paths = attemptPaths(folder, slot.path);
    const isConfined = slot.confined !== undefined && slot.confined.mounts !== null;
    const launch = found.value.ready.launch({ spec, paths, isConfined });
    const prepared = await prepareAttemptFolder(spec, paths, launch.files);
    if (!prepared.ok) return err(notStarted(prepared.error));
    // Once it has begun it is adopted even then, for somebody must see it end.
    const begun = (await modifiedAt(paths.job)) !== null;
    if (this.#detached) return err(notStarted('nobody waits for it any more'));
    if (this.#stopRequest !== null && !begun) {
      return err({ is: 'stopped', why: this.#stopRequest, exitCode: null, usage: {} });
    }
    const startedAt = (await modifiedAt(paths.prompt)) ?? Date.now();
    const jobSpec = this.#jobSpec(found.value.driver, launch, paths);
    const secrets = [...secretsOf(jobSpec.env), ...(this.#options.secrets ?? [])];
    const job = await startJob(jobSpec);
    const given = [spec.prompt, ...spec.context.map((file) => file.text)];
    const spending = spendingOf(found.value, spec);
    const redactor = new Redactor(secrets);
    const redact = (line: string): string => redactor.line(line);
    const { id, session } = spec;
    const observed = new Observation({ task: id.task, given, session, spending, redact });
    const listening = new Listening({
      job,
      found: found.value,
      paths,
      secrets,
      logBytes: spec.limits.logBytes,
      observed,
      meter: (take) =>
        sessionMeter(found.value, { ...this.#request, ...this.#options, since: startedAt, take }),
      // One more answer of its model may be paid for before the next look.
      counted: () => this.#askPolicies(),
      // Those who only look at work would tell those who did it.
      hear: onlyLooks(spec.role) ? null : (left) => this.#hear(left),
    });
    const quiet = new Quiet();
    this.#started = { job, listening, observed, secrets, found: found.value, paths, startedAt, quiet };
    return ok(this.#started);
  }

  #jobSpec(driver: Driver, launch: Launch, paths: AttemptPaths): JobSpec {
    const { spec, slot } = this.#request;
    const { sandbox, hostEnv } = this.#options;
    const isAtHome = slot.confined !== undefined && slot.confined.mounts !== null && sandbox.showsElsewhere;
    const env = agentEnvironment({
      host: isAtHome ? atHome(driver, hostEnv) : hostEnv,
      spec,
      slot,
      paths,
      more: [...driver.environment, ...(this.#options.environment ?? [])],
      driver: launch.env,
    });
    const { hardMs, graceMs, logBytes } = spec.limits;
    return {
      folder: paths.job,
      argv: launch.argv,
      cwd: slot.path,
      env,
      stdin: launch.stdin,
      ...confinedJob({ slot, paths, driver, sessions: this.#request.sessions, ...this.#options }),
      hardMs,
      graceMs,
      logBytes,
    };
  }

  #hear(left: OutboxFile): void {
    if (!this.#detached) this.#telling.pass({ left });
  }

  async #attend(started: Started): Promise<AgentEnd> {
    this.#leaveRound = eachRound(PACE, () => this.#look(started));
    if (this.#detached) this.detach();
    if (this.#stopRequest !== null) this.#askPolicies();
    const job = await started.job.end;
    this.#leaveRound();
    await started.listening.finish();
    // Only now, for whoever takes the job up reads its log from the start.
    for (const log of [started.job.stdoutPath, started.job.stderrPath])
      await redactFile(log, started.secrets);
    if (job.is === 'exited' && job.code !== null && isOpen(started.observed.verdict))
      for (const event of started.found.ready.exited(job.code)) started.observed.take(event, Date.now());
    started.observed.end();
    this.#telling.tell(started.observed);
    const { found, observed } = started;
    const { spec, slot, sessions } = this.#request;
    return agentEnd({
      role: spec.role,
      job,
      cause: this.#cause,
      observed: observed.facts(),
      marker: await markerMade(started.paths),
      rule: spec.agent.completion ?? COMPLETION,
      hasVerdict: found.driver.abilities.verdict,
      keepsSessions: keepsSessions({
        slot,
        driver: found.driver,
        sessions,
        session: observed.session,
        ...this.#options,
      }),
      limits: spec.limits,
      peaks: await this.#options.sandbox.peaks(started.paths.job),
      tail: await outputTail(started.job.stderrPath, observed.recentText),
    });
  }

  #look({ listening }: Started): void {
    if (listening.look()) this.#askPolicies();
  }

  #askPolicies(): void {
    const started = this.#started;
    if (started === undefined || this.#detached) return;
    this.#telling.tell(started.observed);
    const view = viewOf(started, this.#request.spec, this.#stopRequest);
    for (const policy of this.#options.policies ?? POLICIES) {
      const action = policy.decide(view);
      if (action?.do === 'notice') this.#telling.notice(policy.name, action.text);
      if (action?.do === 'stop' && this.#cause === null) {
        this.#cause = action.cause;
        started.job.stop();
      }
    }
  }
}

/** Its exit status may say more. */
function isOpen(verdict: AgentProblem | null | undefined): boolean {
  return verdict === undefined || verdict?.kind === 'other';
}

function notStarted(detail: string): AgentEnd {
  return { is: 'failed', failure: { reason: 'not-started', detail }, exitCode: null, usage: {} };
}
