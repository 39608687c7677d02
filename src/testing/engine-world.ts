/** The engine over the real event log, with an outside world (agents, git, checks) that a test decides about. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedEvent } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import type { RunSettings } from '../core/settings.ts';
import type { DriveOptions, RunEnd } from '../engine/api.ts';
import { Cox } from '../engine/cox.ts';
import type { CoxParts, Keeping, Ports } from '../engine/parts.ts';
import type { Clock } from '../ports/clock.ts';
import type { Repository } from '../ports/repository.ts';
import type { EventStore } from '../ports/store.ts';
import { ownIdentity } from '../process/identity.ts';
import { ManualDispatcher } from './manual-dispatcher.ts';
import { makePlan, makeTask, TEST_SETTINGS } from './plans.ts';
import { NO_SANDBOX } from './sandboxes.ts';
import { ScriptedConflicts, ScriptedReader } from './scripted-conflicts.ts';
import { ScriptedIntegration } from './scripted-integration.ts';
import {
  ScriptedAdmission,
  ScriptedChecker,
  ScriptedE2e,
  ScriptedInstaller,
  ScriptedLeftovers,
  ScriptedMerger,
  ScriptedProver,
  ScriptedResolver,
} from './scripted-ports.ts';
import { ScriptedRadar } from './scripted-radar.ts';
import { openStore } from './store-opener.ts';

export const realClock: Clock = {
  now: Date.now,
  sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

export const KEEPING: Keeping = { runs: 20, removesSlots: false, abandonedMs: 7 * 24 * 3_600_000 };

export class EngineWorld {
  readonly root = mkdtempSync(join(tmpdir(), 'cox-engine-'));
  readonly file = join(this.root, 'log.db');
  readonly store: EventStore = this.openStore();
  readonly dispatcher = new ManualDispatcher();
  readonly merger = new ScriptedMerger();
  readonly conflicts = new ScriptedConflicts();
  readonly reader = new ScriptedReader();
  readonly checker = new ScriptedChecker();
  readonly prover = new ScriptedProver();
  readonly installer = new ScriptedInstaller();
  readonly e2e = new ScriptedE2e();
  readonly resolver = new ScriptedResolver();
  readonly radar = new ScriptedRadar();
  readonly leftovers = new ScriptedLeftovers();
  readonly admission = new ScriptedAdmission();
  readonly integration = new ScriptedIntegration();
  readonly events: LoggedEvent[] = [];
  readonly troubles: (string | null)[] = [];
  readonly #stores: EventStore[] = [this.store];

  openStore(): EventStore {
    const store = openStore(this.file);
    if (store instanceof Promise) throw new Error('the SQLite store opens at once');
    return store;
  }

  ports(): Ports {
    const { dispatcher, merger, conflicts, reader, checker, prover, leftovers, admission } = this;
    const { installer, resolver, e2e, radar } = this;
    const diff: Ports['diff'] = {
      show: async (base, tip) => ({ stat: ` a | 1 +`, patch: `+${base}..${tip}`, isWhole: true }),
      patch: async (base, tip) => ({ patch: Buffer.from(`+${base}..${tip}`), isWhole: true }),
    };
    const own = { dispatcher, merger, conflicts, reader, checker, prover, leftovers, admission };
    return { ...own, installer, resolver, e2e, radar, diff, sandbox: NO_SANDBOX };
  }

  /** As another process would have it, over a handle of its own. */
  cox(change: Partial<CoxParts> = {}): Cox {
    const store = change.store ?? this.openStore();
    this.#stores.push(store);
    const repository: Repository = {
      refusals: async () => [],
      base: async () => ({ commit: 'c0', branch: 'main' }),
      freeBranches: async (wanted) => wanted,
    };
    return new Cox({
      store,
      repository,
      ports: this.ports(),
      integration: this.integration,
      clock: realClock,
      owner: ownIdentity(),
      probe: () => undefined,
      keeping: KEEPING,
      lookEveryMs: null,
      attemptFolder: (run, task, attempt) => join(this.root, run, task, String(attempt)),
      secrets: [],
      rest: () => Promise.resolve(),
      ...change,
    });
  }

  async create(
    plan: Plan = onePlan(),
    settings: Partial<RunSettings> = {},
    cox = this.cox(),
  ): Promise<string> {
    const made = await cox.create({
      plan,
      settings: { ...TEST_SETTINGS, ...settings },
      source: '/project/plan',
      allowDirty: false,
      ignoreDirty: [],
    });
    if (!made.ok) throw new Error(made.error.message);
    return made.value;
  }

  /** Drives to the end; what is told meanwhile is kept. */
  async drive(run: string, cox = this.cox()): Promise<RunEnd> {
    const ended = await cox.drive(run, this.watching());
    if (!ended.ok) throw new Error(`${ended.error.message} ${ended.error.remedy}`);
    return ended.value;
  }

  watching(): DriveOptions {
    return {
      onEvent: (event) => this.events.push(event),
      onTrouble: (detail) => this.troubles.push(detail),
    };
  }

  async state(run: string): Promise<RunState> {
    const read = await this.cox().read(run);
    if (!read.ok) throw new Error(read.error.message);
    return read.value;
  }

  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const end = Date.now() + 120_000;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error('it never came to that');
      await sleep(5);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()));
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function onePlan(): Plan {
  return makePlan([makeTask('a', 1)]);
}
