/** The `Worktrees` port: a pool of worktrees that are made once and used again. */

import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import type { Work } from '../../core/attempt.ts';
import { isBranchName, safeName } from '../../core/names.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type {
  HarvestRequest,
  HeldSlot,
  PrepareRequest,
  Release,
  Slot,
  SlotHolder,
  WorktreeProblem,
  Worktrees,
} from '../../ports/worktree.ts';
import { allowedEnvironment } from '../../process/environment.ts';
import { DEFAULT_PATH } from '../../process/find-program.ts';
import { objectSite, runOn, type Site, writeCleanDir } from '../base/clean-dir.ts';
import { readHeadCommit } from '../base/heads.ts';
import { messageOf } from '../base/small-files.ts';
import { type Harvest, harvestSlot } from '../harvest/harvest.ts';
import { compared, harvestOf, siteOf } from '../harvest/slot-harvest.ts';
import { isCommitId } from '../objects/ref-names.ts';
import { BackgroundWork } from './background-work.ts';
import { dependencyReader } from './lockfiles.ts';
import { readConfinement, shownAdmin } from './private-git.ts';
import { Removal } from './removal.ts';
import { removeFreeSlots } from './remove-free-slots.ts';
import { RestLooks } from './rest-looks.ts';
import { archiveSlot, takeTooMany } from './slot-archive.ts';
import { leaveBranch } from './slot-branch.ts';
import type { CopySource } from './slot-copies.ts';
import { slotEnvironment } from './slot-environment.ts';
import { SlotLocks } from './slot-locks.ts';
import { mendLinks, readRegistration } from './slot-making.ts';
import {
  claimSlot,
  dropOwner,
  findOwned,
  isOwnerLost,
  listOwned,
  mayHold,
  type OwnedSlot,
  readOwner,
  takeBack,
  writeOwner,
} from './slot-owner.ts';
import { firstPortOf, placeOf, type SlotPlace } from './slot-place.ts';
import { DEFAULTS, type Defaults, type SlotPoolOptions } from './slot-pool-options.ts';
import { type Preparation, prepareSlot } from './slot-prepare.ts';
import { refreshIndex } from './slot-reset.ts';
import { restSlot } from './slot-rest.ts';
import { isToBeConfined } from './slot-sandbox.ts';
import { type SlotHooks, tearDown } from './slot-setup.ts';
import { cutSubmodules } from './submodules.ts';
import { badName, noSlot, notHarvested, notHeld, weighed } from './worktree-problem.ts';

const HOOKS_TIMEOUT_MS = 15 * 60_000;
const LAST_PORT = 65_535;
/** After which the index of a new slot can be told from its files by time. */
const REFRESH_AFTER_MS = 1_100;
/** For how long a slot that was given back is left to whoever wants it at once. */
const REST_AFTER_MS = 250;

export class SlotPool implements Worktrees {
  readonly #options: SlotPoolOptions & Defaults;
  readonly #hooks: SlotHooks;
  readonly #folder: string;
  readonly #removal: Removal;
  readonly #searchPath: string;
  readonly #dependenciesOf = dependencyReader();
  readonly #preparing = new Map<string, Promise<Result<Slot, WorktreeProblem>>>();
  readonly #background = new BackgroundWork();
  readonly #looks = new RestLooks();
  readonly #locks: SlotLocks;

  constructor(options: SlotPoolOptions) {
    // Agents may leave programs in it that run with the user's rights, whoever starts them.
    mkdirSync(options.poolFolder, { recursive: true, mode: 0o700 });
    writeCleanDir(objectSite(options));
    this.#options = { ...DEFAULTS, ...options };
    this.#hooks = options.hooks ?? { timeoutMs: HOOKS_TIMEOUT_MS, env: allowedEnvironment(options.host) };
    this.#folder = realpathSync(options.poolFolder);
    this.#locks = new SlotLocks(this.#folder);
    this.#searchPath = options.host['PATH'] ?? DEFAULT_PATH;
    this.#removal = new Removal(this.#folder, this.#searchPath);
    this.#removal.sweep();
  }

  /** Absolute, without links. */
  get folder(): string {
    return this.#folder;
  }

