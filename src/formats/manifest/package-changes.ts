/** The manifest's `dependencies` as a plan has them. */

import type { PackageChange } from '../../core/plan.ts';
import type { Manifest } from './schema.ts';

export const ECOSYSTEMS = ['python', 'node'] as const;
/** In the order in which they are done. */
export const STEPS = ['remove', 'upgrade', 'add', 'add_dev'] as const;

export type Ecosystem = (typeof ECOSYSTEMS)[number];

const ACTIONS: Readonly<Record<(typeof STEPS)[number], PackageChange['action']>> = {
  remove: 'remove',
  upgrade: 'upgrade',
  add: 'add',
  add_dev: 'add-dev',
};

export function packageChanges({ dependencies }: Manifest): readonly PackageChange[] {
  return STEPS.flatMap((step) =>
    ECOSYSTEMS.flatMap((ecosystem): PackageChange[] => {
      const packages = [...new Set(dependencies?.[ecosystem]?.[step]?.map((text) => text.trim()))];
      return packages.length === 0 ? [] : [{ ecosystem, action: ACTIONS[step], packages }];
    }),
  );
}
