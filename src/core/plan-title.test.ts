import assert from 'node:assert/strict';
import { it } from 'node:test';
import { planTitle } from './plan-title.ts';

it('the title of a plan has its id only where that says something', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['TS-0042', 'inventory', 'TS-0042 - inventory'],
    ['auth', 'auth', 'auth'],
    ['auth', 'Auth', 'Auth'],
    ['core-auth', 'Multi-Agent Plan: Core Auth', 'Multi-Agent Plan: Core Auth'],
    ['auth', 'Oauth', 'auth - Oauth'],
    ['plan', '計画', 'plan - 計画'],
  ];
  for (const [id, name, title] of cases) assert.equal(planTitle({ id, name }), title);
});
