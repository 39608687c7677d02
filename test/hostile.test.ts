/**
 * Agents under Coxswain that try to reach what is not theirs, beside agents that do honest work in the same run. Each
 * attempt is a task of its own; whether it got through is looked at on the host afterwards.
 */

import { hostileSuite } from './lib/hostile/suite.ts';

hostileSuite({ as: 'self', sandbox: 'required' });
