import assert from 'node:assert/strict';
import { it } from 'node:test';
import { groupTitle, planTitle } from './plan-title.ts';

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

it('the title of a group has its name where it has one', () => {
  assert.equal(groupTitle({ number: 2, name: 'Core Auth' }), 'Group 2 - Core Auth');
  assert.equal(groupTitle({ number: 2, name: 'Core Auth' }, ': '), 'Group 2: Core Auth');
  for (const name of ['', 'Group 2']) assert.equal(groupTitle({ number: 2, name }), 'Group 2');
});
