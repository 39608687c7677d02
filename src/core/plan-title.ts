import { slugOf } from './names.ts';
import type { Plan } from './plan.ts';

/** How people know the plan; where its id says no more than its name, the name says it alone. */
export function planTitle({ id, name }: Pick<Plan, 'id' | 'name'>): string {
  return id === name || `-${slugOf(name)}`.endsWith(`-${id}`) ? name : `${id} - ${name}`;
}
