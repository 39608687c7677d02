// Every share must be whole cents, and together they must be the sum that was spent.
import assert from 'node:assert/strict';
import { split } from '../src/split.js';

for (const [total, people] of [
  [900, ['ada', 'ben', 'cyd']],
  [1000, ['ada', 'ben', 'cyd']],
]) {
  const shares = Object.values(split(total, people));
  const sum = shares.reduce((all, share) => all + share, 0);
  assert.equal(sum, total, `src/split.js loses money: ${total} cents among ${people.length} gives ${sum}`);
}
console.log('shares add up');
