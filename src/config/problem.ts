/** What is wrong with the settings, with its place and what to do about it. */

/** Who set a value, the strongest first. */
export type Origin = 'flag' | 'environment' | 'plan' | 'project config' | 'user config' | 'built in';

export interface ConfigProblem {
  readonly origin: Origin;
  /** `--retries`, `COX_RETRIES`, or `coxswain.config.yaml:3:5`. */
  readonly where: string;
  readonly message: string;
  /** What to change, in one sentence. */
  readonly remedy: string;
}
