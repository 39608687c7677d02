import type { ConfigProblem } from '../config/problem.ts';
import { resolveSettings, type SettingsSources } from '../config/resolve.ts';
import type { PlanFormat } from '../core/plan.ts';
import type { FamilyOptions } from '../project/load-plan.ts';
import { type FamilyConfig, readFamilyConfig } from './read-family-config.ts';

/** What the plan's family has to say, read once the family is known. */
export class FamilySettings {
  problems: readonly ConfigProblem[] = [];
  notes: FamilyConfig['notes'] = [];
  mergeTestWanted: string | null = null;
  layers: Pick<SettingsSources, 'family'> = {};
  readonly #said: Omit<SettingsSources, 'planWishes' | 'family'>;
  readonly #root: string | null;

  constructor(said: Omit<SettingsSources, 'planWishes' | 'family'>, root: string | null) {
    this.#said = said;
    this.#root = root;
  }

  async read(format: PlanFormat): Promise<FamilyOptions> {
    const config = await readFamilyConfig(format, this.#root, this.#said.env);
    if (!config.ok) {
      this.problems = config.error;
      return {};
    }
    const { layers, notes, workType, branchPrefix, mergeTestWanted = null } = config.value;
    const resolved = resolveSettings({ ...this.#said, family: layers, planWishes: {} });
    if (!resolved.ok) {
      this.problems = resolved.error;
      return {};
    }
    this.layers = { family: layers };
    this.notes = notes;
    this.mergeTestWanted = mergeTestWanted;
    return {
      largestGroup: resolved.value.settings.maxParallel,
      ...(workType === undefined ? {} : { workType }),
      ...(branchPrefix === undefined ? {} : { branchPrefix }),
    };
  }
}
