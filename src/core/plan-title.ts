import type { Plan } from './plan.ts';

/** How people know the plan; where its id says the same as its name, it is said once. */
export function planTitle({ id, name }: Pick<Plan, 'id' | 'name'>): string {
  return id === name ? name : `${id} - ${name}`;
}