  prepare(request: PrepareRequest, signal?: AbortSignal): Promise<Result<Slot, WorktreeProblem>> {
    const key = JSON.stringify([request.holder.run, request.holder.key]);
    const underWay = this.#preparing.get(key);
    if (underWay !== undefined) return underWay;
    const work = this.#prepare(request, signal)
      .catch((error: unknown) => err({ reason: 'unreadable', detail: this.#fileTrouble(error) } as const))
      .then(weighed)
      .finally(() => this.#preparing.delete(key));
    this.#preparing.set(key, work);
    return work;
  }

  async find(holder: SlotHolder): Promise<Slot | null> {
    const owned = findOwned(this.#folder, holder);
    return owned === null ? null : this.#slot(owned.place);
  }

  async harvest(request: HarvestRequest): Promise<Result<Work, WorktreeProblem>> {
    const { slot, branch, base, startFrom } = request;
    if (!isBranchName(branch) || !isCommitId(base)) return err(badName(branch, base));
    if (!isCommitId(startFrom)) return err(badName(branch, startFrom));
    try {
      const harvest = this.#harvestOf(slot, this.#searchPath);
      if (harvest === null) return err(noSlot(slot));
      const { place } = harvest;
      if (isOwnerLost(place)) await this.#locks.owners(() => takeBack(place, request.holder));
      if (!mayHold(place, request.holder)) return err(notHeld(slot));
      const work = await harvestSlot(harvest, request);
      if (!work.ok) return weighed(err(notHarvested(work.error, request)));
      return weighed(await compared(harvest, request, work.value));
    } catch (error) {
      return weighed(err({ reason: 'unreadable', detail: this.#fileTrouble(error) }));
    }
  }

  async release(slot: Slot, holder: SlotHolder, how: Release): Promise<void> {
    const place = placeOf(this.#folder, slot);
    if (place === null) return;
    const owner = readOwner(place);
    if (owner?.run !== holder.run || owner.key !== holder.key) return;
    await this.#leaveBranch(place);
    if (how === 'reuse') return this.#giveBack({ place, owner });
    await this.#makeReadable(place);
    const { task, ...alone } = owner;
    const keeper = how === 'keep' && task !== undefined ? { ...alone, task } : alone;
    await this.#locks.owners(() => writeOwner(place, { ...keeper, state: 'kept', since: Date.now() }));
    await this.#trimKept();
  }

  async held(): Promise<readonly HeldSlot[]> {
    return listOwned(this.#folder)
      .filter(({ owner }) => owner.state === 'held')
      .map(({ place, owner: { run, key, task, since } }) => {
        const holder = { run, key, ...(task === undefined ? {} : { task }) };
        return { slot: this.#slot(place), holder, since };
      });
  }

  removeFree(): Promise<void> {
    const { git, repository } = this.#options;
    const [folder, locks, removal] = [this.#folder, this.#locks, this.#removal];
    return removeFreeSlots({ folder, locks, removal, git, repository, searchPath: this.#searchPath });
  }

  /** No slot is made ready for whoever may want it from here on: resolves when none is being made ready. */
  async settle(): Promise<void> {
    await this.#background.close();
    await this.#looks.close();
  }

  /** The same, and nothing is being deleted any more. */
  async close(): Promise<void> {
    await this.settle();
    await this.#removal.idle();
  }

  async #prepare(request: PrepareRequest, signal?: AbortSignal): Promise<Result<Slot, WorktreeProblem>> {
    const { commit, branch, holder } = request;
    if (!isCommitId(commit) || (branch !== undefined && !isBranchName(branch)))
      return err(badName(branch, commit));
    const isConfined = await isToBeConfined(this.#options.sandbox, request.isolation);
    if (!isConfined.ok) return isConfined;
    const place = await this.#locks.owners(() => claimSlot(this.#folder, holder));
    const slot = this.#slot(place);
    if (slot.portBase + slot.ports - 1 > LAST_PORT) {
      await this.#locks.owners(() => dropOwner(place));
      const detail = `${slot.name} would need ports above ${LAST_PORT}; lower the first port or the ports of each slot`;
      return err({ reason: 'no-slot', detail });
    }
    const preparation = { ...this.#preparation(place, slot), signal, isConfined: isConfined.value };
    const prepared = await this.#locks.filling(place, () => prepareSlot(preparation, request));
    if (!prepared.ok) return prepared;
    if (prepared.value.fresh)
      this.#background.later(REFRESH_AFTER_MS, () =>
        // Whoever fills it anew meanwhile must not get the index of what it held before.
        this.#locks.filling(place, () => refreshIndex(preparation), { timeoutMs: 0 }),
      );
    return ok(this.#slot(place));
  }

  #preparation(place: SlotPlace, slot: Slot): Omit<Preparation, 'isConfined'> {
    const { copies, keptIgnoredFolders: kept, sandbox = null } = this.#options;
    const source: CopySource = { top: this.#options.repository.top, patterns: copies };
    return {
      site: this.#site(place),
      place,
      slot,
      removal: this.#removal,
      looks: this.#looks,
      searchPath: this.#searchPath,
      copies: source,
      hooks: this.#hooks,
      sandbox,
      dependenciesOf: this.#dependenciesOf,
      mayStay: (folder) =>
        kept === undefined || kept.some((name) => folder === name || folder.endsWith(`/${name}`)),
    };
  }

  #site(place: SlotPlace): Site {
    return siteOf(this.#options, place);
  }

  #slot(place: SlotPlace): Slot {
    const { portsPerSlot } = this.#options;
    const { name, path } = place;
    const slot = { name, path, portBase: firstPortOf(place, this.#options), ports: portsPerSlot };
    const confined = readConfinement(place);
    const environment = slotEnvironment(place, slot);
    return confined === null ? { ...slot, environment } : { ...slot, environment, confined };
  }

  #harvestOf(slot: Pick<Slot, 'name'>, searchPath: string | null): Harvest | null {
    const { git, repository } = this.#options;
    return harvestOf({ git, repository, folder: this.#folder }, slot, searchPath);
  }

  /** For a look with the user's own git: nothing that it reads is then the agent's. */
  async #makeReadable(place: SlotPlace): Promise<void> {
    const registration = readRegistration(place);
    const { repository } = this.#options;
    const head = registration === null ? null : readHeadCommit(repository, registration.admin);
    if (registration === null || head === null || !existsSync(place.path)) return;
    mendLinks(this.#removal, place, registration);
    if (shownAdmin(place, registration.admin) === null) return;
    const index = join(registration.admin, 'index');
    await runOn(this.#site(place), { args: ['read-tree', '--reset', head], indexFile: index });
    await cutSubmodules(this.#site(place), { index, removal: this.#removal });
  }

  /** The branch may be wanted elsewhere: by another attempt, or by the user. */
  async #leaveBranch(place: SlotPlace): Promise<void> {
    const registration = readRegistration(place);
    if (registration === null) return;
    const { git, repository } = this.#options;
    await leaveBranch({ git, repository, admin: registration.admin, place });
  }

  async #giveBack({ place, owner }: OwnedSlot): Promise<void> {
    const { sandbox = null } = this.#options;
    await tearDown(place, this.#slot(place), { hooks: this.#hooks, sandbox });
    await this.#locks.owners(() => {
      const now = readOwner(place);
      if (now?.run === owner.run && now.key === owner.key) dropOwner(place);
    });
    // Submodules are made anew each time.
    if (!this.#options.repository.hasSubmodules)
      this.#background.later(REST_AFTER_MS, () => this.#rest(place));
  }

  /** One at a time, over all processes: what another has given back may be somebody's again. */
  #trimKept(): Promise<void> {
    return this.#locks.trimming(async () => {
      const { keptSlots } = this.#options;
      for (const owned of await this.#locks.owners(() => takeTooMany(this.#folder, keptSlots)))
        await this.#trim(owned);
    });
  }

  async #trim(owned: OwnedSlot): Promise<void> {
    const { place, owner } = owned;
    const file = join(this.#options.archiveFolder(owner.run), 'patches', `${safeName(owner.key)}.patch`);
    const harvest = this.#harvestOf(place, this.#searchPath);
    if (await archiveSlot(harvest, { file, message: `Left in ${place.name}` })) return this.#giveBack(owned);
    // What cannot be archived stays where it is.
    await this.#locks.owners(() => writeOwner(place, { ...owner, state: 'kept' }));
  }

  #rest(place: SlotPlace): Promise<void> {
    const filling = { ...this.#preparation(place, this.#slot(place)), isConfined: false };
    // Whoever has the lock has the slot, for what this process does beside that is done in line.
    return this.#locks.filling(place, () => restSlot(filling), { timeoutMs: 0 });
  }

  #fileTrouble(error: unknown): string {
    return `${messageOf(error)}; look at the free space and the permissions of ${this.#folder}`;
  }
}
