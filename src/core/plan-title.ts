import { slugOf } from './names.ts';
import type { Group, Plan } from './plan.ts';

/** How people know the plan; where its id says no more than its name, the name says it alone. */
export function planTitle({ id, name }: Pick<Plan, 'id' | 'name'>): string {
  return id === name || `-${slugOf(name)}`.endsWith(`-${id}`) ? name : `${id} - ${name}`;
}

/** `Group 2 - Core Auth`; a group without a name of its own has its number alone. */
export function groupTitle({ number, name }: Pick<Group, 'number' | 'name'>, between = ' - '): string {
  const own = `Group ${number}`;
  return name === '' || name === own ? own : `${own}${between}${name}`;
}
