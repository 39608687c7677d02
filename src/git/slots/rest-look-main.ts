/** A thread of `RestLooks`. */

import { parentPort } from 'node:worker_threads';

import { type LookOrder, RestLook } from './rest-look.ts';

const looks = new RestLook();
parentPort?.on('message', (order: LookOrder) => {
  const answer = looks.take(order);
  if (answer !== null) parentPort?.postMessage(answer);
});
